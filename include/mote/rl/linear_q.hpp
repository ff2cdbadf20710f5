// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/rl/environment.hpp"
#include "mote/rl/policy.hpp"

namespace mote::rl {

struct LinearQConfig {
    double learning_rate =
        0.125;  // of dense features as in (1); of binary ones divided by how many are active
    double discount = 0.99;
    double initial = 0;  // first weight of every feature
};

/// An agent whose action values are weighted sums of features, for states too many for a table: semi-gradient
/// Q-learning by learn(), Sarsa by learn_on_policy().
///
/// Shapes  features: a sample [Features], or the indices of those that are 1 while all others are 0, as
///         TileCoding gives them. Weights: [Actions][Features].
/// Units   values are those of the discounted return. Scale dense features to about -1 .. 1.
/// Errors  learning refuses an action or index out of range (bad_state), a non-finite reward or feature
///         (not_finite), and a step that would leave the finite range (diverged); nothing changes.
///         Q-learning with function approximation is not proven to converge; Sarsa stays near a solution.
/// Memory  Actions * Features scalars and the policy. Time O(Actions * features that are not 0).
/// Source  Sutton and Barto 2018, section 10.1: equation (10.1) with the target of (10.2), which is (1), or
///         with the best next action, which is (2).
template <FloatingScalar T, std::size_t Features, std::size_t Actions, LinearQConfig Config = LinearQConfig{},
          Policy<T, Actions> Explore = EpsilonGreedy>
requires(Features >= 1 && Actions >= 1 && Actions <= 256 && Config.learning_rate >= 0 &&
         Config.discount >= 0 && Config.discount <= 1) class LinearQ {
public:
    using Scalar = T;
    using Dense = std::span<const T, Features>;
    template <std::size_t Count>
    using Active = std::array<std::uint16_t, Count>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t actions = Actions;

    constexpr explicit LinearQ(Explore policy = Explore{}) : policy_(policy) { reset(); }

    /// All of these take dense features or active ones.
    template <class X>
    [[nodiscard]] constexpr std::array<T, Actions> values(const X& x) const {
        std::array<T, Actions> result{};
        for (std::size_t a = 0; a < Actions; ++a) result[a] = weigh(weights_[a], x);
        return result;
    }
    template <class X>
    [[nodiscard]] constexpr Action greedy(const X& x) const {
        return greedy_action(std::span<const T, Actions>(values(x)));
    }
    template <class X>
    [[nodiscard]] constexpr Action act(const X& x, Random& random) const {
        const auto all = values(x);
        return policy_.choose(std::span<const T, Actions>(all), random);
    }

    /// Q-learning: action a at x paid `reward` and led to x2, where the best action follows.
    template <class X>
    constexpr Status learn(const X& x, Action a, T reward, const X& x2, bool terminal = false) {
        if (const Status status = check(x, a, reward); status != Status::ok) return status;
        if (const Status status = check(x2, a, reward); status != Status::ok) return status;
        const auto next = values(x2);
        const Action best = greedy_action(std::span<const T, Actions>(next));
        return move_towards(x, a, terminal ? reward : reward + discount * next[best]);  // (2)
    }

    /// Sarsa: as learn(), but the action a2 follows.
    template <class X>
    constexpr Status learn_on_policy(const X& x, Action a, T reward, const X& x2, Action a2,
                                     bool terminal = false) {
        if (const Status status = check(x, a, reward); status != Status::ok) return status;
        if (const Status status = check(x2, a2, reward); status != Status::ok) return status;
        const T next = terminal ? T(0) : weigh(weights_[a2], x2);
        return move_towards(x, a, reward + discount * next);  // (1)
    }

    [[nodiscard]] constexpr const Explore& policy() const { return policy_; }
    constexpr void set_policy(Explore policy) { policy_ = policy; }

    /// Forgets all weights; the policy stays.
    constexpr void reset() {
        for (auto& row : weights_) row.fill(static_cast<T>(Config.initial));
    }

private:
    static constexpr T rate = static_cast<T>(Config.learning_rate);
    static constexpr T discount = static_cast<T>(Config.discount);
    using Weights = std::array<T, Features>;

    [[nodiscard]] static constexpr Status check(Dense x, Action a, T reward) {
        if (a >= Actions) return Status::bad_state;
        return isfinite(reward) && all_finite(x) ? Status::ok : Status::not_finite;
    }
    template <std::size_t Count>
    [[nodiscard]] static constexpr Status check(const Active<Count>& x, Action a, T reward) {
        if (a >= Actions) return Status::bad_state;
        for (const auto index : x) {
            if (index >= Features) return Status::bad_state;
        }
        return isfinite(reward) ? Status::ok : Status::not_finite;
    }

    [[nodiscard]] static constexpr T weigh(const Weights& weights, Dense x) {
        return kernels::dot(weights, x);
    }
    template <std::size_t Count>
    [[nodiscard]] static constexpr T weigh(const Weights& weights, const Active<Count>& x) {
        T sum = 0;
        for (const auto index : x) sum += weights[index];
        return sum;
    }

    /// (10.1): the gradient of a weighted sum is the features themselves.
    template <class X>
    constexpr Status move_towards(const X& x, Action a, T target) {
        Weights& weights = weights_[a];
        const T step = rate * (target - weigh(weights, x));
        if (!isfinite(step) || !stays_finite(weights, x, step)) return Status::diverged;
        add(weights, x, step);
        return Status::ok;
    }

    [[nodiscard]] static constexpr bool stays_finite(const Weights& weights, Dense x, T step) {
        for (std::size_t f = 0; f < Features; ++f) {
            if (!isfinite(weights[f] + step * x[f])) return false;
        }
        return true;
    }
    static constexpr void add(Weights& weights, Dense x, T step) {
        for (std::size_t f = 0; f < Features; ++f) weights[f] += step * x[f];
    }

    /// A feature that is active twice moves twice.
    template <std::size_t Count>
    [[nodiscard]] static constexpr bool stays_finite(const Weights& weights, const Active<Count>& x, T step) {
        for (const auto index : x) {
            if (!isfinite(weights[index] + step)) return false;
        }
        return true;
    }
    template <std::size_t Count>
    static constexpr void add(Weights& weights, const Active<Count>& x, T step) {
        for (const auto index : x) weights[index] += step / static_cast<T>(Count);
    }

    std::array<Weights, Actions> weights_;
    Explore policy_;
};

}  // namespace mote::rl
