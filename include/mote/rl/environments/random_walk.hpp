// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A fair walk over Length states in a row that starts in the middle; leaving on the right pays 1, on the
/// left nothing. State i is worth (i + 1) / (Length + 1), whatever is done: there is one action.
///
/// Source  Sutton and Barto 2018, example 6.2 (Length = 5) and example 7.1 (Length = 19, where the left
///         end pays -1 instead).
template <std::size_t Length = 5, FloatingScalar T = float>
requires(Length % 2 == 1) struct RandomWalk {
    using Scalar = T;
    static constexpr std::size_t states = Length;
    static constexpr std::size_t actions = 1;

    T left_reward = 0;

    [[nodiscard]] constexpr State start(Random&) const { return Length / 2; }

    [[nodiscard]] constexpr Outcomes<T, 2> outcomes(State s, Action) const {
        Outcomes<T, 2> result;
        result.add(s == 0 ? Outcome<T>{T(0.5), s, left_reward, true}
                          : Outcome<T>{T(0.5), static_cast<State>(s - 1), 0, false});
        result.add(s == Length - 1 ? Outcome<T>{T(0.5), s, 1, true}
                                   : Outcome<T>{T(0.5), static_cast<State>(s + 1), 0, false});
        return result;
    }
};

}  // namespace mote::rl
