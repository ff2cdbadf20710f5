// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote::rl {

struct TileCodingConfig {
    std::size_t tilings = 8;   // grids, each displaced against the others
    std::size_t tiles = 8;     // that span the range of each number
    std::size_t table = 4096;  // features at most
};

/// Binary features of a few real numbers: several grids lie over one another, each a little displaced, and in
/// each one tile holds the sample. Near samples share most tiles, which is how learning spreads.
///
/// Shapes  x: [Features]. transform(): the active feature of each tiling, indices below `size`.
/// Units   x: any, clamped to the range that was given; NaN counts as its lowest end.
/// Errors  set_range() refuses what is not finite (not_finite) and an empty range (bad_parameter).
/// Memory  2 * Features scalars; the weights belong to the learner. Time O(tilings * Features).
/// Source  Sutton and Barto 2018, section 9.5.4, with the displacements 1, 3, 5, ... that it recommends.
///         Where all tiles fit into the table each has its own feature (`exact`); otherwise they are hashed
///         into it, and by chance two may share one. Sutton's own code avoids that until the table is full,
///         by storing which tiles were met, which takes several times the memory.
template <FloatingScalar T, std::size_t Features, TileCodingConfig Config = TileCodingConfig{}>
requires(Features >= 1 && Config.tilings >= 1 && Config.tiles >= 1 && Config.table >= Config.tilings &&
         Config.table <= 65'536) class TileCoding {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Index = std::uint16_t;
    using Active = std::array<Index, Config.tilings>;
    static constexpr std::size_t features = Features;

    /// Tiles of all tilings together; the displacement adds one to each side.
    static constexpr std::size_t all_tiles = [] {
        std::size_t tiles = Config.tilings;
        for (std::size_t f = 0; f < Features && tiles <= Config.table; ++f) tiles *= Config.tiles + 1;
        return tiles;
    }();
    static constexpr bool exact = all_tiles <= Config.table;
    static constexpr std::size_t size = exact ? all_tiles : Config.table;

    constexpr TileCoding() { highest_.fill(1); }

    [[nodiscard]] constexpr Status set_range(Sample lowest, Sample highest) {
        for (std::size_t f = 0; f < Features; ++f) {
            if (!isfinite(highest[f] - lowest[f])) return Status::not_finite;
            if (!(lowest[f] < highest[f])) return Status::bad_parameter;
        }
        for (std::size_t f = 0; f < Features; ++f) {
            lowest_[f] = lowest[f];
            highest_[f] = highest[f];
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Active transform(Sample x) const {
        std::array<std::uint32_t, Features> steps{};
        for (std::size_t f = 0; f < Features; ++f) steps[f] = fine_steps(f, x[f]);
        Active active{};
        for (std::uint32_t tiling = 0; tiling < Config.tilings; ++tiling)
            active[tiling] = tile(tiling, steps);
        return active;
    }

private:
    static constexpr std::uint32_t tilings = Config.tilings;

    /// Where x is in its range, in units of one tile / tilings.
    [[nodiscard]] constexpr std::uint32_t fine_steps(std::size_t f, T x) const {
        constexpr T all = static_cast<T>(Config.tiles * Config.tilings);
        const T place = (x - lowest_[f]) / (highest_[f] - lowest_[f]) * all;
        if (!(place > 0)) return 0;
        return static_cast<std::uint32_t>(min(place, all));
    }

    [[nodiscard]] static constexpr Index tile(std::uint32_t tiling,
                                              const std::array<std::uint32_t, Features>& steps) {
        std::uint32_t index = tiling;
        std::uint32_t odd = 1;
        for (const std::uint32_t step : steps) {
            const std::uint32_t place = (step + tiling * odd % tilings) / tilings;
            index = index * static_cast<std::uint32_t>(Config.tiles + 1) + place;
            odd += 2;
        }
        if constexpr (!exact) index = scrambled(index) % static_cast<std::uint32_t>(Config.table);
        return static_cast<Index>(index);
    }

    /// The end of MurmurHash3 (Appleby 2011): every bit of the key moves half of the hash.
    [[nodiscard]] static constexpr std::uint32_t scrambled(std::uint32_t key) {
        key = (key ^ key >> 16) * 0x85ebca6bu;
        key = (key ^ key >> 13) * 0xc2b2ae35u;
        return key ^ key >> 16;
    }

    std::array<T, Features> lowest_{};
    std::array<T, Features> highest_{};
};

}  // namespace mote::rl
