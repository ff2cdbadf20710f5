// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <numeric>
#include <type_traits>

#include "mote/core/random.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A world whose episodes end after Limit steps at the latest. The state tells how many are left, for who has
/// little time plays otherwise than who has much.
///
/// Shapes  M::states * Limit states, (left - 1) * M::states + the world's own, left: 1 .. Limit; the actions
///         of M. In this order one sweep of value_iteration solves it (discount 1 is safe: all ends).
/// Units   those of M. What the last step leads to does not count.
/// Memory  that of M. Time that of M: its outcomes are the same, but for `left`.
template <ExplicitModel M, std::size_t Limit>
requires(Limit >= 1 && M::states * Limit <= 65'536) class TimeLimit {
public:
    using Scalar = typename M::Scalar;
    static constexpr std::size_t states = M::states * Limit;
    static constexpr std::size_t actions = M::actions;

    constexpr TimeLimit() = default;
    constexpr explicit TimeLimit(M world) : world_(world) {}

    [[nodiscard]] static constexpr State state(State place, std::size_t left) {
        return static_cast<State>((left - 1) * M::states + place);
    }
    [[nodiscard]] static constexpr State place(State s) { return static_cast<State>(s % M::states); }
    [[nodiscard]] static constexpr std::size_t left(State s) { return s / M::states + 1; }

    /// What a table of Blocks * M::states states can tell of s: the place, and which of Blocks equal parts of
    /// the time it is; block 0 is the last.
    template <std::size_t Blocks>
    requires(Blocks >= 1 && Limit % Blocks == 0) [[nodiscard]] static constexpr State seen(State s) {
        const std::size_t block = (left(s) - 1) / (Limit / Blocks);
        return static_cast<State>(block * M::states + place(s));
    }

    /// The same of a clock whose parts are as long as it says, the last first: finer where time is short.
    template <auto Clock>
    [[nodiscard]] static constexpr State seen_by(State s) {
        static_assert(std::accumulate(Clock.begin(), Clock.end(), std::size_t{0}) == Limit,
                      "mote: the parts of the clock must sum to the limit");
        std::size_t part = 0;
        for (std::size_t until = Clock[0]; left(s) > until; until += Clock[part]) ++part;
        return static_cast<State>(part * M::states + place(s));
    }

    [[nodiscard]] constexpr State start(Random& random) const requires Environment<M> {
        return state(world_.start(random), Limit);
    }

    [[nodiscard]] constexpr auto outcomes(State s, Action a) const {
        std::remove_cvref_t<decltype(world_.outcomes(s, a))> result;
        const bool last = left(s) == 1;
        for (auto outcome : world_.outcomes(place(s), a)) {
            outcome.state = state(outcome.state, last ? 1 : left(s) - 1);
            outcome.terminal = outcome.terminal || last;
            result.add(outcome);
        }
        return result;
    }

private:
    M world_;
};

}  // namespace mote::rl
