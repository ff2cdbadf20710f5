// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// Categorical naive Bayes: features without order, such as modes, codes or bins.
///
/// Shapes  x: [Features] of 0 .. Categories - 1. Labels 0 .. Classes - 1. predict_proba(): [Classes].
/// Errors  update() and fit() refuse categories (bad_state) and labels out of range, fit() also no rows and
///         a class without a row; update() any row of a class after 2^32 - 1, merge() what would exceed that.
///         A class never seen is never predicted; before any sample predict() is 0. To predict(), a category
///         out of range says nothing.
/// Memory  2 * Classes * Features * Categories + 2 * Classes + 1 words. predict() takes Classes * Features
///         additions and a logarithm; update() Features + 1 logarithms.
/// Source  Mitchell 1997, Machine Learning, section 6.9; counts are smoothed by adding `alpha`, as in
///         scikit-learn. Counts are integers: merging is exact to the bit.
template <FloatingScalar T, std::size_t Features, std::size_t Categories, std::size_t Classes,
          class LabelType = std::uint8_t, class Isa = isa::Native>
requires can_label<LabelType, Classes> &&(Categories >= 1 && Categories <= 256) class CategoricalNaiveBayes {
public:
    using Scalar = T;
    using Sample = mote::Sample<std::uint8_t, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr bool exactly_mergeable = true;

    constexpr explicit CategoricalNaiveBayes(T alpha = 1) : alpha_(alpha) { prepare_all(); }

    [[nodiscard]] constexpr Status fit(Dataset<std::uint8_t, Features, Label> data) {
        CategoricalNaiveBayes next(alpha_);
        const Status status =
            learn_every_class(data, next.counts_, [&](Sample x, Label y) { return next.accumulate(x, y); });
        if (status != Status::ok) return status;
        next.prepare_all();
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        const Status status = accumulate(x, y);
        if (status != Status::ok) return status;
        prepare_class(y);
        for (std::size_t i = 0; i < Features; ++i) prepare(y, i, x[i]);
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax<Isa>(predict_joint_log_proba(x)));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(predict_joint_log_proba(x));
    }

    /// log P(class) + log P(x | class); the lowest number for a class never seen.
    [[nodiscard]] constexpr std::array<T, Classes> predict_joint_log_proba(Sample x) const {
        std::uint64_t seen = 0;
        for (const std::uint32_t count : counts_) seen += count;
        const T log_seen = seen == 0 ? T(0) : log(static_cast<T>(seen));
        std::array<T, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            result[k] = std::numeric_limits<T>::lowest();
            if (counts_[k] == 0) continue;
            T sum = log(static_cast<T>(counts_[k])) - log_seen;
            for (std::size_t i = 0; i < Features; ++i) {
                if (x[i] < Categories) sum += logs_[k][i][x[i]] - log_totals_[k];
            }
            result[k] = sum;
        }
        return result;
    }

    /// As if this model had also seen every sample of the other, in any order.
    constexpr Status merge(const CategoricalNaiveBayes& other) {
        for (std::size_t k = 0; k < Classes; ++k) {
            if (other.counts_[k] > most - counts_[k]) return Status::capacity_full;
        }
        for (std::size_t k = 0; k < Classes; ++k) {
            counts_[k] += other.counts_[k];
            for (std::size_t i = 0; i < Features; ++i) {
                for (std::size_t c = 0; c < Categories; ++c)
                    occurrences_[k][i][c] += other.occurrences_[k][i][c];
            }
        }
        prepare_all();
        return Status::ok;
    }

    constexpr void reset() { *this = CategoricalNaiveBayes(alpha_); }

    [[nodiscard]] constexpr std::uint32_t count(Label label) const { return counts_[label]; }
    /// The log of the share of a category in a class.
    [[nodiscard]] constexpr T log_share(Label label, std::size_t feature, std::size_t category) const {
        return logs_[label][feature][category] - log_totals_[label];
    }

private:
    static constexpr std::uint32_t most = ~std::uint32_t{0};

    constexpr Status accumulate(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        for (const std::uint8_t category : x) {
            if (category >= Categories) return Status::bad_state;
        }
        if (counts_[y] == most) return Status::capacity_full;
        ++counts_[y];
        for (std::size_t i = 0; i < Features; ++i) ++occurrences_[y][i][x[i]];
        return Status::ok;
    }

    constexpr void prepare(std::size_t k, std::size_t i, std::size_t category) {
        logs_[k][i][category] = log(static_cast<T>(occurrences_[k][i][category]) + alpha_);
    }

    constexpr void prepare_class(std::size_t k) {
        log_totals_[k] = log(static_cast<T>(counts_[k]) + alpha_ * static_cast<T>(Categories));
    }

    constexpr void prepare_all() {
        for (std::size_t k = 0; k < Classes; ++k) {
            prepare_class(k);
            for (std::size_t i = 0; i < Features; ++i) {
                for (std::size_t c = 0; c < Categories; ++c) prepare(k, i, c);
            }
        }
    }

    template <class V>
    using Table = std::array<std::array<std::array<V, Categories>, Features>, Classes>;
    Table<T> logs_{};
    Table<std::uint32_t> occurrences_{};
    std::array<T, Classes> log_totals_{};
    std::array<std::uint32_t, Classes> counts_{};
    T alpha_;
};

}  // namespace mote
