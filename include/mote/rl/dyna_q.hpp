// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/status.hpp"
#include "mote/rl/experience.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

namespace detail {

template <Scalar T, std::size_t Capacity, LearningConfig Config, class Allowed>
struct DynaMemory {
    std::array<Experience<T, Allowed>, Capacity> tries{};
    std::array<std::uint16_t, Capacity> filled{};  // the slots in use, so that one can be drawn
    std::uint16_t size = 0;
    Noise draw;
    Stepper<T, Config> step;
};

}  // namespace detail

/// Dyna-Q: Q-learning that rehearses. Between two real transitions it learns from Rehearsals remembered ones,
/// so that experience, which is slow and dear, is used many times.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions]. Remembers what the
///         last try of each action led to, Capacity of them; with fewer than States * Actions, new ones take
///         the place of old ones.
/// Units   those of QLearning.
/// Errors  learn() refuses what QLearning refuses; floats saturate at a quarter of their range.
/// Memory  States * Actions scalars, one scalar and 9 bytes a remembered try, and the policy. Where actions
///         are restricted, Allowed = ActionSet<Actions>: rehearsing must know what was allowed, 4 more bytes.
/// Time    O(Rehearsals * Actions). Made for worlds that answer the same way again; where they do not, it
///         leans towards the latest answer.
/// Source  Sutton 1990, ICML; Sutton and Barto 2018, section 8.2.
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Capacity, unsigned Rehearsals,
          LearningConfig Config = LearningConfig{}, Policy<T, Actions> Explore = EpsilonGreedy,
          restricts<Actions> Allowed = AllActions>
requires(Config.valid() && Capacity >= 1 && Capacity <= 65'535) class DynaQ
    : public TabularAgent<T, States, Actions, Explore, detail::DynaMemory<T, Capacity, Config, Allowed>> {
public:
    constexpr explicit DynaQ(Explore policy = Explore{}) : DynaQ::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = Allowed::all()) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        const Experience<T, Allowed> now{reward, s, s2, a, terminal, true, allowed};
        take(now);
        remember(now);
        for (unsigned i = 0; i < Rehearsals; ++i) rehearse();
        this->note_visit(s, a);
        return Status::ok;
    }

    /// How many tries are remembered.
    [[nodiscard]] constexpr std::size_t remembered() const { return this->memory_.size; }

    /// Forgets all values and tries; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }

private:
    constexpr void take(const Experience<T, Allowed>& seen) {
        T& value = this->values_.at(seen.s, seen.a);
        value = this->memory_.step.moved(value, seen.template target<Config.discount>(this->values_));
    }
    constexpr void remember(const Experience<T, Allowed>& now) {
        auto& memory = this->memory_;
        const std::size_t slot = slot_of<Capacity, States, Actions>(now.s, now.a);
        if (!memory.tries[slot].used) memory.filled[memory.size++] = static_cast<std::uint16_t>(slot);
        memory.tries[slot] = now;
    }
    constexpr void rehearse() {
        auto& memory = this->memory_;
        take(memory.tries[memory.filled[memory.draw.below(memory.size)]]);
    }
};

}  // namespace mote::rl
