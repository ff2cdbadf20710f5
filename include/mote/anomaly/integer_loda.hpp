// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/anomaly/integer_bins.hpp"
#include "mote/anomaly/loda.hpp"
#include "mote/anomaly/sparse_direction.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Loda in whole numbers, fitted and asked without any floating point: for raw samples of a converter on a
/// core that has none. Equal to the bit on every target.
///
/// Shapes  x: [Features]. score(): whole number >= 0. contributions(): [Features].
/// Units   x: any, one unit per feature; each weighs as if divided by its range. Score: 1/256 bit, the sum of
///         -log2(share of the rows in x's bin) over the projections.
/// Errors  fit() refuses no rows, and more than 2^32 - 1 (bad_parameter). score() is 0 before fit(). An empty
///         bin, and all beyond the range, holds half a row. A constant feature has no say.
/// Memory  per projection 2 * Bins + 12 bytes, and a 16-bit weight and an index for each of sqrt(Features)
///         terms. Time O(projections * sqrt(Features)), a product each; fit() 4 * Bins bytes of stack.
/// Source  as Loda. Deviation: weights are divided by ranges, which fit() measures, and have 15 bits; a
///         range has 15.
template <std::size_t Features, LodaConfig Config = LodaConfig{}>
requires valid_loda_config<Config> &&(Config.bins <= 4096) class IntegerLoda {
public:
    using Scalar = std::int16_t;
    using Sample = mote::Sample<Scalar, Features>;
    using Row = std::array<Scalar, Features>;
    using Score = std::int32_t;
    static constexpr std::size_t features = Features;
    static constexpr Score bit = 256;  // one bit of one projection

    constexpr explicit IntegerLoda(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<Scalar, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        if (rows.size() > std::numeric_limits<std::uint32_t>::max()) return Status::bad_parameter;
        std::array<typename Direction::Index, Features> varying{};
        std::array<std::uint32_t, Features> widths{};
        std::size_t count = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const Range<Scalar> range = range_of(rows, i);
            widths[count] = static_cast<std::uint32_t>(range.high - range.low);
            varying[count] = static_cast<typename Direction::Index>(i);
            if (widths[count] > 0) ++count;
        }
        Random random(seed_);
        for (Cut& cut : cuts_) {
            cut.direction.draw(random, std::span(varying).first(count), std::span(widths).first(count));
            cut.fit(rows);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        Score sum = 0;
        for (const Cut& cut : cuts_) sum += cut.surprise(x);
        return sum;
    }

    /// By how many 1/256 bits the projections with a feature are more surprising, in the mean, than those
    /// without. 0 for a feature that is in none or in all.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        std::array<std::int32_t, Features> surprises{}, counts{};
        std::int32_t all = 0;
        for (const Cut& cut : cuts_) {
            const std::int32_t surprise = cut.surprise(x);
            all += surprise;
            for (std::size_t i = 0; i < Features; ++i) {
                if (!cut.direction.uses(i)) continue;
                surprises[i] += surprise;
                ++counts[i];
            }
        }
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) {
            const std::int32_t others = static_cast<std::int32_t>(Config.projections) - counts[i];
            if (counts[i] == 0 || others == 0) continue;
            result[i] = static_cast<Scalar>(surprises[i] / counts[i] - (all - surprises[i]) / others);
        }
        return result;
    }

    constexpr void reset() { *this = IntegerLoda(seed_); }

private:
    /// The whole part of the square root: so many features are in a projection.
    static constexpr std::size_t used = [] {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= Features) ++root;
        return root;
    }();
    using Direction = SparseDirection<Features, used>;

    struct Cut {
        Direction direction{};
        std::int32_t low = 0;    // of the rows' projections
        std::int16_t width = 0;  // to the highest, over 2^shift
        std::uint8_t shift = 0;
        IntegerBins<Config.bins> bins{};
        std::array<std::int16_t, Config.bins> surprises{};
        std::int16_t beyond = 0;

        [[nodiscard]] constexpr std::int32_t project(Sample x) const {
            return direction.sum([&](std::size_t j) { return x[direction.feature(j)]; });
        }

        [[nodiscard]] constexpr std::int32_t surprise(Sample x) const {
            const std::int32_t projected = project(x);
            if (projected < low) return beyond;
            const std::uint32_t gap = static_cast<std::uint32_t>(projected - low) >> shift;
            if (gap > static_cast<std::uint32_t>(width)) return beyond;
            return surprises[bins.bin_of(gap)];
        }

        constexpr void fit(Rows<Scalar, Features> rows) {
            std::int32_t high = low = project(rows[0]);
            for (const Row& row : rows) {
                low = min(low, project(row));
                high = max(high, project(row));
            }
            const auto whole = static_cast<std::uint32_t>(high - low);
            shift = static_cast<std::uint8_t>(max<std::uint32_t>(std::bit_width(whole), 15) - 15);
            width = static_cast<std::int16_t>(whole >> shift);
            bins.fit(static_cast<std::uint32_t>(width));
            std::array<std::uint32_t, Config.bins> counts{};
            for (const Row& row : rows) {
                ++counts[bins.bin_of(static_cast<std::uint32_t>(project(row) - low) >> shift)];
            }
            const std::uint64_t total = rows.size();
            beyond = static_cast<std::int16_t>(binary_logarithm(2 * total));
            for (std::size_t k = 0; k < Config.bins; ++k) {
                const std::int32_t bits =
                    binary_logarithm(total) - binary_logarithm(max<std::uint64_t>(counts[k], 1));
                surprises[k] = counts[k] == 0 ? beyond : static_cast<std::int16_t>(bits);
            }
        }
    };

    std::array<Cut, Config.projections> cuts_{};
    std::uint64_t seed_;
};

}  // namespace mote
