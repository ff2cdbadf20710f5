// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/anomaly/integer_bins.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Hbos in whole numbers, fitted and asked without any floating point: for raw samples of a converter on a
/// core that has none. Equal to the bit on every target.
///
/// Shapes  x: [Features]. score(): whole number. contributions(): [Features], whose sum is the score.
/// Units   x: any, one unit per feature; score: 1/256 bit.
/// Errors  fit() refuses no rows, and more than 2^32 - 1 (bad_parameter). score() is 0 before fit(). Beyond
///         the range by more than half a bin a feature counts as its emptiest bin. A constant feature counts
///         the same everywhere within.
/// Memory  Features * (2 * Bins + 12) bytes. Time O(Features), a product each; fit() O(n * Features).
/// Source  as Hbos. Binary logarithms by squaring, one bit after the other; each is off by less than 1/256
///         bit.
template <std::size_t Features, std::size_t Bins = 10>
requires(Bins > 0 && Bins <= 4096) class IntegerHbos {
public:
    using Scalar = std::int16_t;
    using Sample = mote::Sample<Scalar, Features>;
    using Row = std::array<Scalar, Features>;
    using Score = std::int32_t;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t bins = Bins;
    static constexpr Score bit = 256;  // a score of one bit

    [[nodiscard]] constexpr Status fit(Rows<Scalar, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        if (rows.size() > std::numeric_limits<std::uint32_t>::max()) return Status::bad_parameter;
        for (std::size_t i = 0; i < Features; ++i) fit_feature(rows, i);
        return Status::ok;
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        Score sum = 0;
        for (std::size_t i = 0; i < Features; ++i) sum += part(x[i], histograms_[i]);
        return sum;
    }

    /// What each feature adds to the score.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = part(x[i], histograms_[i]);
        return result;
    }

    constexpr void reset() { *this = IntegerHbos{}; }

private:
    struct Histogram {
        IntegerBins<Bins> bins{};
        Scalar low = 0, high = 0;
        Scalar farthest = 0;  // what the emptiest bin counts
        std::array<Scalar, Bins> parts{};
    };

    [[nodiscard]] static constexpr Scalar part(Scalar value, const Histogram& histogram) {
        constexpr auto twice_the_bins = static_cast<std::int32_t>(2 * Bins);
        const std::int32_t width = histogram.high - histogram.low;
        const std::int32_t below = histogram.low - value, above = value - histogram.high;
        if (max(below, above) * twice_the_bins > width) return histogram.farthest;
        const std::int32_t gap = clamp(-below, std::int32_t{0}, width);
        return histogram.parts[histogram.bins.bin_of(static_cast<std::uint32_t>(gap))];
    }

    constexpr void fit_feature(Rows<Scalar, Features> rows, std::size_t i) {
        Histogram& histogram = histograms_[i];
        histogram = {};
        histogram.low = histogram.high = rows[0][i];
        for (const Row& row : rows) {
            histogram.low = min(histogram.low, row[i]);
            histogram.high = max(histogram.high, row[i]);
        }
        histogram.bins.fit(static_cast<std::uint32_t>(histogram.high - histogram.low));
        std::array<std::uint32_t, Bins> counts{};
        for (const Row& row : rows) {
            ++counts[histogram.bins.bin_of(static_cast<std::uint32_t>(row[i] - histogram.low))];
        }
        histogram.farthest = std::numeric_limits<Scalar>::min();
        for (std::size_t k = 0; k < Bins; ++k) {
            // -log2(count * Bins / rows + 1 / 10), as a difference of logarithms of whole numbers
            const std::uint64_t all = rows.size();
            const std::int32_t bits =
                binary_logarithm(10 * all) - binary_logarithm(std::uint64_t{10 * Bins} * counts[k] + all);
            histogram.parts[k] = static_cast<Scalar>(bits);
            histogram.farthest = max(histogram.farthest, histogram.parts[k]);
        }
    }

    std::array<Histogram, Features> histograms_{};
};

}  // namespace mote
