// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// From the lower left of a 4 x 12 grid to the lower right, along a cliff: each step costs 1, a step over
/// the edge costs 100 and leads back to the start. The shortest way, along the edge, is worth -13.
///
/// Shapes  48 states, row by row from the top left. Actions 0 up, 1 right, 2 down, 3 left.
/// Source  Sutton and Barto 2018, example 6.6.
template <FloatingScalar T = float>
struct CliffWalking {
    using Scalar = T;
    static constexpr std::size_t rows = 4;
    static constexpr std::size_t columns = 12;
    static constexpr std::size_t states = rows * columns;
    static constexpr std::size_t actions = 4;
    static constexpr State origin = (rows - 1) * columns;
    static constexpr State goal = states - 1;

    [[nodiscard]] constexpr State start(Random&) const { return origin; }

    [[nodiscard]] constexpr Outcomes<T, 1> outcomes(State s, Action a) const {
        if (s == goal) return Outcome<T>{1, s, 0, true};
        const State to = move(s, a);
        if (to > origin && to < goal) return Outcome<T>{1, origin, -100, false};
        return Outcome<T>{1, to, -1, to == goal};
    }

private:
    [[nodiscard]] static constexpr State move(State s, Action a) {
        const std::size_t row = s / columns;
        const std::size_t column = s % columns;
        switch (a) {
            case 0:
                return static_cast<State>(row > 0 ? s - columns : s);
            case 1:
                return static_cast<State>(column + 1 < columns ? s + 1u : s);
            case 2:
                return static_cast<State>(row + 1 < rows ? s + columns : s);
            default:
                return static_cast<State>(column > 0 ? s - 1u : s);
        }
    }
};

}  // namespace mote::rl
