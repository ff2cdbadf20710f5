// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/action_set.hpp"
#include "mote/rl/policy.hpp"

namespace mote::rl {

/// Boltzmann's policy: an action the more often the better it is, exp(Q(s, a) / temperature) : 1.
///
/// Units   temperature: that of the values; near 0 it is greedy, high it chooses blindly.
/// Errors  a temperature that is not above 0 and finite is greedy. The largest value is subtracted before
///         exp, which therefore cannot overflow.
/// Memory  4 bytes; Actions floats of stack. Time one exp an action.
/// Source  Sutton and Barto 2018, equation (2.11).
class Softmax {
public:
    constexpr explicit Softmax(float temperature = 1) { set_temperature(temperature); }

    constexpr void set_temperature(float temperature) {
        temperature_ = temperature > 0 && isfinite(temperature) ? temperature : 0;
    }
    /// Multiplies the temperature by 1 - 2^-shift: a schedule to call once an episode.
    constexpr void decay(unsigned shift) { temperature_ -= temperature_ / static_cast<float>(1u << shift); }

    [[nodiscard]] constexpr float temperature() const { return temperature_; }

    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action choose(std::span<const T, Actions> values, Random& random,
                                          Allowed allowed = {}) const {
        const auto weights = weigh(values, allowed);
        auto left = random.uniform<Real<T>>() * total(weights);
        const Action best = greedy_action(values, allowed);
        for (std::size_t a = 0; a < Actions; ++a) {
            if (left < weights[a]) return static_cast<Action>(a);
            left -= weights[a];
        }
        return best;  // rounding used up the last weight
    }

    /// The mean value of what choose() does. Requires an allowed action.
    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr T expected(std::span<const T, Actions> values, Allowed allowed = {}) const {
        const auto weights = weigh(values, allowed);
        const auto best = static_cast<Real<T>>(values[greedy_action(values, allowed)]);
        Real<T> below = 0;
        for (std::size_t a = 0; a < Actions; ++a) {
            if (weights[a] > 0) below += weights[a] * (static_cast<Real<T>>(values[a]) - best);
        }
        return static_cast<T>(best + below / total(weights));
    }

private:
    template <class T>
    using Real = std::conditional_t<std::same_as<T, double>, double, float>;

    /// exp((Q - best) / temperature): the best action has 1, forbidden ones have 0.
    template <class T, std::size_t Actions, class Allowed>
    [[nodiscard]] constexpr std::array<Real<T>, Actions> weigh(std::span<const T, Actions> values,
                                                               Allowed allowed) const {
        std::array<Real<T>, Actions> weights{};
        const Action best = greedy_action(values, allowed);
        weights[best] = 1;
        if (temperature_ == 0) return weights;
        for (std::size_t a = 0; a < Actions; ++a) {
            if (a == best || !allowed.contains(static_cast<Action>(a))) continue;
            const auto below = static_cast<Real<T>>(values[a]) - static_cast<Real<T>>(values[best]);
            weights[a] = exp(below / static_cast<Real<T>>(temperature_));
        }
        return weights;
    }

    template <class R, std::size_t Actions>
    [[nodiscard]] static constexpr R total(const std::array<R, Actions>& weights) {
        R sum = 0;
        for (R weight : weights) sum += weight;
        return sum;
    }

    float temperature_ = 1;
};

}  // namespace mote::rl
