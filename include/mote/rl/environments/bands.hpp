// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/core/concepts.hpp"

namespace mote::rl {

/// A band and how probable it is.
template <FloatingScalar T>
struct BandShare {
    std::size_t band = 0;
    T probability = 0;
};

/// Where a quantity that lies between two bands goes: to either in proportion, which keeps its mean exact.
/// What leaves the range stops at its end.
template <std::size_t Bands, FloatingScalar T>
requires(Bands >= 2) [[nodiscard]] constexpr std::array<BandShare<T>, 2> neighbouring_bands(T level) {
    const T inside = std::clamp(level, T(0), static_cast<T>(Bands - 1));
    const std::size_t lower = std::min(static_cast<std::size_t>(inside), Bands - 2);
    const T share = inside - static_cast<T>(lower);
    return {{{lower, 1 - share}, {lower + 1, share}}};
}

}  // namespace mote::rl
