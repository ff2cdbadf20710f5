// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/supervised/histogram_bins.hpp"
#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_splitter.hpp"

namespace mote {

/// How a row's loss changes with its score: first and second derivative.
template <FloatingScalar T>
struct Gradient {
    T slope = 0;
    T curvature = 0;
};

/// What a node knows of its rows' gradients. One step of Newton's method in a node with slope G and curvature
/// H lessens the loss by G^2 / (2 (H + l2)): equation (6) of Chen and Guestrin; its length is equation (5).
/// Source  Chen, Guestrin 2016, XGBoost, Proceedings of KDD 785-794.
template <FloatingScalar T>
class GradientTally {
public:
    /// Where there is hardly any curvature, Newton's step goes anywhere. As in scikit-learn.
    static constexpr T least_curvature = T(1e-3);

    constexpr GradientTally(T learning_rate, T l2) : learning_rate_(learning_rate), l2_(l2) {}

    constexpr void add(const Gradient<T>& gradient) {
        sum_.slope += gradient.slope;
        sum_.curvature += gradient.curvature;
    }

    [[nodiscard]] constexpr GradientTally without(const GradientTally& part) const {
        GradientTally rest = *this;
        rest.sum_.slope -= part.sum_.slope;
        rest.sum_.curvature -= part.sum_.curvature;
        return rest;
    }

    [[nodiscard]] constexpr T weight() const { return sum_.curvature; }
    [[nodiscard]] constexpr T score() const { return sum_.slope * sum_.slope / (sum_.curvature + l2_); }
    [[nodiscard]] constexpr bool pure() const { return sum_.curvature < least_curvature; }
    constexpr void write(T& leaf) const {
        leaf = -learning_rate_ * sum_.slope / max(sum_.curvature + l2_, least_curvature);
    }

private:
    T learning_rate_, l2_;
    Gradient<T> sum_{};
};

/// Finds the best split of a node between bins: rows are added to their bins, one feature after the other,
/// and the bins moved to the left one by one.
///
/// Memory  Features bytes a row for the bins and 8 for its gradient (T = float), 2 for its number (up to
///         65,535 rows); that of HistogramBins; 12 bytes for each bin of one feature. Time O(features * (n +
///         Bins)).
/// Source  Ke et al. 2017, LightGBM, section 2.1. A missing value goes to the side where it gains more; where
///         none was seen, to the side with more rows.
template <FloatingScalar Scalar, TreeShape Shape, std::size_t Bins, std::size_t Rows>
class HistogramSplitter {
public:
    using T = Scalar;
    using Index = std::conditional_t<Rows <= 0xffff, std::uint16_t, std::uint32_t>;
    using Tally = GradientTally<T>;
    static constexpr TreeShape shape = Shape;

    struct Task {
        mote::Rows<T, Shape.features> rows;
        Tally empty;
        TreeLimits<T> limits;
    };

    /// Bins of every value. The scratch holds as many values as there are rows.
    constexpr void take_bins(mote::Rows<T, Shape.features> rows, std::span<T> scratch) {
        for (std::size_t feature = 0; feature < Shape.features; ++feature) {
            std::size_t present = 0;
            for (const auto& row : rows) {
                if (!is_missing(row[feature])) scratch[present++] = row[feature];
            }
            bins_.cut(feature, scratch.first(present));
            for (std::size_t i = 0; i < rows.size(); ++i) {
                bin_of_[feature][i] = bins_.find(feature, rows[i][feature]);
            }
        }
    }

    /// The rows that the next tree learns from.
    constexpr void take(std::span<const Index> numbers) {
        used_ = numbers.size();
        for (std::size_t i = 0; i < used_; ++i) rows_[i] = numbers[i];
    }

    /// By the numbers of rows.
    [[nodiscard]] constexpr std::span<Gradient<T>, Rows> gradients() { return gradients_; }

    template <class Callback>
    constexpr void for_each_row(Callback callback) const {
        for (std::size_t i = 0; i < used_; ++i) callback(std::size_t{rows_[i]});
    }

    [[nodiscard]] constexpr std::size_t size() const { return used_; }

    [[nodiscard]] constexpr Tally tally(const Task& task, std::size_t begin, std::size_t end) const {
        Tally result = task.empty;
        for (std::size_t i = begin; i < end; ++i) result.add(gradients_[rows_[i]]);
        return result;
    }

    [[nodiscard]] constexpr GainingSplit<T> find(const Task& task, const Tally& all, std::size_t begin,
                                                 std::size_t end) {
        Node node{all, end - begin, {}};
        node.best.gain = 0;  // only what gains something is split
        for (std::size_t feature = 0; feature < Shape.features; ++feature) {
            fill(feature, begin, end);
            const bool gaps = histogram_[Bins].count > 0;
            sweep(task, node, feature, false);
            if (gaps) sweep(task, node, feature, true);
        }
        return node.best.gain > 0 ? node.best : GainingSplit<T>{};
    }

    constexpr std::size_t part(const Task& task, const Split<T>& split, std::size_t begin, std::size_t end) {
        std::size_t middle = begin;
        for (std::size_t i = begin; i < end; ++i) {
            if (split.goes_left(task.rows[rows_[i]][split.feature])) std::swap(rows_[i], rows_[middle++]);
        }
        return middle;
    }

private:
    struct Bin {
        Gradient<T> sum{};
        std::uint32_t count = 0;
    };

    struct Node {
        Tally all;
        std::size_t count;
        GainingSplit<T> best;
    };

    constexpr void fill(std::size_t feature, std::size_t begin, std::size_t end) {
        histogram_ = {};
        for (std::size_t i = begin; i < end; ++i) {
            const Index row = rows_[i];
            Bin& bin = histogram_[bin_of_[feature][row]];
            bin.sum.slope += gradients_[row].slope;
            bin.sum.curvature += gradients_[row].curvature;
            ++bin.count;
        }
    }

    /// Moves the bins to the left one by one and keeps the split that gains most. The last one stays on the
    /// right, unless it leaves the missing values there.
    constexpr void sweep(const Task& task, Node& node, std::size_t feature, bool missing_left) const {
        const Bin& missing = histogram_[Bins];
        const bool all_present = missing.count == 0;
        const std::size_t last = bins_.count(feature) - 1;
        const std::size_t stop = all_present || missing_left ? last : last + 1;
        std::size_t count = missing_left ? missing.count : 0;
        Tally left = task.empty;
        if (missing_left) left.add(missing.sum);
        const T before = node.all.score();
        for (std::size_t bin = 0; bin < stop; ++bin) {
            left.add(histogram_[bin].sum);
            count += histogram_[bin].count;
            const std::size_t rest = node.count - count;
            if (count < task.limits.min_samples_leaf) continue;
            if (rest < task.limits.min_samples_leaf) break;
            const Tally right = node.all.without(left);
            if (left.pure() || right.pure()) continue;
            const T gain = left.score() + right.score() - before;
            if (!(gain > node.best.gain)) continue;
            const bool lean_left = all_present ? count > rest : missing_left;
            node.best = {{threshold(feature, bin), static_cast<std::uint16_t>(feature), lean_left}, gain};
        }
    }

    /// The last bin ends above all values.
    [[nodiscard]] constexpr T threshold(std::size_t feature, std::size_t bin) const {
        const bool last = bin + 1 == bins_.count(feature);
        return last ? std::numeric_limits<T>::max() : bins_.threshold(feature, bin);
    }

    HistogramBins<T, Shape.features, Bins> bins_{};
    std::array<std::array<std::uint8_t, Rows>, Shape.features> bin_of_{};
    std::array<Bin, Bins + 1> histogram_{};  // last the missing values
    std::array<Gradient<T>, Rows> gradients_{};
    std::array<Index, Rows> rows_{};
    std::size_t used_ = 0;
};

}  // namespace mote
