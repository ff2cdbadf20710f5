// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "mote/core/math.hpp"

namespace mote {

/// Shares that sum to one, in proportion to exp(logits[k]). No logit is too large: what exceeds half the
/// range of T, or is infinite, counts as the end of that half, and NaN as its lower end.
template <FloatingScalar T, std::size_t N>
[[nodiscard]] constexpr std::array<T, N> softmax(std::array<T, N> logits) {
    constexpr T bound = std::numeric_limits<T>::max() / 2;
    T highest = -bound;
    for (T& logit : logits) {
        logit = min(max(-bound, logit), bound);
        highest = max(highest, logit);
    }
    T total = 0;
    for (T& logit : logits) total += logit = exp(logit - highest);
    for (T& share : logits) share /= total;
    return logits;
}

}  // namespace mote
