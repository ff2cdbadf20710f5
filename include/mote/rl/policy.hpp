// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// How an agent turns the values of a state's actions into one of them.
template <class P, class T, std::size_t Actions>
concept Policy = PlainValue<P> &&
    requires(const P& policy, std::span<const T, Actions> values, Random& random) {
    { policy.choose(values, random) } -> std::same_as<Action>;
};

/// The action of the largest value; the first of those that tie.
template <class T, std::size_t Actions>
[[nodiscard]] constexpr Action greedy_action(std::span<const T, Actions> values) {
    Action best = 0;
    for (std::size_t a = 1; a < values.size(); ++a) {
        if (values[a] > values[best]) best = static_cast<Action>(a);
    }
    return best;
}

/// Always the best known action: what a trained agent does in the field.
struct Greedy {
    template <class T, std::size_t Actions>
    [[nodiscard]] constexpr Action choose(std::span<const T, Actions> values, Random&) const {
        return greedy_action(values);
    }
};

/// With probability epsilon any action, all equally likely; the best known one otherwise.
///
/// Units   epsilon: 0 .. 1, held as a threshold for 32 random bits, so that choosing takes no floating point.
/// Source  Sutton and Barto 2018, section 2.2.
class EpsilonGreedy {
public:
    constexpr explicit EpsilonGreedy(float epsilon = 0.1f) { set_epsilon(epsilon); }

    /// Outside 0 .. 1 (or NaN): the nearest end (0).
    constexpr void set_epsilon(float epsilon) {
        if (!(epsilon > 0)) {
            threshold_ = 0;
        } else {
            threshold_ = epsilon >= 1 ? ~std::uint32_t{0} : static_cast<std::uint32_t>(epsilon * 0x1p32f);
        }
    }
    /// Multiplies epsilon by 1 - 2^-shift, integer only: a schedule to call once an episode.
    constexpr void decay(unsigned shift) { threshold_ -= threshold_ >> shift; }

    [[nodiscard]] constexpr float epsilon() const { return static_cast<float>(threshold_) * 0x1p-32f; }

    template <class T, std::size_t Actions>
    [[nodiscard]] constexpr Action choose(std::span<const T, Actions> values, Random& random) const {
        if (random.next() < threshold_) return static_cast<Action>(random.below(Actions));
        return greedy_action(values);
    }

private:
    std::uint32_t threshold_ = 0;
};

}  // namespace mote::rl
