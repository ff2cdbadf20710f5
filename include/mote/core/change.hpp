// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mote {

/// What a change detector says of its stream after a value.
enum class Change : std::uint8_t {
    none,
    warning,   // it may have changed: keep what comes from here on
    detected,  // it has changed: what was learnt before is of the past
};

/// Which changes of a level are of interest. An error rate that falls is no reason to learn anew.
enum class Direction : std::uint8_t { up, down, both };

[[nodiscard]] constexpr bool rises(Direction direction) {
    return direction != Direction::down;
}
[[nodiscard]] constexpr bool falls(Direction direction) {
    return direction != Direction::up;
}

}  // namespace mote
