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
struct QTraceMemory {
    TraceMemory<T, Capacity, Config, Values> path;
    T best{};  // of what was allowed where the last transition led to
};

}  // namespace detail

/// Watkins's Q(lambda): Q-learning whose errors also teach the greedy actions that led there. An exploring
/// action cuts the traces, for what follows it says nothing of the best.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions]. At most Depth traces.
/// Units   those of QLearning.
/// Errors  learn() refuses what QLearning refuses; float values saturate at a quarter of their range. An
///         episode that is cut off without a terminal transition must be ended by end_episode(), or by a next
///         transition from elsewhere.
/// Memory  States * Actions scalars, one scalar (integers: 2 bytes) and 3 bytes a trace, and the policy.
/// Time    O(Depth + Actions). Integer shares below 2^-15 are dropped.
/// Source  Watkins 1989, Learning from Delayed Rewards, chapter 12; Sutton and Barto 1998, section 7.6.
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Depth,
          TraceConfig Config = TraceConfig{}, Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class QLambda
    : public TabularAgent<T, States, Actions, Explore,
                          detail::QTraceMemory<T, Depth, Config, States * Actions>> {
public:
    constexpr explicit QLambda(Explore policy = Explore{}) : QLambda::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does.
    template <restricts<Actions> Allowed = AllActions>
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = {}) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        auto& [path, expected] = this->memory_;
        if (!path.lead_to(s) || this->values_.at(s, a) < expected) path.traces.clear();
        path.traces.visit(s, a);
        const T target =
            terminal ? reward : discounted<Config.discount>(reward, this->values_.best(s2, allowed));
        path.settle(this->values_, bounded(target), this->values_.at(s, a));
        path.go_on(s2, terminal);
        if (!terminal) expected = this->values_.best(s2, allowed);
        this->note_visit(s, a);
        return Status::ok;
    }

    /// The episode was cut off: what follows is not its continuation.
    constexpr void end_episode() { this->memory_.path.open = false; }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }
};

}  // namespace mote::rl
