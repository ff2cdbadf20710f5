// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/core/math.hpp"
#include "mote/rl/continuous_environment.hpp"
#include "mote/rl/discretizer.hpp"

namespace mote::rl {

/// A car too weak for the hill before it must first back up the hill behind. Each step costs 1 until it is at
/// the top, which Gymnasium calls solved in 110 steps on average.
///
/// Shapes  state: position -1.2 .. 0.6 and velocity -0.07 .. 0.07. Actions 0 push back, 1 none, 2 forward.
/// Source  Moore 1990 and Sutton and Barto 2018, example 10.1, exactly as in Gymnasium's MountainCar-v0 but
///         for its limit of 200 steps. Gymnasium computes in double.
template <FloatingScalar T = float>
struct MountainCar {
    using Scalar = T;
    static constexpr std::size_t dimensions = 2;
    static constexpr std::size_t actions = 3;
    static constexpr std::array<T, 2> lowest{T(-1.2), T(-0.07)};
    static constexpr std::array<T, 2> highest{T(0.6), T(0.07)};
    static constexpr T goal = T(0.5);

    [[nodiscard]] constexpr std::array<T, 2> start(Random& random) const {
        return {T(-0.6) + T(0.2) * random.uniform<T>(), 0};
    }

    [[nodiscard]] constexpr Transition<T, 2> step(const std::array<T, 2>& x, Action a) const {
        const T push = static_cast<T>(a) - 1;
        const T pulled = x[1] + push * T(0.001) + mote::cos(3 * x[0]) * T(-0.0025);
        T velocity = std::clamp(pulled, lowest[1], highest[1]);
        const T position = std::clamp(x[0] + velocity, lowest[0], highest[0]);
        if (position == lowest[0] && velocity < 0) velocity = 0;  // the wall behind
        return {{position, velocity}, -1, position >= goal && velocity >= 0};
    }

    /// A table of 18 x 14 = 252 states for tabular agents.
    using Cells = Discretizer<T, 18, 14>;
    [[nodiscard]] static constexpr Cells cells() {
        Cells cells;
        static_cast<void>(cells.set_uniform(lowest, highest));
        return cells;
    }
};

}  // namespace mote::rl
