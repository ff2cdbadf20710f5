// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/action_values.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/remainders.hpp"

namespace mote::rl {

/// What every tabular agent is told at compile time.
struct LearningConfig {
    Rate learning_rate{0.125};
    Rate discount{0.95};
    double initial = 0;  // first value of every action; above what can be earned it makes the agent explore
    Rounding rounding = Rounding::nearest;  // of integer tables

    [[nodiscard]] constexpr bool valid() const {
        return learning_rate.valid() && discount.valid() && isfinite(initial);
    }
};

/// A full-period generator modulo 2^32 (Numerical Recipes' constants) of which the top bits are used; the
/// quality that rounding and the choice of what to rehearse need, at two instructions.
class Noise {
public:
    constexpr Noise() = default;
    constexpr explicit Noise(std::uint32_t start) : state_(start) {}

    /// 15 bits.
    constexpr std::int32_t next() { return static_cast<std::int32_t>(advance() >> 17); }
    /// Below `bound`, which is at most 65,536; uneven by no more than bound / 65,536.
    constexpr std::uint32_t below(std::uint32_t bound) { return (advance() >> 16) * bound >> 16; }

private:
    constexpr std::uint32_t advance() { return state_ = state_ * 1664525u + 1013904223u; }

    std::uint32_t state_ = 1;
};

/// Takes the steps of a learning rate for a table of Count values, of which moved() is told which one it
/// moves; holds what the way of rounding needs.
template <Scalar T, LearningConfig Config, std::size_t Count>
class Stepper {
public:
    [[nodiscard]] constexpr T moved(T value, T target, std::size_t) {
        return moved_towards<Config.learning_rate>(value, target);
    }
};
template <FixedScalar T, LearningConfig Config, std::size_t Count>
requires(Config.rounding == Rounding::stochastic) class Stepper<T, Config, Count> {
public:
    [[nodiscard]] constexpr T moved(T value, T target, std::size_t) {
        return moved_towards<Config.learning_rate>(value, target, noise_.next());
    }

private:
    Noise noise_;
};
template <FixedScalar T, LearningConfig Config, std::size_t Count>
requires(Config.rounding == Rounding::carried) class Stepper<T, Config, Count> {
public:
    [[nodiscard]] constexpr T moved(T value, T target, std::size_t i) {
        return remainders_.template moved<Config.learning_rate>(value, target, i);
    }

private:
    [[no_unique_address]] Remainders<T, Count> remainders_;
};

/// The nearest value within a quarter of the range of a floating-point type: there, differences of any two
/// are finite. Fixed point saturates by itself. For agents that move several values at once, or later, when
/// it is too late to refuse the reward that led there.
template <Scalar T>
[[nodiscard]] constexpr T bounded(T value) {
    if constexpr (FixedScalar<T>) {
        return value;
    } else {
        constexpr T bound = std::numeric_limits<T>::max() / 4;
        return clamp(value, -bound, bound);
    }
}

/// What all tabular agents share: the table, the policy, and what the method remembers besides. (In one
/// class, or the agents would not have standard layout.)
///
/// Errors  act() and greedy() in a state out of range, or with no action allowed, give action 0; value()
///         requires a valid state and action.
template <Scalar T, std::size_t States, std::size_t Actions, Policy<T, Actions> Explore, class Memory>
class TabularAgent {
public:
    using Scalar = T;
    using State = rl::State;
    using Action = rl::Action;
    static constexpr std::size_t states = States;
    static constexpr std::size_t actions = Actions;

    /// Chooses by the policy, among the allowed actions.
    template <restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action act(State s, Random& random, Allowed allowed = {}) const {
        return s < States ? chosen(s, values_.of(s), random, allowed) : Action{0};
    }

    /// The best known action.
    template <restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action greedy(State s, Allowed allowed = {}) const {
        return s < States ? greedy_action(values_.of(s), allowed) : Action{0};
    }
    [[nodiscard]] constexpr T value(State s, Action a) const { return values_.at(s, a); }

    [[nodiscard]] constexpr const Explore& policy() const { return policy_; }
    [[nodiscard]] constexpr Explore& policy() { return policy_; }
    constexpr void set_policy(Explore policy) { policy_ = policy; }

protected:
    constexpr TabularAgent(Explore policy, double initial) : policy_(policy) { forget(initial); }

    constexpr void forget(double initial) {
        values_.fill(bounded(static_cast<T>(initial)));
        // g++ 12 would copy the one byte of an empty class, or zero it by {}, over the member at its address.
        if constexpr (!std::is_empty_v<Memory>) memory_ = Memory{};
        if constexpr (ChoosesByState<Explore, T, Actions>) policy_.reset();
    }

    template <class Allowed>
    [[nodiscard]] constexpr Action chosen(State s, std::span<const T, Actions> values, Random& random,
                                          Allowed allowed) const {
        if constexpr (ChoosesByState<Explore, T, Actions>) {
            return policy_.choose(s, values, random, allowed);
        } else {
            return policy_.choose(values, random, allowed);
        }
    }

    /// A transition that can be learnt from: its parts are in range, and something may follow it.
    template <class Allowed>
    [[nodiscard]] static constexpr Status check(State s, Action a, State s2, bool terminal,
                                                const Allowed& allowed) {
        if (ActionValues<T, States, Actions>::check(s, a, s2) != Status::ok) return Status::bad_state;
        return !terminal && allowed.empty() ? Status::bad_parameter : Status::ok;
    }

    /// Puts what was learnt from a transition into the table, if it is finite.
    constexpr Status keep(State s, Action a, T value, T reward) {
        if (!isfinite(value)) return isfinite(reward) ? Status::diverged : Status::not_finite;
        values_.at(s, a) = value;
        note_visit(s, a);
        return Status::ok;
    }
    constexpr void note_visit(State s, Action a) {
        if constexpr (ChoosesByState<Explore, T, Actions>) policy_.visited(s, a);
    }

    ActionValues<T, States, Actions> values_;
    Explore policy_;
    [[no_unique_address]] Memory memory_;
};

}  // namespace mote::rl
