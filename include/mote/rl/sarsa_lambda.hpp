// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/status.hpp"
#include "mote/rl/eligibility.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

namespace detail {

template <Scalar T, std::size_t Capacity, TraceConfig Config, std::size_t Values>
struct SarsaTraceMemory {
    TraceMemory<T, Capacity, Config, Values> path;
    T reward{};  // of the last transition, from which is learnt when the next action is known
    State s = 0;
    Action a = 0;
};

}  // namespace detail

/// SARSA(lambda): every error also teaches the actions that led there, the recent ones most, so that one
/// reward reaches a whole path.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions]. At most Depth traces.
/// Units   those of QLearning.
/// Errors  learn() refuses what QLearning refuses; float values saturate at a quarter of their range. An
///         episode that is cut off without a terminal transition must be ended by end_episode(), or by a next
///         transition from elsewhere: its last transition is dropped.
/// Memory  States * Actions scalars, one scalar (integers: 2 bytes) and 3 bytes a trace, and the policy.
/// Time    O(Depth). Integer shares below 2^-15 are dropped.
/// Source  Sutton and Barto 2018, section 12.7; Singh and Sutton 1996, Machine Learning 22:123-158
///         (replacing traces).
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Depth,
          TraceConfig Config = TraceConfig{}, Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class SarsaLambda
    : public TabularAgent<T, States, Actions, Explore,
                          detail::SarsaTraceMemory<T, Depth, Config, States * Actions>> {
public:
    constexpr explicit SarsaLambda(Explore policy = Explore{})
        : SarsaLambda::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2. The error is learnt from when the next action is
    /// known, or the episode has ended.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false) {
        if (const Status status = this->check(s, a, s2, terminal, AllActions{}); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        auto& [path, last_reward, last_s, last_a] = this->memory_;
        if (path.lead_to(s)) {
            const T target = discounted<Config.discount>(last_reward, this->values_.at(s, a));
            path.settle(this->values_, bounded(target), this->values_.at(last_s, last_a));
        } else {
            path.traces.clear();
        }
        path.traces.visit(s, a);
        if (terminal) path.settle(this->values_, bounded(reward), this->values_.at(s, a));
        path.go_on(s2, terminal);
        last_reward = reward;
        last_s = s;
        last_a = a;
        this->note_visit(s, a);
        return Status::ok;
    }

    /// The episode was cut off: what follows is not its continuation.
    constexpr void end_episode() { this->memory_.path.open = false; }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }
};

}  // namespace mote::rl
