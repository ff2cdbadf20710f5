// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

/// What the last try of an action led to, as the agents remember it that learn from a transition again.
template <Scalar T, class Allowed>
struct Experience {
    T reward{};
    State s = 0;
    State s2 = 0;
    Action a = 0;
    bool terminal = false;
    bool used = false;  // not an empty slot
    Allowed allowed{};  // in s2

    /// What the value of the action should be, by the values as they are now.
    template <Rate Discount, std::size_t States, std::size_t Actions>
    [[nodiscard]] constexpr T target(const ActionValues<T, States, Actions>& values) const {
        return bounded(terminal ? reward : discounted<Discount>(reward, values.best(s2, allowed)));
    }
    [[nodiscard]] constexpr bool leads_to(State state) const { return s2 == state && !terminal && used; }
    constexpr void take(const Experience& now) { *this = now; }
};

/// Where the try of an action in a state is remembered: by itself where there is room for all, else in the
/// place of those whose number has the same remainder.
template <std::size_t Capacity, std::size_t States, std::size_t Actions>
[[nodiscard]] constexpr std::size_t slot_of(State s, Action a) {
    const std::size_t number = s * Actions + a;
    if constexpr (Capacity >= States * Actions) return number;
    return number % Capacity;
}

}  // namespace mote::rl
