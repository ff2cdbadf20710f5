// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct IsotonicRow {
    T x;
    T y;
    T weight = 1;
};

/// The rising function that fits best: level on steps, straight between them. Makes a probability of any
/// score that ranks well, and straightens the curve of a sensor.
///
/// Shapes  rows: [n] of x, y and weight. predict(): scalar, within the range of the y learnt from.
/// Units   x and y: any. To calibrate a classifier: x its score, y the label 0 or 1.
/// Errors  fit() refuses no rows, values that are not finite, and weights not above 0. Before any fit
///         predict() is 0; beyond the x learnt from it is that of the nearest step, for NaN of the first.
/// Memory  3 * Steps scalars and a count; fit() sorts the caller's rows where they are and takes 4 * Steps
///         scalars of stack. Time O(log Steps); fit() O(n log n), and O(Steps) for every step joined.
/// Source  Ayer et al. 1955, The Annals of Mathematical Statistics 26(4):641-647, pool adjacent violators;
///         for classifiers Zadrozny and Elkan 2002, KDD, 694-699. As in scikit-learn, rows of equal x are
///         one row first. Where the best function has more than Steps steps, the pair whose joining adds
///         least to the squared error is joined as rows come in, and exact() is false.
template <FloatingScalar T, std::size_t Steps>
requires(Steps >= 2 && Steps < 65'536) class IsotonicRegression {
public:
    using Scalar = T;

    [[nodiscard]] constexpr Status fit(std::span<IsotonicRow<T>> rows) {
        if (rows.empty()) return Status::too_few_rows;
        for (const IsotonicRow<T>& row : rows) {
            if (!isfinite(row.x) || !isfinite(row.y) || !isfinite(row.weight)) return Status::not_finite;
            if (!(row.weight > 0)) return Status::bad_parameter;
        }
        std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
        Pool pool;
        for (std::size_t i = 0; i < rows.size();) {
            Step next{rows[i].x, rows[i].x, rows[i].y};
            T weight = rows[i].weight;
            for (++i; i < rows.size() && rows[i].x == next.first; ++i) {
                weight += rows[i].weight;
                next.level += (rows[i].y - next.level) * (rows[i].weight / weight);
            }
            pool.push(next, weight);
        }
        *this = pool.result;
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(T x) const {
        if (size_ == 0) return 0;
        std::size_t low = 0, high = size_;  // the last step that begins at or below x
        while (high - low > 1) {
            const std::size_t middle = (low + high) / 2;
            (steps_[middle].first <= x ? low : high) = middle;
        }
        const Step& step = steps_[low];
        if (!(x > step.last) || low + 1 == size_) return step.level;
        const Step& next = steps_[low + 1];
        const T share = (x - step.last) / (next.first - step.last);
        return (1 - share) * step.level + share * next.level;
    }

    constexpr void reset() { *this = IsotonicRegression{}; }

    /// How many steps the function has.
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    /// No steps had to be joined for want of memory.
    [[nodiscard]] constexpr bool exact() const { return exact_; }

private:
    struct Step {
        T first = 0, last = 0;  // the range of x on which the function is level
        T level = 0;
    };

    /// The function of the rows so far, with what only the fit needs.
    struct Pool;

    std::array<Step, Steps> steps_{};
    std::uint16_t size_ = 0;
    bool exact_ = true;
};

template <FloatingScalar T, std::size_t Steps>
requires(Steps >= 2 && Steps < 65'536) struct IsotonicRegression<T, Steps>::Pool {
    IsotonicRegression result;
    std::array<T, Steps> weights{};

    /// Adds a step on the right; as long as it does not rise, it is joined to its neighbour.
    constexpr void push(const Step& step, T weight) {
        Step last = step;
        while (result.size_ > 0 && result.steps_[result.size_ - 1].level >= last.level) {
            --result.size_;
            last = joined(result.steps_[result.size_], weights[result.size_], last, weight);
            weight += weights[result.size_];
        }
        if (result.size_ == Steps) make_room();
        result.steps_[result.size_] = last;
        weights[result.size_++] = weight;
    }

    [[nodiscard]] static constexpr Step joined(const Step& a, T weight_a, const Step& b, T weight_b) {
        return {a.first, b.last, a.level + (b.level - a.level) * (weight_b / (weight_a + weight_b))};
    }

    /// Joins the two neighbours whose levels cost least to make one.
    constexpr void make_room() {
        std::size_t best = 0;
        for (std::size_t i = 1; i + 1 < Steps; ++i) {
            if (cost(i) < cost(best)) best = i;
        }
        result.steps_[best] =
            joined(result.steps_[best], weights[best], result.steps_[best + 1], weights[best + 1]);
        weights[best] += weights[best + 1];
        for (std::size_t i = best + 1; i + 1 < Steps; ++i) {
            result.steps_[i] = result.steps_[i + 1];
            weights[i] = weights[i + 1];
        }
        --result.size_;
        result.exact_ = false;
    }

    [[nodiscard]] constexpr T cost(std::size_t i) const {
        const T rise = result.steps_[i + 1].level - result.steps_[i].level;
        return rise * rise * (weights[i] * (weights[i + 1] / (weights[i] + weights[i + 1])));
    }
};

}  // namespace mote
