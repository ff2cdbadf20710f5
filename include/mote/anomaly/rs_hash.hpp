// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/anomaly/stream_window.hpp"
#include "mote/anomaly/surprise.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct RsHashConfig {
    std::size_t grids = 20;
    std::size_t cells = 128;      // of each of a grid's two tables, a power of two
    std::uint32_t memory = 1000;  // samples that a grid is made for: more make finer grids of more features
    std::size_t warm_up = 128;    // samples that tell the range
};

template <RsHashConfig Config>
concept valid_rs_hash_config = Config.grids > 0 && Config.grids <= 4096 && Config.cells > 1 &&
                               Config.cells <= 65'536 && (Config.cells & (Config.cells - 1)) == 0 &&
                               Config.memory >= 9 && Config.memory <= 65'535 && Config.warm_up > 0;

/// Randomised hashing of subspaces: in how full a cell does x lie, in many random grids over few features
/// each?
///
/// Shapes  x: [Features]. score(): an integer, 0 .. highest.
/// Units   x: any. Score: highest less the sum over grids of log2(1 + count) in 1/256.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score in the warm-up.
/// Memory  per grid 4 * cells bytes and 4 for each of up to 16 features: 10.7 KB for the defaults and 4
///         features. Time O(grids * min(Features, 16)).
/// Source  Sathe and Aggarwal 2016, Subspace outlier detection in linear time with randomized hashing,
///         ICDM: 459-468, section III, with two hash tables. Deviations: everything is whole numbers, 1,024
///         to the range of the warm-up, so that scores are equal on every target; log2 is linear between
///         powers of two (Mitchell 1962), off by at most 0.09; cells forget in turn instead of by time
///         stamps.
template <FloatingScalar T, std::size_t Features, RsHashConfig Config = RsHashConfig{}>
requires valid_rs_hash_config<Config>
class RsHash {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;
    static constexpr Score highest = static_cast<Score>(Config.grids * 16 * 256);

    constexpr explicit RsHash(std::uint64_t seed = 1) : seed_(seed) {
        Random random(seed);
        for (Grid& grid : grids_) lay(grid, random);
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!recent_.known() || !all_finite(x)) return 0;
        const auto places = recent_.place(x);
        Score usual = 0;
        for (const Grid& grid : grids_) {
            const auto [first, second] = cells_of(grid, places);
            usual += log2_of(1u + min(grid.first[first], grid.second[second]));
        }
        return highest - usual;
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (!recent_.known()) {
            recent_.learn_range(x);
            return Status::ok;
        }
        const auto places = recent_.place(x);
        for (Grid& grid : grids_) {
            const auto [first, second] = cells_of(grid, places);
            count(grid.first, first);
            count(grid.second, second);
        }
        ageing_ = (ageing_ + 1) % Config.cells;
        recent_.push(places);
        if (recent_.obsolete()) reset();
        return Status::ok;
    }

    constexpr Score observe(Sample x) {
        const Score result = score(x);
        update(x);
        return result;
    }

    /// Forgets the stream; keeps the grids.
    constexpr void reset() { *this = RsHash(seed_); }

    [[nodiscard]] constexpr bool ready() const { return recent_.known(); }

private:
    using Places = typename StreamWindow<T, Features, 1>::Places;
    using Table = std::array<std::uint16_t, Config.cells>;
    static constexpr std::size_t most_features = min<std::size_t>(Features, 16);

    struct Grid {
        std::uint16_t width = 0;  // of a cell, in places: the paper's f
        std::uint16_t count = 0;  // of features: its r
        std::array<std::uint16_t, most_features> features{};
        std::array<std::uint16_t, most_features> shifts{};  // its alpha
        Table first{}, second{};
    };

    /// Step 1 to 3 of the paper: f uniform between 1 / sqrt(s) and 1 - 1 / sqrt(s), shifts uniform in a cell,
    /// and between 1 + L / 2 and L features, where L is log s to the base of max(2, 1 / f).
    static constexpr void lay(Grid& grid, Random& random) {
        const std::uint32_t least = 1024 / integer_sqrt(Config.memory);
        grid.width = static_cast<std::uint16_t>(least + random.below(1024 - 2 * least + 1));
        const std::uint32_t base = max<std::uint32_t>(2, 1024u / grid.width);
        std::uint32_t log = 0;
        for (std::uint32_t left = Config.memory; left >= base; left /= base) ++log;
        const std::uint32_t fewest = min<std::uint32_t>(1 + log / 2, log);
        const std::uint32_t drawn = fewest + random.below(log - fewest + 1);
        grid.count = static_cast<std::uint16_t>(min<std::size_t>(drawn, most_features));
        static_cast<void>(random.sample_without_replacement(static_cast<std::uint32_t>(Features),
                                                            std::span(grid.features).first(grid.count)));
        for (std::uint16_t& shift : grid.shifts) shift = static_cast<std::uint16_t>(random.below(grid.width));
    }

    struct Cells {
        std::size_t first, second;
    };
    [[nodiscard]] static constexpr Cells cells_of(const Grid& grid, const Places& places) {
        std::uint32_t hash = 0;
        for (std::size_t k = 0; k < grid.count; ++k) {
            // 32 ranges up, so that the quotient of what lies below the range is rounded down as well
            const auto height = static_cast<std::uint32_t>(places[grid.features[k]] + 32 * 1024);
            hash =
                (hash ^ (height + grid.shifts[k]) / grid.width) * 0x9E3779B1u;  // 2^32 over the golden ratio
            hash ^= hash >> 15;
        }
        const std::uint32_t other = hash * 0x85EBCA77u;
        return {hash % Config.cells, (other >> 16) % Config.cells};
    }

    constexpr void count(Table& table, std::size_t cell) const {
        if (table[cell] < std::numeric_limits<std::uint16_t>::max()) ++table[cell];
        std::uint16_t& old = table[ageing_];
        old = static_cast<std::uint16_t>(old - (old + 7) / 8);
    }

    /// In 1/256: the place of the highest bit, and what is below it as a fraction.
    [[nodiscard]] static constexpr Score log2_of(std::uint32_t n) {
        const auto whole = static_cast<std::uint32_t>(std::bit_width(n) - 1);
        return 256 * whole + ((n << 8) >> whole) - 256;
    }

    std::array<Grid, Config.grids> grids_{};
    StreamWindow<T, Features, 1> recent_{static_cast<std::uint32_t>(Config.warm_up)};
    std::uint32_t ageing_ = 0;
    std::uint64_t seed_;
};

}  // namespace mote
