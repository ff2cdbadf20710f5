// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/status.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

/// Monte Carlo control: waits for the end of the episode and learns from what was really earned, with no
/// guess at what follows. Not misled where the state does not tell all; learns nothing from what has no end.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions]. Of an episode longer
///         than Steps the last Steps transitions teach.
/// Units   those of QLearning.
/// Errors  those of NStepSarsa.
/// Memory  States * Actions scalars, one scalar and 3 bytes a step, and the policy.
/// Time    O(1); at the end of an episode O(Steps).
/// Source  Sutton and Barto 2018, sections 5.4 and 6.1: every-visit, constant step size, equation (6.1).
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Steps,
          LearningConfig Config = LearningConfig{}, Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class MonteCarloControl
    : public TabularAgent<T, States, Actions, Explore,
                          detail::StepMemory<T, Steps, Config, States * Actions>> {
public:
    constexpr explicit MonteCarloControl(Explore policy = Explore{})
        : MonteCarloControl::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2. A terminal transition makes the episode be learnt.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false) {
        if (const Status status = this->check(s, a, s2, terminal, AllActions{}); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        auto& steps = this->memory_.steps;
        if (!steps.lead_to(s)) steps.clear();
        steps.add({reward, s, a}, s2);
        this->note_visit(s, a);
        if (terminal) learn_episode();
        return Status::ok;
    }

    /// The episode was cut off; what it would have earned is not known.
    constexpr void end_episode() { this->memory_.steps.clear(); }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }

private:
    constexpr void learn_episode() {
        auto& [steps, step] = this->memory_;
        T earned{};
        for (std::size_t i = steps.size(); i-- > 0;) {
            const auto [reward, s, a] = steps[i];
            earned = bounded(discounted<Config.discount>(reward, earned));
            T& value = this->values_.at(s, a);
            value = step.moved(value, earned, this->values_.index(s, a));  // (6.1)
        }
        steps.clear();
    }
};

}  // namespace mote::rl
