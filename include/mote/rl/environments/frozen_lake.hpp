// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A slippery walk over a frozen lake to the goal: a step goes where it was meant to with probability 1/3
/// and to either side of that with 1/3 each; into a wall means staying. Reward 1 at the goal, holes end the
/// episode with nothing.
///
/// Shapes  Side * Side states, row by row from the top left. Actions 0 left, 1 down, 2 right, 3 up.
/// Source  Gymnasium's FrozenLake-v1 (is_slippery = True), its maps "4x4" and "8x8". Its limit of 100 or
///         200 steps an episode is the caller's to impose.
template <std::size_t Side, FloatingScalar T = float>
requires(Side == 4 || Side == 8) struct FrozenLake {
    using Scalar = T;
    static constexpr std::size_t states = Side * Side;
    static constexpr std::size_t actions = 4;
    static constexpr std::size_t step_limit = Side == 4 ? 100 : 200;
    static constexpr std::string_view map = Side == 4 ? std::string_view(
                                                            "SFFF"
                                                            "FHFH"
                                                            "FFFH"
                                                            "HFFG")
                                                      : std::string_view(
                                                            "SFFFFFFF"
                                                            "FFFFFFFF"
                                                            "FFFHFFFF"
                                                            "FFFFFHFF"
                                                            "FFFHFFFF"
                                                            "FHHFFFHF"
                                                            "FHFFHFHF"
                                                            "FFFHFFFG");

    [[nodiscard]] constexpr State start(Random&) const { return 0; }

    [[nodiscard]] constexpr Outcomes<T, 3> outcomes(State s, Action a) const {
        Outcomes<T, 3> result;
        if (map[s] == 'H' || map[s] == 'G') {
            result.add({1, s, 0, true});
            return result;
        }
        for (unsigned turn : {3u, 0u, 1u}) {
            const State to = move(s, (a + turn) % 4);
            const char tile = map[to];
            result.add({T(1) / 3, to, tile == 'G' ? T(1) : T(0), tile == 'H' || tile == 'G'});
        }
        return result;
    }

private:
    [[nodiscard]] static constexpr State move(State s, unsigned direction) {
        const std::size_t row = s / Side;
        const std::size_t column = s % Side;
        switch (direction) {
            case 0:
                return static_cast<State>(column > 0 ? s - 1u : s);
            case 1:
                return static_cast<State>(row + 1 < Side ? s + Side : s);
            case 2:
                return static_cast<State>(column + 1 < Side ? s + 1u : s);
            default:
                return static_cast<State>(row > 0 ? s - Side : s);
        }
    }
};

}  // namespace mote::rl
