// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/status.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

using QLearningConfig = LearningConfig;

/// Q-learning: learns from one transition at a time what each action is worth if the best follow, while
/// acting by any policy.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions].
/// Units   values are those of the discounted return; a fixed-point table must hold it, so scale the rewards.
/// Errors  learn() refuses a state or action out of range (bad_state), a next state without an allowed action
///         (bad_parameter), a non-finite reward (not_finite), and a step that would leave the finite range
///         (diverged); nothing changes. act() in a state out of range gives action 0.
/// Memory  States * Actions scalars and the policy. Time O(Actions), no division, integers only in fixed
///         point.
/// Source  Watkins and Dayan 1992, Machine Learning 8:279-292, equation (1).
template <Scalar T, std::size_t States, std::size_t Actions, QLearningConfig Config = QLearningConfig{},
          Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class QLearning
    : public TabularAgent<T, States, Actions, Explore, Stepper<T, Config, States * Actions>> {
public:
    constexpr explicit QLearning(Explore policy = Explore{})
        : QLearning::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does.
    template <restricts<Actions> Allowed = AllActions>
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = {}) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        const T target =
            terminal ? reward : discounted<Config.discount>(reward, this->values_.best(s2, allowed));
        const std::size_t i = this->values_.index(s, a);
        return this->keep(s, a, this->memory_.moved(this->values_.at(s, a), target, i), reward);  // (1)
    }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }
};

}  // namespace mote::rl
