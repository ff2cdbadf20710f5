// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/fading_moments.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Streaming z-score: how many standard deviations from the mean is the most unusual feature?
///
/// Shapes  x: [Features]. score(): scalar >= 0.
/// Units   x: any, one unit per feature. Score: standard deviations, at most 2^60.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is that of a feature that has
///         never varied.
/// Memory  2 * Features + 1 scalars. Time O(Features).
/// Source  Shewhart 1931, Economic Control of Quality of Manufactured Product; FadingMoments.
///         Deviation: nothing counts for more than 100 standard deviations where the past is learnt.
template <FloatingScalar T, std::size_t Features, std::uint32_t Memory = 65'536>
class ZScore {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    [[nodiscard]] constexpr T score(Sample x) const { return all_finite(x) ? worst(x) : 0; }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        moments_.learn_bounded(x);
        return Status::ok;
    }

    /// Scores x against what was seen before it, then learns from it.
    constexpr T observe(Sample x) {
        if (!all_finite(x)) return 0;
        const T result = worst(x);
        moments_.learn_bounded(x);
        return result;
    }

    constexpr void reset() { moments_.reset(); }

    [[nodiscard]] constexpr const FadingMoments<T, Features, Memory>& moments() const { return moments_; }

private:
    [[nodiscard]] constexpr T worst(Sample x) const {
        T result = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            result = max(result, moments_.standardised(i, moments_.deviation(i, x[i])));
        }
        return result;
    }

    FadingMoments<T, Features, Memory> moments_;
};

}  // namespace mote
