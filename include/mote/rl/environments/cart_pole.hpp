// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/core/math.hpp"
#include "mote/rl/continuous_environment.hpp"
#include "mote/rl/discretizer.hpp"

namespace mote::rl {

/// A pole balanced on a cart that is pushed left or right fifty times a second. Each step pays 1 until the
/// pole leans by more than 12 degrees or the cart leaves the track; Gymnasium ends an episode after 500.
///
/// Shapes  state: position (m), velocity, the pole's angle (radians) and angular velocity. Actions 0 push
///         left, 1 right, with 10 N.
/// Source  Barto, Sutton, Anderson 1983, IEEE SMC 13(5):834-846, without friction and with the equations
///         corrected by Florian 2007, exactly as in Gymnasium's CartPole-v1 (Euler's method).
template <FloatingScalar T = float>
struct CartPole {
    using Scalar = T;
    static constexpr std::size_t dimensions = 4;
    static constexpr std::size_t actions = 2;
    static constexpr T track = T(2.4);                    // metres to either side
    static constexpr T upright = T(0.20943951023931953);  // 12 degrees to either side

    [[nodiscard]] constexpr std::array<T, 4> start(Random& random) const {
        std::array<T, 4> x{};
        for (T& value : x) value = T(0.1) * random.uniform<T>() - T(0.05);
        return x;
    }

    [[nodiscard]] constexpr Transition<T, 4> step(const std::array<T, 4>& x, Action a) const {
        const auto& [position, velocity, angle, spin] = x;
        const T force = a == 1 ? T(10) : T(-10);
        const T cosine = mote::cos(angle);
        const T sine = mote::sin(angle);
        const T pushed = (force + pole_mass_length * spin * spin * sine) / total_mass;
        const T turned = (gravity * sine - cosine * pushed) /
                         (half_length * (T(4) / 3 - pole_mass * cosine * cosine / total_mass));
        const T moved = pushed - pole_mass_length * turned * cosine / total_mass;

        const std::array<T, 4> next{position + seconds * velocity, velocity + seconds * moved,
                                    angle + seconds * spin, spin + seconds * turned};
        return {next, 1, !(mote::abs(next[0]) <= track && mote::abs(next[2]) <= upright)};
    }

    /// The 162 boxes of Barto, Sutton and Anderson for tabular agents.
    using Cells = Discretizer<T, 3, 3, 6, 3>;
    [[nodiscard]] static constexpr Cells cells() {
        constexpr T degree = T(0.017453292519943295);
        Cells cells;
        static_cast<void>(cells.set_edges(0, std::array{T(-0.8), T(0.8)}));
        static_cast<void>(cells.set_edges(1, std::array{T(-0.5), T(0.5)}));
        static_cast<void>(cells.set_edges(2, std::array{-6 * degree, -degree, T(0), degree, 6 * degree}));
        static_cast<void>(cells.set_edges(3, std::array{-50 * degree, 50 * degree}));
        return cells;
    }

private:
    static constexpr T gravity = T(9.8);
    static constexpr T pole_mass = T(0.1);
    static constexpr T total_mass = T(1.1);
    static constexpr T half_length = T(0.5);
    static constexpr T pole_mass_length = T(0.05);
    static constexpr T seconds = T(0.02);
};

}  // namespace mote::rl
