// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/order_statistic.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How far out in its feature's own distribution is each value? What Ecod and Copod have in common.
///
/// Shapes  x: [Features].
/// Units   left(), right(): -log of the share of rows that are at most, or at least, x[i]; >= 0.
/// Errors  fit() refuses no rows, and values and ranges that are not finite. Beyond the rows a tail holds one
///         row of n + 1.
/// Memory  Features * (3 * Knots + 1) scalars and one. Time O(Features * log Knots); fit() O(n * Features *
///         Knots * bits of T), without a copy of the rows.
///
/// A knot is a value that a row has and its two tails. With as many knots as rows nothing is lost; with fewer
/// the ranks of the knots grow by a constant factor from both ends to the middle, so that the tails, which
/// make the scores, stay exact, and between knots the logarithms are interpolated.
template <FloatingScalar T, std::size_t Features, std::size_t Knots>
requires(Knots >= 2) class EmpiricalTails {
public:
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;

    struct Tails {
        T left, right;
    };

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        if (const Status status = check_ranges(rows); status != Status::ok) return status;
        for (std::size_t knot = 0; knot < Knots; ++knot) {
            const std::size_t rank = rank_of(knot, rows.size());
            for (std::size_t i = 0; i < Features; ++i) set(rows, i, knot, order_statistic(rows, i, rank));
        }
        beyond_ = log(static_cast<T>(rows.size()) + 1);
        for (std::size_t i = 0; i < Features; ++i) skews_[i] = skew_of(rows, i);
        return Status::ok;
    }

    [[nodiscard]] constexpr Tails tails(std::size_t i, T value) const {
        const auto& knots = knots_[i];
        if (value < knots[0].value) return {beyond_, 0};
        if (value > knots[Knots - 1].value) return {0, beyond_};
        std::size_t above = 0;  // the first knot that is not below the value
        for (std::size_t step = Knots; step > 0; step /= 2) {
            while (above + step <= Knots && knots[above + step - 1].value < value) above += step;
        }
        const Knot& upper = knots[above];
        if (upper.value == value) return upper.tails;
        const Knot& lower = knots[above - 1];
        const T share = (value - lower.value) / (upper.value - lower.value);
        return {lower.tails.left + (upper.tails.left - lower.tails.left) * share,
                lower.tails.right + (upper.tails.right - lower.tails.right) * share};
    }

    /// The sign of the feature's skewness: -1, 0 or 1.
    [[nodiscard]] constexpr T skew(std::size_t i) const { return skews_[i]; }

    [[nodiscard]] constexpr bool trained() const { return beyond_ > 0; }

private:
    struct Knot {
        T value;
        Tails tails;
    };

    /// Knots 0 .. Knots / 2 - 1 count from the least row, the others from the greatest.
    [[nodiscard]] static constexpr std::size_t rank_of(std::size_t knot, std::size_t rows) {
        if (rows <= Knots) return min(knot, rows - 1);
        const std::size_t lower_half = Knots / 2;
        if (knot >= lower_half)
            return rows - 1 - step_of(Knots - 1 - knot, Knots - lower_half, (rows - 1) / 2);
        return step_of(knot, lower_half, (rows - 1) / 2);
    }

    /// Step i of `steps` from rank 0 to `last`: each next rank is a factor further, and at least one.
    [[nodiscard]] static constexpr std::size_t step_of(std::size_t i, std::size_t steps, std::size_t last) {
        std::size_t rank = 0;
        for (std::size_t done = 1; done <= i; ++done) {
            const T left = static_cast<T>(steps - done);  // to be made, this one included
            const T factor = exp(log(static_cast<T>(last + 1) / static_cast<T>(rank + 1)) / left);
            rank = max(rank + 1, static_cast<std::size_t>(static_cast<T>(rank + 1) * factor + T(0.5)) - 1);
        }
        return min(rank, last);
    }

    constexpr void set(Rows<T, Features> rows, std::size_t i, std::size_t knot, T value) {
        std::size_t at_most = 0, at_least = 0;
        for (const Row& row : rows) {
            at_most += row[i] <= value ? 1 : 0;
            at_least += row[i] >= value ? 1 : 0;
        }
        const T count = static_cast<T>(rows.size());
        knots_[i][knot] = {value,
                           {-log(static_cast<T>(at_most) / count), -log(static_cast<T>(at_least) / count)}};
    }

    [[nodiscard]] static constexpr T skew_of(Rows<T, Features> rows, std::size_t i) {
        T mean = 0, largest = 0, cubes = 0;
        for (const Row& row : rows) mean += row[i] / static_cast<T>(rows.size());
        for (const Row& row : rows) largest = max(largest, abs(row[i] - mean));
        if (!(largest > 0)) return 0;
        for (const Row& row : rows) {
            const T gap = (row[i] - mean) / largest;
            cubes += gap * gap * gap;
        }
        return cubes > 0 ? T{1} : cubes < 0 ? T{-1} : T{0};
    }

    std::array<std::array<Knot, Knots>, Features> knots_{};
    Row skews_{};
    T beyond_ = 0;  // the tail beyond all rows; 0 before fit()
};

}  // namespace mote
