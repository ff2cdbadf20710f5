// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Histogram-based outlier score: features taken as independent, each with a histogram of its own.
///
/// Shapes  x: [Features]. score(): scalar. contributions(): [Features], whose sum is the score.
/// Units   x: any, one unit per feature; score: bits, the sum of -log2(density + 0.1), where the density is 1
///         for a uniform feature.
/// Errors  fit() refuses no rows, values that are not finite and ranges that are not. score() is 0 for an x
///         that is not finite and before fit(). Beyond the range by more than half a bin a feature counts as
///         its emptiest bin. A constant feature counts the same everywhere.
/// Memory  Features * (Bins + 3) scalars. Time O(Features); fit() O(n * Features).
/// Source  Goldstein, Dengel 2012, Histogram-based outlier score (HBOS), KI-2012: 59-63, equation (1) with
///         bins of equal width. Deviation: 0.1 added to each density, as in PyOD, so that empty bins have a
///         score.
template <FloatingScalar T, std::size_t Features, std::size_t Bins = 10>
requires(Bins > 0) class Hbos {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t bins = Bins;

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        if (const Status status = check_ranges(rows); status != Status::ok) return status;
        for (std::size_t i = 0; i < Features; ++i) fit_feature(rows, i);
        return Status::ok;
    }

    [[nodiscard]] constexpr T score(Sample x) const {
        T sum = 0;
        for (const T part : contributions(x)) sum += part;
        return sum;
    }

    /// What each feature adds to the score.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (!all_finite(x)) return result;
        for (std::size_t i = 0; i < Features; ++i) {
            const T place = (x[i] - low_[i]) * factors_[i];
            const bool far = place < T(-0.5) || place > T(Bins) + T(0.5);
            result[i] = far ? farthest_[i] : bits_[i][bin_at(place)];
        }
        return result;
    }

    constexpr void reset() { *this = Hbos{}; }

private:
    /// The bin of a place counted in bins; the highest value belongs to the last bin.
    [[nodiscard]] static constexpr std::size_t bin_at(T place) {
        return static_cast<std::size_t>(clamp(place, T{0}, T(Bins - 1)));
    }

    constexpr void fit_feature(Rows<T, Features> rows, std::size_t i) {
        const Range<T> range = range_of(rows, i);
        low_[i] = range.low;
        factors_[i] = factor_to(T(Bins), range);
        std::array<std::uint32_t, Bins> counts{};
        for (const Row& row : rows) ++counts[bin_at((row[i] - low_[i]) * factors_[i])];
        farthest_[i] = 0;
        for (std::size_t bin = 0; bin < Bins; ++bin) {
            const T density = static_cast<T>(counts[bin]) * T(Bins) / static_cast<T>(rows.size());
            bits_[i][bin] = -log2(density + T(0.1));
            farthest_[i] = bin == 0 ? bits_[i][bin] : max(farthest_[i], bits_[i][bin]);
        }
    }

    std::array<std::array<T, Bins>, Features> bits_{};
    Row low_{}, factors_{};
    Row farthest_{};  // the score of the emptiest bin
};

}  // namespace mote
