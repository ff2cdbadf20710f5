// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// The 5 x 5 grid with two jumps: from A = (0, 1) every action leads to A' = (4, 1) and pays 10, from
/// B = (0, 3) to B' = (2, 3) and pays 5; a step off the grid stays and costs 1. It never ends.
///
/// Shapes  25 states, row by row from the top left. Actions 0 north, 1 south, 2 east, 3 west.
/// Source  Sutton and Barto 2018, examples 3.5 and 3.8 (discount 0.9; figures 3.2 and 3.5).
template <FloatingScalar T = float>
struct GridWorld {
    using Scalar = T;
    static constexpr std::size_t side = 5;
    static constexpr std::size_t states = side * side;
    static constexpr std::size_t actions = 4;

    [[nodiscard]] constexpr State start(Random& random) const {
        return static_cast<State>(random.below(states));
    }

    [[nodiscard]] constexpr Outcomes<T, 1> outcomes(State s, Action a) const {
        if (s == 1) return Outcome<T>{1, 4 * side + 1, 10, false};
        if (s == 3) return Outcome<T>{1, 2 * side + 3, 5, false};
        const int row = s / int{side} + (a == 1) - (a == 0);
        const int column = s % int{side} + (a == 2) - (a == 3);
        const bool inside = row >= 0 && row < int{side} && column >= 0 && column < int{side};
        if (!inside) return Outcome<T>{1, s, -1, false};
        return Outcome<T>{1, static_cast<State>(row * int{side} + column), 0, false};
    }
};

}  // namespace mote::rl
