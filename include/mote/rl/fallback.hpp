// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/random.hpp"
#include "mote/rl/action_set.hpp"
#include "mote/rl/policy.hpp"

namespace mote::rl {

/// A rule of thumb for the first visits of a state, the agent's own choice from then on: the thermostat stays
/// in charge of what has never been seen.
///
/// Shapes  Rule: a plain function object, State -> Action. The agent learns from what the rule does.
/// Errors  what the rule says and the actions allowed forbid is left to the other policy.
/// Memory  1 byte a state, the rule and the other policy.
template <class Rule, std::size_t States, std::uint8_t Visits, class Then = EpsilonGreedy>
requires(Visits >= 1) class Fallback {
public:
    constexpr explicit Fallback(Rule rule = Rule{}, Then then = Then{}) : rule_(rule), then_(then) {}

    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action choose(State s, std::span<const T, Actions> values, Random& random,
                                          Allowed allowed = {}) const {
        if (visits_[s] < Visits) {
            const Action a = rule_(s);
            if (a < Actions && allowed.contains(a)) return a;
        }
        return then_.choose(values, random, allowed);
    }

    constexpr void visited(State s, Action) {
        if (visits_[s] < Visits) ++visits_[s];
    }
    constexpr void reset() { visits_ = {}; }

    [[nodiscard]] constexpr bool knows(State s) const { return visits_[s] >= Visits; }
    [[nodiscard]] constexpr Then& then() { return then_; }

private:
    std::array<std::uint8_t, States> visits_{};
    Rule rule_;
    Then then_;
};

}  // namespace mote::rl
