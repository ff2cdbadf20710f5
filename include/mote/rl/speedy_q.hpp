// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

/// How far ahead values look, and how many transitions make a round: enough to meet most actions of most
/// states once.
struct SpeedyConfig {
    Rate discount{0.95};
    std::uint32_t round = 1000;
    double initial = 0;

    [[nodiscard]] constexpr bool valid() const { return discount.valid() && round >= 1 && isfinite(initial); }
};

namespace detail {

/// The arithmetic of a table of floats; of integers below, of which this also holds what they lack.
template <Scalar T, std::size_t States, std::size_t Actions>
class SpeedyRest {
public:
    using Table = ActionValues<T, States, Actions>;

    [[nodiscard]] static constexpr T value(const Table& table, State s, Action a) { return table.at(s, a); }
    static constexpr void set(Table& table, State s, Action a, T value) { table.at(s, a) = bounded(value); }
    template <Rate Discount, class Allowed>
    [[nodiscard]] static constexpr T target(const Table& table, T reward, State s2, const Allowed& allowed) {
        return bounded(discounted<Discount>(reward, table.best(s2, allowed)));
    }
    [[nodiscard]] static constexpr T certain(T reward) { return bounded(reward); }

    /// value + rate (before - value) + (1 - rate) (now - before), with rate = 1 / (rounds + 1).
    [[nodiscard]] static constexpr T sped_up(T value, T before, T now, std::uint32_t rounds) {
        const T rate = 1 / static_cast<T>(rounds + 1);
        return value + rate * (before - value) + (1 - rate) * (now - before);
    }
};

/// Targets must be as fine as values: late in life they move by less than a table's unit from round to round,
/// and only what they moved by is learnt at full rate.
template <FixedScalar T, std::size_t States, std::size_t Actions>
class SpeedyRest<T, States, Actions> {
public:
    using Table = ActionValues<T, States, Actions>;

    [[nodiscard]] constexpr std::int64_t value(const Table& table, State s, Action a) const {
        return rest_.exact(table.at(s, a), table.index(s, a));
    }
    constexpr void set(Table& table, State s, Action a, std::int64_t value) {
        table.at(s, a) = rest_.rounded(value, table.index(s, a));
    }
    template <Rate Discount, class Allowed>
    [[nodiscard]] constexpr std::int64_t target(const Table& table, T reward, State s2,
                                                const Allowed& allowed) const {
        std::int64_t best = std::numeric_limits<std::int64_t>::lowest();
        for (std::size_t a = 0; a < Actions; ++a) {
            const auto action = static_cast<Action>(a);
            if (allowed.contains(action)) best = max(best, value(table, s2, action));
        }
        return clamp(Rest::widened(reward) + Rest::template share<Discount>(best), Rest::widened(T::lowest()),
                     Rest::widened(T::highest()));
    }
    [[nodiscard]] static constexpr std::int64_t certain(T reward) { return Rest::widened(reward); }

    [[nodiscard]] static constexpr std::int64_t sped_up(std::int64_t value, std::int64_t before,
                                                        std::int64_t now, std::uint32_t rounds) {
        constexpr std::int32_t one = 1 << 30;
        const auto rate = static_cast<std::int32_t>(one / (rounds + 1));
        return value + Rest::share(before - value, rate) + Rest::share(now - before, one - rate);
    }

private:
    using Rest = Remainders<T, States * Actions>;

    [[no_unique_address]] Rest rest_;
};

/// The values of a round, of which the agent's own table holds those of now.
template <Scalar T, std::size_t States, std::size_t Actions>
struct SpeedyRound {
    ActionValues<T, States, Actions> values;
    [[no_unique_address]] SpeedyRest<T, States, Actions> rest;
};

template <Scalar T, std::size_t States, std::size_t Actions>
struct SpeedyMemory {
    SpeedyRound<T, States, Actions> previous, next;
    [[no_unique_address]] SpeedyRest<T, States, Actions> rest;    // of the agent's own table
    std::array<std::uint8_t, (States * Actions + 7) / 8> seen{};  // in this round, a bit each
    std::uint32_t transitions = 0;                                // in this round
    std::uint32_t rounds = 0;

    /// True the first time in a round.
    constexpr bool see(State s, Action a) {
        const std::size_t number = s * Actions + a;
        const auto bit = static_cast<std::uint8_t>(1u << number % 8);
        const bool first = (seen[number / 8] & bit) == 0;
        seen[number / 8] |= bit;
        return first;
    }
};

}  // namespace detail

/// Speedy Q-learning: goes by rounds, with a rate of 1 / round for noise, but takes over at nearly full rate
/// how the target moved between the last two rounds. Averages a noisy world without learning ever more
/// slowly.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Three tables: [States][Actions].
/// Units   those of QLearning. There is no learning rate to choose.
/// Errors  learn() refuses what QLearning refuses; floats saturate at a quarter of their range.
/// Memory  3 * States * Actions scalars and, where they are integers of 8 or 16 bits, 2 bytes more each for
///         what rounding leaves; a bit for each action of each state, 8 bytes and the policy.
/// Time    O(Actions), one division; at the end of a round O(States * Actions).
/// Source  Azar, Munos, Ghavamzadeh, Kappen 2011, NeurIPS 24, algorithm 1. Deviation: an action that was not
///         met in a round keeps its value, so that a trajectory can take the place of one sample of each; a
///         second sample within a round is not used. Rates stop at 2^-30.
template <Scalar T, std::size_t States, std::size_t Actions, SpeedyConfig Config = SpeedyConfig{},
          Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.valid()) class SpeedyQ
    : public TabularAgent<T, States, Actions, Explore, detail::SpeedyMemory<T, States, Actions>> {
public:
    constexpr explicit SpeedyQ(Explore policy = Explore{}) : SpeedyQ::TabularAgent(policy, Config.initial) {
        reset();
    }

    /// Action a in state s paid `reward` and led to s2, where the allowed actions may follow; after a
    /// terminal transition nothing does. What is learnt shows at the end of the round.
    template <restricts<Actions> Allowed = AllActions>
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false,
                           Allowed allowed = {}) {
        if (const Status status = this->check(s, a, s2, terminal, allowed); status != Status::ok)
            return status;
        if (!isfinite(reward)) return Status::not_finite;
        auto& memory = this->memory_;
        if (memory.see(s, a)) {
            const auto target = [&](const auto& rest, const auto& values) {
                return terminal ? rest.certain(reward)
                                : rest.template target<Config.discount>(values, reward, s2, allowed);
            };
            auto& [previous, next, rest, seen, transitions, rounds] = memory;
            const auto before = target(previous.rest, previous.values);
            const auto now = target(rest, this->values_);
            next.rest.set(next.values, s, a,
                          rest.sped_up(rest.value(this->values_, s, a), before, now, rounds));
        }
        if (++memory.transitions >= Config.round) end_round();
        this->note_visit(s, a);
        return Status::ok;
    }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() {
        this->forget(Config.initial);
        this->memory_.previous.values = this->values_;
        this->memory_.next.values = this->values_;
    }

private:
    constexpr void end_round() {
        auto& memory = this->memory_;
        memory.previous = {this->values_, memory.rest};
        this->values_ = memory.next.values;
        memory.rest = memory.next.rest;
        memory.seen = {};
        memory.transitions = 0;
        if (memory.rounds < (1u << 30) - 1) ++memory.rounds;
    }
};

}  // namespace mote::rl
