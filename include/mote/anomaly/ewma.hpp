// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/fading_moments.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Exponentially weighted moving average chart: notices small shifts that last, which a single sample's
/// z-score does not. The latest deviations from the long-run mean are averaged, and judged by how far such
/// an average strays by itself.
///
/// Shapes  x: [Features]. score(): scalar >= 0, of the most unusual feature.
/// Units   x: any, one unit per feature. smoothing: the newest sample's share of the average, clamped to
///         [2^-10, 1]; 1 is ZScore. Score: standard deviations of the average, at most 2^80.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is that of a feature that has
///         never varied.
/// Memory  3 * Features + 3 scalars. Time O(Features).
/// Source  Roberts 1959, Technometrics 1(3):239-250; (1) the average, (2) its variance, exact from the first
///         sample on (Lucas, Saccucci 1990, Technometrics 32(1):1-12, equation 2). Deviation: mean and
///         variance of the process are not given but FadingMoments of the stream, in which nothing counts for
///         more than 100 standard deviations.
template <FloatingScalar T, std::size_t Features, std::uint32_t Memory = 65'536>
class Ewma {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    constexpr explicit Ewma(T smoothing = T(0.125)) : smoothing_(clamp(smoothing, T(0x1p-10), T{1})) {}

    [[nodiscard]] constexpr T score(Sample x) const {
        Ewma next = *this;
        return all_finite(x) ? next.average(x) : 0;
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        average(x);
        moments_.learn_bounded(x);
        return Status::ok;
    }

    /// Scores the average with x in it against what was seen before, then learns from x.
    constexpr T observe(Sample x) {
        if (!all_finite(x)) return 0;
        const T result = average(x);
        moments_.learn_bounded(x);
        return result;
    }

    constexpr void reset() { *this = Ewma(smoothing_); }

    /// The averaged deviation of a feature from its long-run mean.
    [[nodiscard]] constexpr T deviation(std::size_t i = 0) const { return average_[i]; }

private:
    /// Takes x into the averages; returns the worst, in its own standard deviations.
    constexpr T average(Sample x) {
        const T keeps = 1 - smoothing_;
        if (forgotten_ > T(0x1p-60)) forgotten_ *= keeps * keeps;             // smaller numbers can be slow
        const T variance = smoothing_ / (2 - smoothing_) * (1 - forgotten_);  // (2)
        T worst = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            const T away = moments_.count() > 0 ? moments_.deviation(i, x[i]) : 0;
            average_[i] += smoothing_ * (away - average_[i]);  // (1)
            worst = max(worst, moments_.standardised(i, average_[i]));
        }
        return worst / sqrt(variance);  // at least 2^-20
    }

    T smoothing_;
    T forgotten_ = 1;  // (1 - smoothing)^(2 samples)
    std::array<T, Features> average_{};
    FadingMoments<T, Features, Memory> moments_;
};

}  // namespace mote
