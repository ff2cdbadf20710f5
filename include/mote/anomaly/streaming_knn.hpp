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

/// The last windows of a stream, and how far another is from the nearest of them.
/// Units   nearest(): sum of absolute differences; 0 until 20 windows were kept.
/// Memory  2 * Dimensions * Points bytes. Time O(Dimensions * Points).
template <std::size_t Dimensions, std::size_t Points>
requires(Dimensions > 0 && Points >= 20) class NeighbourMemory {
public:
    using Window = std::array<std::int16_t, Dimensions>;

    [[nodiscard]] constexpr std::uint32_t nearest(const Window& window) const {
        if (kept_ < 20) return 0;
        std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
        for (std::size_t k = 0; k < kept_; ++k) least = min(least, distance(windows_[k], window));
        return least;
    }

    /// In place of the oldest, once there are Points.
    constexpr void keep(const Window& window) {
        windows_[next_] = window;
        next_ = next_ + 1 == Points ? 0 : next_ + 1;
        if (kept_ < Points) ++kept_;
    }

    [[nodiscard]] constexpr std::size_t kept() const { return kept_; }

private:
    [[nodiscard]] static constexpr std::uint32_t distance(const Window& a, const Window& b) {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < Dimensions; ++i) sum += distance_between(a[i], b[i]);
        return sum;
    }

    std::array<Window, Points> windows_{};
    std::uint32_t next_ = 0;
    std::uint32_t kept_ = 0;
};

struct StreamingKnnConfig {
    std::size_t points = 256;   // windows kept, at least 20; every third is, so these span 768 samples
    std::size_t lags = 4;       // values in a window
    std::size_t warm_up = 128;  // samples that tell the range
};

/// How far is the present from everything like it in the recent past? Windows of the stream, at a third of
/// its rate, are kept as they are; the score is the distance to the nearest.
///
/// Shapes  x: [Features]. score(): an integer.
/// Units   x: any. Score: mean over lags of sums of absolute differences; 3,072 is one range of one
///         feature.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before 20
///         windows are kept.
/// Memory  2 * points * lags * Features bytes and the recent past: 2.1 KB for the defaults and one feature.
///         Time O(points * lags * Features).
/// Source  Ramaswamy, Rastogi, Shim 2000, SIGMOD Record 29(2):427-438, with k = 1, over a sliding memory.
///         Windows are not normalised: the level is part of the pattern.
template <FloatingScalar T, std::size_t Features, StreamingKnnConfig Config = StreamingKnnConfig{}>
requires(Config.points >= 20 && Config.lags > 0 && Config.warm_up > 0) class StreamingKnn {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = std::uint32_t;
    static constexpr std::size_t features = Features;

    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!recent_.full() || !all_finite(x)) return 0;
        return distance(recent_.window(recent_.place(x)));
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (!recent_.known()) {
            recent_.learn_range(x);
            return Status::ok;
        }
        const auto places = recent_.place(x);
        if (recent_.full()) keep(recent_.window(places));
        recent_.push(places);
        if (recent_.obsolete()) reset();
        return Status::ok;
    }

    constexpr Score observe(Sample x) {
        const Score result = score(x);
        update(x);
        return result;
    }

    constexpr void reset() { *this = StreamingKnn(); }

    [[nodiscard]] constexpr bool ready() const { return memory_.kept() >= 20; }

private:
    using Recent = StreamWindow<T, Features, Config.lags>;

    [[nodiscard]] constexpr Score distance(const typename Recent::Window& window) const {
        return memory_.nearest(window) / static_cast<Score>(Config.lags);
    }

    constexpr void keep(const typename Recent::Window& window) {
        if (phase_ == 0) memory_.keep(window);
        phase_ = phase_ + 1 == Recent::step ? 0 : phase_ + 1;
    }

    Recent recent_{static_cast<std::uint32_t>(Config.warm_up)};
    NeighbourMemory<Features * Config.lags, Config.points> memory_;
    std::uint32_t phase_ = 0;
};

}  // namespace mote
