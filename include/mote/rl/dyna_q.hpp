// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/status.hpp"
#include "mote/rl/experience.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"
#include "mote/rl/tally.hpp"

namespace mote::rl {

/// LearningConfig, and how many different answers to an action are told apart: more than one for worlds that
/// do not answer the same way.
struct DynaConfig {
    Rate learning_rate{0.125};
    Rate discount{0.95};
    double initial = 0;
    Rounding rounding = Rounding::nearest;
    std::size_t answers = 1;

    [[nodiscard]] constexpr LearningConfig learning() const {
        return {learning_rate, discount, initial, rounding};
    }
    [[nodiscard]] constexpr bool valid() const {
        return learning().valid() && answers >= 1 && answers <= 256;
    }
};

namespace detail {

template <Scalar T, std::size_t Capacity, DynaConfig Config, class Allowed, std::size_t Values>
struct DynaMemory {
    using Remembered =
        std::conditional_t<Config.answers == 1, Experience<T, Allowed>, Tally<T, Allowed, Config.answers>>;

    std::array<Remembered, Capacity> tries{};
    std::array<std::uint16_t, Capacity> filled{};  // the slots in use, so that one can be drawn
    std::uint16_t size = 0;
    Noise draw;
    Stepper<T, Config.learning(), Values> step;
};

}  // namespace detail

/// Dyna-Q: Q-learning that rehearses. Between two real transitions it learns from Rehearsals remembered ones,
/// so that experience, which is slow and dear, is used many times.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions]. Remembers what the
///         last try of each action led to, or with Config.answers > 1 what all its tries did and how often,
///         Capacity of them; with fewer than States * Actions, new ones take the place of old ones.
/// Units   those of QLearning.
/// Errors  learn() refuses what QLearning refuses; floats saturate at a quarter of their range.
/// Memory  States * Actions scalars, one scalar and 9 bytes a remembered try, and the policy; with several
///         answers each of them a scalar and 6 bytes. Where actions are restricted, Allowed =
///         ActionSet<Actions>: rehearsing must know what was allowed, 4 more bytes.
/// Time    O(Rehearsals * Actions), times the answers. With one answer, made for worlds that answer the same
///         way again: elsewhere it leans towards the latest one. With several it moves towards their mean,
///         which does not scatter, so that the learning rate may be as large as 1.
/// Source  Sutton 1990, ICML; Sutton and Barto 2018, section 8.2; section 8.5 (expected updates).
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Capacity, unsigned Rehearsals,
          DynaConfig Config = DynaConfig{}, Policy<T, Actions> Explore = EpsilonGreedy,
          restricts<Actions> Allowed = AllActions>
requires(Config.valid() && Capacity >= 1 && Capacity <= 65'535) class DynaQ
    : public TabularAgent<T, States, Actions, Explore,
                          detail::DynaMemory<T, Capacity, Config, Allowed, States * Actions>> {
public:
    constexpr explicit DynaQ(Explore policy = Explore{}) : DynaQ::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = Allowed::all()) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        settle(remember({reward, s, s2, a, terminal, true, allowed}));
        for (unsigned i = 0; i < Rehearsals; ++i) settle(any());
        this->note_visit(s, a);
        return Status::ok;
    }

    /// How many tries are remembered.
    [[nodiscard]] constexpr std::size_t remembered() const { return this->memory_.size; }

    /// Forgets all values and tries; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }

private:
    using Remembered =
        typename detail::DynaMemory<T, Capacity, Config, Allowed, States * Actions>::Remembered;

    constexpr const Remembered& remember(const Experience<T, Allowed>& now) {
        auto& memory = this->memory_;
        const std::size_t slot = slot_of<Capacity, States, Actions>(now.s, now.a);
        if (!memory.tries[slot].used) memory.filled[memory.size++] = static_cast<std::uint16_t>(slot);
        memory.tries[slot].take(now);
        return memory.tries[slot];
    }
    constexpr const Remembered& any() {
        auto& memory = this->memory_;
        return memory.tries[memory.filled[memory.draw.below(memory.size)]];
    }
    constexpr void settle(const Remembered& seen) {
        T& value = this->values_.at(seen.s, seen.a);
        value = this->memory_.step.moved(value, seen.template target<Config.discount>(this->values_),
                                         this->values_.index(seen.s, seen.a));
    }
};

}  // namespace mote::rl
