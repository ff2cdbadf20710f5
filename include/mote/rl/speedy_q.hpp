// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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

template <Scalar T, std::size_t States, std::size_t Actions>
struct SpeedyMemory {
    ActionValues<T, States, Actions> previous;  // of the last round
    ActionValues<T, States, Actions> next;
    std::array<std::uint8_t, (States * Actions + 7) / 8> seen{};  // in this round, a bit each
    std::uint32_t transitions = 0;                                // in this round
    std::uint16_t rounds = 0;
    Noise noise;

    /// True the first time in a round.
    constexpr bool see(State s, Action a) {
        const std::size_t number = s * Actions + a;
        const auto bit = static_cast<std::uint8_t>(1u << number % 8);
        const bool first = (seen[number / 8] & bit) == 0;
        seen[number / 8] |= bit;
        return first;
    }
};

/// value + rate (before - value) + (1 - rate) (now - before), with rate = 1 / (rounds + 1). Integers round by
/// chance: of steps below their unit nothing would ever arrive.
template <FloatingScalar T>
[[nodiscard]] constexpr T sped_up(T value, T before, T now, std::uint16_t rounds, Noise&) {
    const T rate = 1 / static_cast<T>(rounds + 1);
    return value + rate * (before - value) + (1 - rate) * (now - before);
}
template <FixedScalar T>
[[nodiscard]] constexpr T sped_up(T value, T before, T now, std::uint16_t rounds, Noise& noise) {
    using Wide = mote::detail::Wide<decltype(T::raw)>;
    const std::int32_t rate = 32768 / (rounds + 1);
    const Wide slow = (Wide{before.raw} - value.raw) * rate + noise.next();
    const Wide fast = (Wide{now.raw} - before.raw) * (32768 - rate) + noise.next();
    return T::saturate(value.raw + (slow >> 15) + (fast >> 15));
}

}  // namespace detail

/// Speedy Q-learning: goes by rounds, with a rate of 1 / round for noise, but takes over at nearly full rate
/// how the target moved between the last two rounds. Averages a noisy world without learning ever more
/// slowly.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Three tables: [States][Actions].
/// Units   those of QLearning. There is no learning rate to choose.
/// Errors  learn() refuses what QLearning refuses; floats saturate at a quarter of their range.
/// Memory  3 * States * Actions scalars, a bit for each, 12 bytes and the policy. Time O(Actions), one
///         division; at the end of a round O(States * Actions).
/// Source  Azar, Munos, Ghavamzadeh, Kappen 2011, NeurIPS 24, algorithm 1. Deviation: an action that was not
///         met in a round keeps its value, so that a trajectory can take the place of one sample of each; a
///         second sample within a round is not used. Rates stop at 1 / 32,768.
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
            const auto target = [&](const auto& values) {
                return bounded(terminal ? reward
                                        : discounted<Config.discount>(reward, values.best(s2, allowed)));
            };
            memory.next.at(s, a) =
                bounded(detail::sped_up(this->values_.at(s, a), target(memory.previous),
                                        target(this->values_), memory.rounds, memory.noise));
        }
        if (++memory.transitions >= Config.round) end_round();
        this->note_visit(s, a);
        return Status::ok;
    }

    /// Forgets all values; the settings of the policy stay.
    constexpr void reset() {
        this->forget(Config.initial);
        this->memory_.previous = this->values_;
        this->memory_.next = this->values_;
    }

private:
    constexpr void end_round() {
        auto& memory = this->memory_;
        memory.previous = this->values_;
        this->values_ = memory.next;
        memory.seen = {};
        memory.transitions = 0;
        if (memory.rounds < 32767) ++memory.rounds;
    }
};

}  // namespace mote::rl
