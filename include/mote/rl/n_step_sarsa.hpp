// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/status.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/recent_steps.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

namespace detail {

template <Scalar T, std::size_t Capacity, LearningConfig Config, std::size_t Values>
struct StepMemory {
    RecentSteps<T, Capacity> steps;
    Stepper<T, Config, Values> step;
};

}  // namespace detail

/// n-step SARSA: learns from the next Steps rewards and the value of the action that follows them, so that a
/// reward reaches what led to it Steps times as fast as one step at a time.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions].
/// Units   those of QLearning.
/// Errors  learn() refuses what QLearning refuses. An episode that is cut off without a terminal transition
///         must be ended by end_episode(), or by a next transition from elsewhere: its last steps are
///         dropped.
/// Memory  States * Actions scalars, one scalar and 3 bytes a step, and the policy. Time O(Steps).
/// Source  Sutton and Barto 2018, section 7.2, equations (7.4) and (7.5).
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Steps,
          LearningConfig Config = LearningConfig{}, Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class NStepSarsa
    : public TabularAgent<T, States, Actions, Explore,
                          detail::StepMemory<T, Steps, Config, States * Actions>> {
public:
    constexpr explicit NStepSarsa(Explore policy = Explore{})
        : NStepSarsa::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2. The value of s and a is learnt when Steps more
    /// actions have been taken, or the episode has ended.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false) {
        if (const Status status = this->check(s, a, s2, terminal, AllActions{}); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        auto& steps = this->memory_.steps;
        if (!steps.lead_to(s)) steps.clear();
        if (steps.full()) settle_oldest(this->values_.at(s, a));
        steps.add({reward, s, a}, s2);
        while (terminal && steps.size() > 0) settle_oldest(T{});
        return Status::ok;
    }

    /// The episode was cut off: what follows is not its continuation.
    constexpr void end_episode() { this->memory_.steps.clear(); }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }

protected:
    /// Learns from all remembered rewards, and from the value of what follows them.
    constexpr void settle_oldest(T value) {
        auto& steps = this->memory_.steps;
        for (std::size_t i = steps.size(); i-- > 0;)
            value = bounded(discounted<Config.discount>(steps[i].reward, value));  // (7.4)
        const auto [reward, s, a] = steps[0];
        T& settled = this->values_.at(s, a);
        settled = this->memory_.step.moved(settled, value, this->values_.index(s, a));  // (7.5)
        this->note_visit(s, a);
        steps.drop_oldest();
    }
};

}  // namespace mote::rl
