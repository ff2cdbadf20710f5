// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/status.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

/// Expected SARSA: learns what each action is worth if its own policy goes on, exploring included, from the
/// mean over what the policy may do next. Steadier than SARSA, which sees one draw of it.
///
/// Shapes, Units, Errors  those of QLearning.
/// Memory  States * Actions scalars and the policy, which must know its expected(values): Greedy,
///         EpsilonGreedy, Softmax. Time O(Actions).
/// Source  van Seijen et al. 2009, ADPRL, equation (5); Sutton and Barto 2018, equation (6.9).
template <Scalar T, std::size_t States, std::size_t Actions, LearningConfig Config = LearningConfig{},
          ChoosesByValues<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class ExpectedSarsa
    : public TabularAgent<T, States, Actions, Explore, Stepper<T, Config, States * Actions>> {
public:
    constexpr explicit ExpectedSarsa(Explore policy = Explore{})
        : ExpectedSarsa::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2, where the policy goes on among the allowed actions;
    /// after a terminal transition nothing follows.
    template <restricts<Actions> Allowed = AllActions>
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = {}) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        const T target = terminal ? reward
                                  : discounted<Config.discount>(
                                        reward, this->policy_.expected(this->values_.of(s2), allowed));
        const std::size_t i = this->values_.index(s, a);
        return this->keep(s, a, this->memory_.moved(this->values_.at(s, a), target, i), reward);  // (6.9)
    }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }
};

}  // namespace mote::rl
