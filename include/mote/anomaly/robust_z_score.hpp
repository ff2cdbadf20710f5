// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Streaming z-score by median and median absolute deviation: outliers, however wild, hardly move either.
/// Both are followed by small steps up or down, so that no sample is kept.
///
/// Shapes  x: [Features]. score(): scalar >= 0, of the most unusual feature.
/// Units   x: any, one unit per feature. resolution: the smallest median absolute deviation that is believed;
///         give the step of a coarse sensor, else a feature that mostly shows one and the same value makes
///         every other value look enormous. Score: 1.4826 median absolute deviations, which are standard
///         deviations of a Gaussian stream; at most 2^60.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is that of a feature that has
///         never varied.
/// Memory  2 * Features + 2 scalars. Time O(Features).
/// Source  Hampel 1974, Journal of the American Statistical Association 69(346):383-393, for the score.
///         Robbins, Monro 1951, The Annals of Mathematical Statistics 22(3):400-407, for the steps: (1) the
///         best for a Gaussian stream, times `haste`, which costs a third more variance there and converges
///         for other densities, down to half a Gaussian's. They stop shrinking after Memory samples.
template <FloatingScalar T, std::size_t Features, std::uint32_t Memory = 65'536>
requires(Memory > 16 && Memory <= 1u << 20) class RobustZScore {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    constexpr explicit RobustZScore(T resolution = 0) : resolution_(clamp(resolution, T{0}, farthest)) {}

    [[nodiscard]] constexpr T score(Sample x) const { return all_finite(x) ? worst(x) : 0; }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        learn(x);
        return Status::ok;
    }

    /// Scores x against what was seen before it, then learns from it.
    constexpr T observe(Sample x) {
        if (!all_finite(x)) return 0;
        const T result = worst(x);
        learn(x);
        return result;
    }

    constexpr void reset() { *this = RobustZScore(resolution_); }

    [[nodiscard]] constexpr T median(std::size_t i = 0) const { return median_[i]; }
    /// The median absolute deviation from the median.
    [[nodiscard]] constexpr T spread(std::size_t i = 0) const { return spread_[i]; }

private:
    static constexpr T haste = 2;
    static constexpr T farthest = T(0x1p60);
    static constexpr T deviations_in_spread = T(1.4826);  // 1 / normal quantile of 3/4
    // (1) 1 / (2 density at the quantile), in median absolute deviations of a Gaussian
    static constexpr T median_step = T(1.8582), spread_step = T(1.1664);

    [[nodiscard]] constexpr T distance(std::size_t i, T x) const {
        return min(abs(x - median_[i]), farthest);
    }

    [[nodiscard]] constexpr T worst(Sample x) const {
        T result = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            if (!(spread_[i] > 0)) continue;
            result = max(result, distance(i, x[i]) / (deviations_in_spread * spread_[i]));
        }
        return min(result, farthest);
    }

    constexpr void learn(Sample x) {
        if (count_ == 0) {
            for (std::size_t i = 0; i < Features; ++i) median_[i] = x[i];
        }
        if (count_ < Memory) ++count_;
        const T gain = haste / static_cast<T>(count_ + 3);  // never turns a spread negative
        for (std::size_t i = 0; i < Features; ++i) follow(i, x[i], gain);
    }

    constexpr void follow(std::size_t i, T x, T gain) {
        const T away = distance(i, x);
        if (spread_[i] == 0) spread_[i] = max(away, resolution_);
        const T step = median_step * gain * spread_[i];
        median_[i] += x > median_[i] ? min(step, away) : -min(step, away);
        spread_[i] += (away > spread_[i] ? gain : -gain) * spread_step * spread_[i];
        spread_[i] = clamp(spread_[i], resolution_, farthest);
    }

    T resolution_;
    std::array<T, Features> median_{};
    std::array<T, Features> spread_{};
    std::uint32_t count_ = 0;
};

}  // namespace mote
