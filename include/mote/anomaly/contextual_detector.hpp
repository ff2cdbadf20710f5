// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/anomaly/stream_window.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Counts how often each context was met: the level of a feature now, that with the level before, and so on
/// back to the last lag. Contexts share a table by their hash.
/// Units   novelty(): 1,024 per feature and lag for contexts never met, 1,024 / (1 + n) for one met n
///         times.
/// Memory  Cells bytes and 8 * Features. Time O(Features * Lags).
template <std::size_t Features, std::size_t Lags, std::size_t Cells>
requires(Cells > 1 && Cells <= 65'536 && (Cells & (Cells - 1)) == 0) class ContextTable {
public:
    using Window = std::array<std::int16_t, Features * Lags>;  // sums of three places, as in StreamWindow
    static constexpr std::int32_t levels = 8;
    static constexpr std::uint32_t one = 1024;

    /// Levels divide the range in question and three quarters of it to either side.
    constexpr void divide(std::size_t feature, std::int32_t low, std::int32_t high) {
        const std::int32_t range = max<std::int32_t>(high - low, 1);
        spans_[feature] = 3 * (range + 2 * (3 * range / 4));
        lowest_[feature] = 3 * (low - 3 * range / 4);
    }

    [[nodiscard]] constexpr std::uint32_t novelty(const Window& window) const {
        std::uint32_t sum = 0;
        for (std::uint16_t cell : cells_of(window)) sum += one / (1u + counts_[cell]);
        return sum;
    }

    /// Counts, and lets one cell in turn forget an eighth: after Cells samples all have, so that contexts
    /// that come no more make room.
    constexpr void count(const Window& window) {
        for (std::uint16_t cell : cells_of(window)) {
            if (counts_[cell] < std::numeric_limits<std::uint8_t>::max()) ++counts_[cell];
        }
        std::uint8_t& old = counts_[ageing_];
        old = static_cast<std::uint8_t>(old - (old + 7) / 8);
        ageing_ = (ageing_ + 1) % Cells;
    }

private:
    [[nodiscard]] constexpr std::uint32_t level(std::size_t feature, std::int32_t sum) const {
        const std::int32_t height = clamp<std::int32_t>(sum - lowest_[feature], 0, spans_[feature] - 1);
        return static_cast<std::uint32_t>(height * levels / spans_[feature]);
    }

    [[nodiscard]] constexpr auto cells_of(const Window& window) const {
        std::array<std::uint16_t, Features * Lags> cells{};
        for (std::size_t i = 0; i < Features; ++i) {
            auto hash = static_cast<std::uint32_t>(i);
            for (std::size_t lag = 0; lag < Lags; ++lag) {
                const std::size_t at = lag * Features + i;
                hash = (hash ^ (level(i, window[at]) + 1)) * 0x9E3779B1u;  // 2^32 over the golden ratio
                hash ^= hash >> 15;
                cells[at] = static_cast<std::uint16_t>(hash % Cells);
            }
        }
        return cells;
    }

    std::array<std::uint8_t, Cells> counts_{};
    std::array<std::int32_t, Features> lowest_{}, spans_{};
    std::uint32_t ageing_ = 0;
};

struct ContextualConfig {
    std::size_t cells = 1024;   // a power of two
    std::size_t lags = 4;       // 1 .. 16: levels in the longest context
    std::size_t warm_up = 256;  // samples that tell the range
};

template <ContextualConfig Config>
concept valid_contextual_config =
    Config.cells > 1 && Config.cells <= 65'536 &&
    (Config.cells & (Config.cells - 1)) == 0 && Config.lags > 0 && Config.lags <= 16 && Config.warm_up > 0;

/// Has this value been met after these values? Samples become 8 levels; a sample is anomalous where its
/// level, alone and after those of the recent past, was seldom or never met.
///
/// Shapes  x: [Features]. score(): an integer, 0 .. 1,024 * Features * lags.
/// Units   x: any. Score: 1,024 for each context never met, 1,024 / (1 + n) for one met n times.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score in the warm-up.
/// Memory  cells bytes, (6 * lags + 16) * Features and 2 Features scalars: 1.1 KB for the defaults and one
///         feature. Time O(Features * lags).
/// Source  after Smirnov 2016, Contextual anomaly detector for open source (CAD-OSE). Deviations: contexts
///         are suffixes of one sequence of levels, counted in a hashed table that forgets; the ranges come
///         from a warm-up in place of the whole file.
template <FloatingScalar T, std::size_t Features, ContextualConfig Config = ContextualConfig{}>
requires valid_contextual_config<Config>
class ContextualDetector {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;
    static constexpr Score highest = static_cast<Score>(1024 * Features * Config.lags);

    constexpr ContextualDetector() {
        for (std::size_t i = 0; i < Features; ++i) table_.divide(i, 0, Recent::range);
    }

    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!recent_.full() || !all_finite(x)) return 0;
        return table_.novelty(recent_.window(recent_.place(x)));
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (!recent_.known()) {
            recent_.learn_range(x);
            return Status::ok;
        }
        const auto places = recent_.place(x);
        if (recent_.full()) table_.count(recent_.window(places));
        recent_.push(places);
        if (recent_.obsolete()) reset();
        return Status::ok;
    }

    constexpr Score observe(Sample x) {
        const Score result = score(x);
        update(x);
        return result;
    }

    constexpr void reset() { *this = ContextualDetector(); }

    [[nodiscard]] constexpr bool ready() const { return recent_.full(); }

private:
    using Recent = StreamWindow<T, Features, Config.lags>;

    Recent recent_{static_cast<std::uint32_t>(Config.warm_up)};
    ContextTable<Features, Config.lags, Config.cells> table_;
};

}  // namespace mote
