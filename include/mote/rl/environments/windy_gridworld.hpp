// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A 7 x 10 grid with a crosswind that lifts by 0 to 2 rows in the middle columns: from (3, 0) to (3, 7),
/// each step costs 1. The shortest way takes 15 steps.
///
/// Shapes  70 states, row by row from the top left. Actions 0 up, 1 right, 2 down, 3 left.
/// Source  Sutton and Barto 2018, example 6.5. The wind is that of the column the step leaves.
template <FloatingScalar T = float>
struct WindyGridworld {
    using Scalar = T;
    static constexpr std::size_t rows = 7;
    static constexpr std::size_t columns = 10;
    static constexpr std::size_t states = rows * columns;
    static constexpr std::size_t actions = 4;
    static constexpr State origin = 3 * columns;
    static constexpr State goal = 3 * columns + 7;
    static constexpr std::array<int, columns> wind{0, 0, 0, 1, 1, 1, 2, 2, 1, 0};

    [[nodiscard]] constexpr State start(Random&) const { return origin; }

    [[nodiscard]] constexpr Outcomes<T, 1> outcomes(State s, Action a) const {
        if (s == goal) return Outcome<T>{1, s, 0, true};
        const int column = s % int{columns};
        const int up = wind[static_cast<std::size_t>(column)];
        const int row = s / int{columns} + (a == 2) - (a == 0) - up;
        const int to = std::clamp(row, 0, int{rows} - 1) * int{columns} +
                       std::clamp(column + (a == 1) - (a == 3), 0, int{columns} - 1);
        return Outcome<T>{1, static_cast<State>(to), -1, to == goal};
    }
};

}  // namespace mote::rl
