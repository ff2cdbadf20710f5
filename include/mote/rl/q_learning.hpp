// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/action_values.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"

namespace mote::rl {

struct QLearningConfig {
    Rate learning_rate{0.125};
    Rate discount{0.95};
    double initial = 0;  // first value of every action; above what can be earned it makes the agent explore
    Rounding rounding = Rounding::nearest;  // of integer tables
};

/// Q-learning: learns from one transition at a time what each action is worth if the best follow, while
/// acting by any policy.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1. Table: [States][Actions].
/// Units   values are those of the discounted return; a fixed-point table must hold it, so scale the rewards.
/// Errors  learn() refuses a state or action out of range (bad_state), a non-finite reward (not_finite), and
///         a step that would leave the finite range (diverged); nothing changes. act() in a state out of
///         range gives action 0.
/// Memory  States * Actions scalars and the policy. Time O(Actions), no division, integers only in fixed
/// point. Source  Watkins and Dayan 1992, Machine Learning 8:279-292, equation (1).
template <Scalar T, std::size_t States, std::size_t Actions, QLearningConfig Config = QLearningConfig{},
          Policy<T, Actions> Explore = EpsilonGreedy>
requires(Config.learning_rate.valid() && Config.discount.valid()) class QLearning {
public:
    using Scalar = T;
    using State = rl::State;
    using Action = rl::Action;
    static constexpr std::size_t states = States;
    static constexpr std::size_t actions = Actions;

    constexpr explicit QLearning(Explore policy = Explore{}) : policy_(policy) { reset(); }

    [[nodiscard]] constexpr Action act(State s, Random& random) const {
        return s < States ? policy_.choose(values_.of(s), random) : Action{0};
    }

    /// Action a in state s paid `reward` and led to s2; after a terminal transition nothing follows.
    constexpr Status learn(State s, Action a, T reward, State s2, bool terminal = false) {
        if (values_.check(s, a) != Status::ok || s2 >= States) return Status::bad_state;
        const T target = terminal ? reward : discounted<Config.discount>(reward, values_.best(s2));
        const T value = step(values_.at(s, a), target);  // (1)
        if (!isfinite(value)) return isfinite(reward) ? Status::diverged : Status::not_finite;
        values_.at(s, a) = value;
        return Status::ok;
    }

    /// The best known action, and what the table says of one. Both require a valid state and action.
    [[nodiscard]] constexpr Action greedy(State s) const { return greedy_action(values_.of(s)); }
    [[nodiscard]] constexpr T value(State s, Action a) const { return values_.at(s, a); }

    [[nodiscard]] constexpr const Explore& policy() const { return policy_; }
    constexpr void set_policy(Explore policy) { policy_ = policy; }

    /// Forgets all values; the policy stays.
    constexpr void reset() { values_.fill(initial); }

private:
    static constexpr T initial = static_cast<T>(Config.initial);
    static constexpr bool by_chance = FixedScalar<T> && Config.rounding == Rounding::stochastic;

    [[nodiscard]] constexpr T step(T value, T target) {
        if constexpr (by_chance) {
            return moved_towards<Config.learning_rate>(value, target, noise_.next());
        } else {
            return moved_towards<Config.learning_rate>(value, target);
        }
    }

    /// A full-period generator modulo 2^32 (Numerical Recipes' constants) of which the top 15 bits are used;
    /// the quality that rounding needs, at two instructions.
    struct Noise {
        std::uint32_t state = 1;
        constexpr std::int32_t next() {
            state = state * 1664525u + 1013904223u;
            return static_cast<std::int32_t>(state >> 17);
        }
    };
    struct Nothing {};

    ActionValues<T, States, Actions> values_;
    Explore policy_;
    [[no_unique_address]] std::conditional_t<by_chance, Noise, Nothing> noise_;
};

}  // namespace mote::rl
