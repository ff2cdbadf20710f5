// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/status.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

namespace detail {

template <Scalar T, std::size_t States, std::size_t Actions, LearningConfig Config>
struct SecondTable {
    ActionValues<T, States, Actions> values;
    Noise coin{0x9E3779B9};  // or it would fall as the other rounds: down in one table, up in the other
    Stepper<T, Config, 2 * States * Actions> step;
};

}  // namespace detail

/// Double Q-learning: two tables, one to choose the next action and the other to value it, so that noise is
/// not mistaken for value as the maximum of Q-learning does. For rewards that scatter much.
///
/// Shapes, Units  those of QLearning.
/// Errors  those of QLearning, except that floats saturate at a quarter of their range. value() and act() see
///         the mean of both tables; that of integers is rounded down.
/// Memory  2 * States * Actions scalars, 4 bytes (integers that round by chance: 8) and the policy. Time
///         O(Actions).
/// Source  van Hasselt 2010, NeurIPS 23, algorithm 1.
template <Scalar T, std::size_t States, std::size_t Actions, LearningConfig Config = LearningConfig{},
          Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class DoubleQLearning
    : public TabularAgent<T, States, Actions, Explore, detail::SecondTable<T, States, Actions, Config>> {
    using Base = TabularAgent<T, States, Actions, Explore, detail::SecondTable<T, States, Actions, Config>>;
    using Table = ActionValues<T, States, Actions>;

public:
    constexpr explicit DoubleQLearning(Explore policy = Explore{}) : Base(policy, Config.initial) { reset(); }

    template <restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action act(State s, Random& random, Allowed allowed = {}) const {
        if (s >= States) return 0;
        const auto means = both(s);
        return this->chosen(s, std::span<const T, Actions>(means), random, allowed);
    }
    template <restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action greedy(State s, Allowed allowed = {}) const {
        if (s >= States) return 0;
        const auto means = both(s);
        return greedy_action(std::span<const T, Actions>(means), allowed);
    }
    [[nodiscard]] constexpr T value(State s, Action a) const { return both(s)[a]; }

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does.
    template <restricts<Actions> Allowed = AllActions>
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = {}) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        const bool first = this->memory_.coin.next() < 1 << 14;
        Table& learning = first ? this->values_ : this->memory_.values;
        const Table& judging = first ? this->memory_.values : this->values_;
        const Action next = greedy_action(learning.of(s2), allowed);
        const T target = terminal ? reward : discounted<Config.discount>(reward, judging.at(s2, next));
        T& value = learning.at(s, a);
        const std::size_t i = Table::index(s, a) + (first ? 0 : States * Actions);
        value = this->memory_.step.moved(value, bounded(target), i);
        this->note_visit(s, a);
        return Status::ok;
    }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() {
        this->forget(Config.initial);
        this->memory_.values.fill(bounded(static_cast<T>(Config.initial)));
    }

private:
    [[nodiscard]] constexpr std::array<T, Actions> both(State s) const {
        std::array<T, Actions> means{};
        for (std::size_t a = 0; a < Actions; ++a) {
            const T one = this->values_.at(s, static_cast<Action>(a));
            const T other = this->memory_.values.at(s, static_cast<Action>(a));
            if constexpr (FixedScalar<T>) {
                const mote::detail::Wide<decltype(T::raw)> sum = one.raw;
                means[a] = T::from_raw(static_cast<decltype(T::raw)>((sum + other.raw) >> 1));
            } else {
                means[a] = one / 2 + other / 2;
            }
        }
        return means;
    }
};

}  // namespace mote::rl
