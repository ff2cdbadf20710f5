// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "mote/core/random.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// Which actions are allowed now: the pump may not run dry, the compressor must rest ten minutes.
///
/// Shapes  one bit for each of Actions, in words of 32. Starts empty.
/// Errors  allow() and forbid() ignore what is not an action, contains() says no to it; nth() requires
///         i < count().
template <std::size_t Actions>
requires(Actions >= 1 && Actions <= 256) class ActionSet {
public:
    constexpr ActionSet() = default;
    constexpr ActionSet(std::initializer_list<Action> allowed) {
        for (Action a : allowed) allow(a);
    }
    [[nodiscard]] static constexpr ActionSet all() {
        ActionSet result;
        for (std::size_t a = 0; a < Actions; ++a) result.allow(static_cast<Action>(a));
        return result;
    }

    constexpr void allow(Action a) {
        if (a < Actions) words_[a / 32] |= bit(a);
    }
    constexpr void forbid(Action a) {
        if (a < Actions) words_[a / 32] &= ~bit(a);
    }

    [[nodiscard]] constexpr bool contains(Action a) const {
        return a < Actions && (words_[a / 32] & bit(a)) != 0;
    }
    [[nodiscard]] constexpr std::size_t count() const {
        int count = 0;
        for (std::uint32_t word : words_) count += std::popcount(word);
        return static_cast<std::size_t>(count);
    }
    [[nodiscard]] constexpr bool empty() const { return *this == ActionSet{}; }

    /// The allowed action that has i allowed ones before it.
    [[nodiscard]] constexpr Action nth(std::size_t i) const {
        Action a = 0;
        while (!contains(a) || i-- > 0) ++a;
        return a;
    }

    friend constexpr bool operator==(const ActionSet&, const ActionSet&) = default;

private:
    [[nodiscard]] static constexpr std::uint32_t bit(Action a) { return std::uint32_t{1} << (a % 32); }

    std::array<std::uint32_t, (Actions + 31) / 32> words_{};
};

/// Stands for an ActionSet that forbids nothing, and costs nothing.
struct AllActions {
    [[nodiscard]] static constexpr AllActions all() { return {}; }
    [[nodiscard]] static constexpr bool contains(Action) { return true; }
    [[nodiscard]] static constexpr bool empty() { return false; }
};

/// What may be given wherever actions can be restricted.
template <class S, std::size_t Actions>
concept restricts = std::same_as<S, AllActions> || std::same_as<S, ActionSet<Actions>>;

/// Any of the allowed actions, all equally likely. Requires that there is one.
template <std::size_t Actions>
[[nodiscard]] constexpr Action any_action(Random& random, AllActions) {
    return static_cast<Action>(random.below(Actions));
}
template <std::size_t Actions>
[[nodiscard]] constexpr Action any_action(Random& random, const ActionSet<Actions>& allowed) {
    return allowed.nth(random.below(static_cast<std::uint32_t>(allowed.count())));
}

}  // namespace mote::rl
