// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/core/concepts.hpp"

namespace mote {

/// The mean of a stream without end: of all values up to `longest`, of about the last `longest` from then on.
///
/// Units   mean: those of x, which must be finite.
/// Memory  One scalar and a count. Time O(1).
/// Source  Welford 1962, Technometrics 4(3):419-420, (1). A sum would stop growing in float at 2^24 values of
///         one. Here the share of a value always spans 2^8 units in the last place of the mean, so that what
///         rounding loses of it stays below the chance in a mean of that many values.
template <FloatingScalar T>
struct RunningMean {
    static constexpr std::uint32_t longest = std::uint32_t{1} << (sizeof(T) > 4 ? 24 : 16);

    T mean = 0;
    std::uint32_t count = 0;

    constexpr void update(T x) {
        if (count < longest) ++count;
        mean += (x - mean) / static_cast<T>(count);  // (1)
    }
};

}  // namespace mote
