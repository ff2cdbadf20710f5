// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"

/// Folds that depend on chance, labels or groups: assign() notes the fold of each row in one byte.
namespace mote {

/// A note for each row of the fold that tests it; a row is learnt from in all other splits.
///
/// Errors  check() is too_few_rows until rows were assigned; a refused assign() leaves the folds as they
///         were.
/// Memory  Capacity bytes and one number. Time O(1).
template <std::size_t Folds, std::size_t Capacity>
requires(Folds >= 2 && Folds <= 256) class AssignedFolds {
public:
    static constexpr std::size_t splits = Folds;
    static constexpr std::size_t capacity = Capacity;

    [[nodiscard]] constexpr std::size_t rows() const { return rows_; }
    [[nodiscard]] constexpr Status check() const { return rows_ == 0 ? Status::too_few_rows : Status::ok; }
    [[nodiscard]] constexpr std::size_t fold_of(std::size_t row) const { return fold_of_[row]; }
    [[nodiscard]] constexpr bool tests(std::size_t split, std::size_t row) const {
        return row < rows_ && fold_of_[row] == split;
    }
    [[nodiscard]] constexpr bool trains(std::size_t split, std::size_t row) const {
        return row < rows_ && fold_of_[row] != split;
    }

protected:
    [[nodiscard]] static constexpr Status check_rows(std::size_t rows) {
        if (rows < Folds) return Status::too_few_rows;
        return rows > Capacity ? Status::capacity_full : Status::ok;
    }
    constexpr void set_rows(std::size_t rows) { rows_ = rows; }
    constexpr void set_fold(std::size_t row, std::size_t fold) {
        fold_of_[row] = static_cast<std::uint8_t>(fold);
    }

private:
    std::array<std::uint8_t, Capacity> fold_of_{};
    std::size_t rows_ = 0;
};

namespace detail {

/// How many rows of one class each fold has still to take.
template <std::size_t Folds>
class FoldQuota {
public:
    /// For rows `first` .. `first + count - 1` dealt out like cards.
    constexpr FoldQuota(std::size_t first, std::size_t count) : total_(count) {
        for (std::size_t fold = 0; fold < Folds; ++fold) left_[fold] = count / Folds;
        for (std::size_t i = 0; i < count % Folds; ++i) ++left_[(first + i) % Folds];
    }

    /// The lowest fold that takes another row, or any, with the chance of a random order of all.
    constexpr std::size_t take(Random* random) {
        std::size_t place = random == nullptr ? 0 : random->below(static_cast<std::uint32_t>(total_));
        std::size_t fold = 0;
        while (place >= left_[fold]) place -= left_[fold++];
        --left_[fold];
        --total_;
        return fold;
    }

private:
    std::array<std::size_t, Folds> left_{};
    std::size_t total_;
};

}  // namespace detail

/// Folds of rows drawn at random, as large as those of KFold.
///
/// Errors  assign() refuses fewer rows than folds, and more than Capacity.
/// Memory  as AssignedFolds. Time O(rows * Folds) to assign.
template <std::size_t Folds, std::size_t Capacity>
class ShuffledKFold : public AssignedFolds<Folds, Capacity> {
public:
    constexpr Status assign(std::size_t rows, Random& random) {
        if (const Status status = this->check_rows(rows); status != Status::ok) return status;
        detail::FoldQuota<Folds> quota(0, rows);
        for (std::size_t row = 0; row < rows; ++row) this->set_fold(row, quota.take(&random));
        this->set_rows(rows);
        return Status::ok;
    }
};

/// Folds with the same share of every class: in order within each class, or at random.
///
/// Errors  assign() refuses labels out of range, fewer rows than folds, more than Capacity, and labels
///         of which no class has as many rows as there are folds.
/// Memory  as AssignedFolds. Time O(rows * (Classes + Folds)) to assign.
/// Source  Kohavi 1995, IJCAI, 1137-1143; in order, the folds are those of scikit-learn's StratifiedKFold.
template <std::size_t Folds, std::size_t Classes, std::size_t Capacity, class LabelType = std::uint8_t>
requires can_label<LabelType, Classes>
class StratifiedKFold : public AssignedFolds<Folds, Capacity> {
public:
    using Label = LabelType;

    constexpr Status assign(std::span<const Label> labels) { return assign_all(labels, nullptr); }
    constexpr Status assign(std::span<const Label> labels, Random& random) {
        return assign_all(labels, &random);
    }

private:
    constexpr Status assign_all(std::span<const Label> labels, Random* random) {
        if (const Status status = this->check_rows(labels.size()); status != Status::ok) return status;
        std::array<std::size_t, Classes> counts{};
        std::size_t largest = 0;
        for (const Label label : labels) {
            if (label >= Classes) return Status::bad_label;
            largest = max(largest, ++counts[label]);
        }
        if (largest < Folds) return Status::too_few_rows;

        std::size_t dealt = 0;
        std::array<bool, Classes> done{};
        for (std::size_t row = 0; row < labels.size(); ++row) {  // classes in the order in which they appear
            const Label label = labels[row];
            if (done[label]) continue;
            assign_class(labels, label, detail::FoldQuota<Folds>(dealt, counts[label]), random);
            dealt += counts[label];
            done[label] = true;
        }
        this->set_rows(labels.size());
        return Status::ok;
    }

    constexpr void assign_class(std::span<const Label> labels, Label label, detail::FoldQuota<Folds> quota,
                                Random* random) {
        for (std::size_t row = 0; row < labels.size(); ++row) {
            if (labels[row] == label) this->set_fold(row, quota.take(random));
        }
    }
};

/// Folds that keep each group (a person, a machine) together, the largest group first into the smallest fold.
///
/// Errors  assign() refuses groups out of range (bad_label), fewer groups than folds (too_few_rows), and more
///         rows than Capacity.
/// Memory  as AssignedFolds; assign() takes 2 * Groups + Folds numbers of stack. Time O(rows + Groups^2).
/// Source  scikit-learn's GroupKFold; of groups of equal size the one with the larger number goes first.
template <std::size_t Folds, std::size_t Groups, std::size_t Capacity, class GroupType = std::uint8_t>
requires(Groups >= Folds && can_label<GroupType, Groups>) class GroupKFold
    : public AssignedFolds<Folds, Capacity> {
public:
    using Group = GroupType;

    constexpr Status assign(std::span<const Group> groups) {
        if (const Status status = this->check_rows(groups.size()); status != Status::ok) return status;
        std::array<std::size_t, Groups> counts{};
        std::size_t present = 0;
        for (const Group group : groups) {
            if (group >= Groups) return Status::bad_label;
            present += counts[group]++ == 0;
        }
        if (present < Folds) return Status::too_few_rows;
        const auto fold_of_group = place_groups(counts, present);
        for (std::size_t row = 0; row < groups.size(); ++row) {
            this->set_fold(row, fold_of_group[groups[row]]);
        }
        this->set_rows(groups.size());
        return Status::ok;
    }

private:
    [[nodiscard]] static constexpr std::array<std::size_t, Groups> place_groups(
        std::array<std::size_t, Groups> counts, std::size_t present) {
        std::array<std::size_t, Groups> fold_of_group{};
        std::array<std::size_t, Folds> load{};
        for (; present > 0; --present) {
            std::size_t largest = 0, lightest = 0;
            for (std::size_t group = 1; group < Groups; ++group) {
                if (counts[group] >= counts[largest]) largest = group;
            }
            for (std::size_t fold = 1; fold < Folds; ++fold) {
                if (load[fold] < load[lightest]) lightest = fold;
            }
            load[lightest] += counts[largest];
            fold_of_group[largest] = lightest;
            counts[largest] = 0;
        }
        return fold_of_group;
    }
};

}  // namespace mote
