// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/action_set.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A policy that needs nothing but the values of a state's actions. A third argument may restrict them.
template <class P, class T, std::size_t Actions>
concept ChoosesByValues = requires(const P& policy, std::span<const T, Actions> values, Random& random) {
    { policy.choose(values, random) } -> std::same_as<Action>;
};

/// A policy with a memory of its own for each state: the agent tells it what was done.
template <class P, class T, std::size_t Actions>
concept ChoosesByState = requires(const P& policy, P& learning, State s, std::span<const T, Actions> values,
                                  Random& random) {
    { policy.choose(s, values, random, AllActions{}) } -> std::same_as<Action>;
    learning.visited(s, Action{});
    learning.reset();
};

/// How an agent turns the values of a state's actions into one of them.
template <class P, class T, std::size_t Actions>
concept Policy = PlainValue<P> &&(ChoosesByValues<P, T, Actions> || ChoosesByState<P, T, Actions>);

/// The allowed action of the largest value; the first of those that tie, 0 if none is allowed.
template <class T, std::size_t Actions>
[[nodiscard]] constexpr Action greedy_action(std::span<const T, Actions> values, AllActions = {}) {
    Action best = 0;
    for (std::size_t a = 1; a < values.size(); ++a) {
        if (values[a] > values[best]) best = static_cast<Action>(a);
    }
    return best;
}
template <class T, std::size_t Actions>
[[nodiscard]] constexpr Action greedy_action(std::span<const T, Actions> values,
                                             const ActionSet<Actions>& allowed) {
    if (allowed.empty()) return 0;
    Action best = allowed.nth(0);
    for (std::size_t a = 0; a < values.size(); ++a) {
        if (values[a] > values[best] && allowed.contains(static_cast<Action>(a)))
            best = static_cast<Action>(a);
    }
    return best;
}

/// Always the best known action: what a trained agent does in the field.
struct Greedy {
    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action choose(std::span<const T, Actions> values, Random&,
                                          Allowed allowed = {}) const {
        return greedy_action(values, allowed);
    }
    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr T expected(std::span<const T, Actions> values, Allowed allowed = {}) const {
        return values[greedy_action(values, allowed)];
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
    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action choose(std::span<const T, Actions> values, Random& random,
                                          Allowed allowed = {}) const {
        if (allowed.empty()) return 0;
        if (random.next() < threshold_) return any_action<Actions>(random, allowed);
        return greedy_action(values, allowed);
    }

    /// The mean value of what choose() does. Requires an allowed action.
    template <class T, std::size_t Actions, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr T expected(std::span<const T, Actions> values, Allowed allowed = {}) const {
        const T best = values[greedy_action(values, allowed)];
        if constexpr (FixedScalar<T>) {
            std::int64_t below = 0;  // the best one
            for (std::size_t a = 0; a < Actions; ++a)
                below +=
                    allowed.contains(static_cast<Action>(a)) ? std::int64_t{values[a].raw} - best.raw : 0;
            const std::uint32_t share = (threshold_ >> 8) / number<Actions>(allowed);  // of epsilon, 24 bits
            return T::saturate(best.raw + ((below * share + (1 << 23)) >> 24));
        } else {
            T below = 0;
            for (std::size_t a = 0; a < Actions; ++a)
                below += allowed.contains(static_cast<Action>(a)) ? values[a] - best : T{0};
            return best + below * static_cast<T>(epsilon()) / static_cast<T>(number<Actions>(allowed));
        }
    }

private:
    template <std::size_t Actions>
    [[nodiscard]] static constexpr std::uint32_t number(AllActions) {
        return Actions;
    }
    template <std::size_t Actions>
    [[nodiscard]] static constexpr std::uint32_t number(const ActionSet<Actions>& allowed) {
        return static_cast<std::uint32_t>(allowed.count());
    }

    std::uint32_t threshold_ = 0;
};

}  // namespace mote::rl
