// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
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

/// LearningConfig, with a first learning rate for worlds that always answer the same way, how large an error
/// is followed, in the values' unit, and how many different answers to an action are told apart: more than
/// one for worlds that do not answer the same way.
struct SweepConfig {
    Rate learning_rate{1};
    Rate discount{0.95};
    double threshold = 1e-4;
    double initial = 0;
    Rounding rounding = Rounding::nearest;
    std::size_t answers = 1;

    [[nodiscard]] constexpr LearningConfig learning() const {
        return {learning_rate, discount, initial, rounding};
    }
    [[nodiscard]] constexpr bool valid() const {
        return learning().valid() && threshold >= 0 && answers >= 1 && answers <= 256;
    }
};

namespace detail {

/// The size of an error: of integers in units of the table.
template <Scalar T>
[[nodiscard]] constexpr auto distance(T a, T b) {
    if constexpr (FixedScalar<T>) {
        const std::int64_t difference = std::int64_t{a.raw} - b.raw;
        return static_cast<std::make_unsigned_t<decltype(T::raw)>>(difference < 0 ? -difference : difference);
    } else {
        return abs(a - b);
    }
}

template <Scalar T, std::size_t Capacity, SweepConfig Config, class Allowed, std::size_t Values>
struct SweepMemory {
    using Priority = decltype(distance(T{}, T{}));

    using Remembered =
        std::conditional_t<Config.answers == 1, Experience<T, Allowed>, Tally<T, Allowed, Config.answers>>;

    std::array<Remembered, Capacity> tries{};
    std::array<Priority, Capacity> priorities{};  // 0: nothing to be learnt from it now
    std::uint16_t waiting = 0;                    // priorities above 0
    Stepper<T, Config.learning(), Values> step;
};

}  // namespace detail

/// Prioritized sweeping: Dyna-Q that rehearses what has become most wrong, and then what leads there, so that
/// a surprise runs backwards through all that is known.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions]. Remembers what the
///         last try of each action led to, or with Config.answers > 1 what all its tries did and how often,
///         Capacity of them; with fewer than States * Actions, new ones take the place of old ones. The queue
///         is part of that memory: every remembered action has a priority.
/// Units   those of QLearning. Errors up to Config.threshold are not followed.
/// Errors  learn() refuses what QLearning refuses; floats saturate at a quarter of their range.
/// Memory  States * Actions scalars, two scalars and 7 bytes a remembered try, and the policy; with several
///         answers each of them a scalar and 6 bytes. Where actions are restricted, Allowed =
///         ActionSet<Actions>: rehearsing must know what was allowed, 4 more bytes.
/// Time    O(Capacity) a rehearsal, at most Rehearsals; O(Actions) where nothing is surprising.
/// Source  Moore and Atkeson 1993, Machine Learning 13:103-130; Sutton and Barto 2018, section 8.4.
template <Scalar T, std::size_t States, std::size_t Actions, std::size_t Capacity, unsigned Rehearsals,
          SweepConfig Config = SweepConfig{}, Policy<T, Actions> Explore = EpsilonGreedy,
          restricts<Actions> Allowed = AllActions>
requires(Config.valid() && Capacity >= 1 && Capacity <= 65'535) class PrioritizedSweeping
    : public TabularAgent<T, States, Actions, Explore,
                          detail::SweepMemory<T, Capacity, Config, Allowed, States * Actions>> {
public:
    constexpr explicit PrioritizedSweeping(Explore policy = Explore{})
        : PrioritizedSweeping::TabularAgent(policy, Config.initial) {}

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = Allowed::all()) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        const std::size_t slot = slot_of<Capacity, States, Actions>(s, a);
        this->memory_.tries[slot].take({reward, s, s2, a, terminal, true, allowed});
        settle(slot);
        for (unsigned i = 0; i<Rehearsals&& this->memory_.waiting> 0; ++i) settle(most_wrong());
        this->note_visit(s, a);
        return Status::ok;
    }

    /// Forgets all values and tries; the settings of the policy stay.
    constexpr void reset() { this->forget(Config.initial); }

private:
    using Memory = detail::SweepMemory<T, Capacity, Config, Allowed, States * Actions>;
    using Priority = typename Memory::Priority;

    static constexpr Priority threshold = detail::distance(static_cast<T>(Config.threshold), T{});

    [[nodiscard]] constexpr T target(std::size_t slot) const {
        return this->memory_.tries[slot].template target<Config.discount>(this->values_);
    }
    constexpr void set_priority(std::size_t slot, Priority priority) {
        Priority& now = this->memory_.priorities[slot];
        if (now == 0 && priority != 0) ++this->memory_.waiting;
        if (now != 0 && priority == 0) --this->memory_.waiting;
        now = priority;
    }

    /// Learns from a try; what leads to its state may be wrong then.
    constexpr void settle(std::size_t slot) {
        set_priority(slot, 0);
        const State s = this->memory_.tries[slot].s;
        const Action a = this->memory_.tries[slot].a;
        T& value = this->values_.at(s, a);
        const T before = value;
        const T best_before = this->values_.best(s);
        value = this->memory_.step.moved(value, target(slot), this->values_.index(s, a));
        // Where actions are restricted, more than the best one counts.
        const bool felt =
            std::same_as<Allowed, AllActions> ? this->values_.best(s) != best_before : value != before;
        if (felt) look_back_from(s);
    }
    constexpr void look_back_from(State s) {
        for (std::size_t slot = 0; slot < Capacity; ++slot) {
            const auto& before = this->memory_.tries[slot];
            if (!before.leads_to(s)) continue;
            const Priority error = detail::distance(target(slot), this->values_.at(before.s, before.a));
            set_priority(slot, error > threshold ? error : Priority{0});
        }
    }
    [[nodiscard]] constexpr std::size_t most_wrong() const {
        const auto& priorities = this->memory_.priorities;
        std::size_t worst = 0;
        for (std::size_t slot = 1; slot < Capacity; ++slot) {
            if (priorities[slot] > priorities[worst]) worst = slot;
        }
        return worst;
    }
};

}  // namespace mote::rl
