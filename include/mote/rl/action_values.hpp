// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/rl/action_set.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// The table of every tabular agent: one value for each action in each state.
///
/// Shapes  States x Actions scalars, the actions of a state side by side. Nothing else is stored.
/// Errors  check() is `bad_state` for a state or action out of range; the other members require valid ones.
template <Scalar T, std::size_t States, std::size_t Actions>
requires(States >= 1 && States <= 65'536 && Actions >= 1 && Actions <= 256) class ActionValues {
public:
    [[nodiscard]] static constexpr Status check(State s, Action a) {
        return s < States && a < Actions ? Status::ok : Status::bad_state;
    }
    /// The same for both states of a transition, at once where their number is a power of two.
    [[nodiscard]] static constexpr Status check(State s, Action a, State s2) {
        const bool known =
            std::has_single_bit(States) ? std::size_t(s | s2) < States : s < States && s2 < States;
        return known && a < Actions ? Status::ok : Status::bad_state;
    }

    constexpr void fill(T value) { values_.fill(value); }

    /// The place of an action's value among all States * Actions.
    [[nodiscard]] static constexpr std::size_t index(State s, Action a) { return s * Actions + a; }
    [[nodiscard]] constexpr T& at(State s, Action a) { return values_[index(s, a)]; }
    [[nodiscard]] constexpr T at(State s, Action a) const { return values_[index(s, a)]; }

    [[nodiscard]] constexpr std::span<const T, Actions> of(State s) const {
        return std::span<const T, Actions>(values_.data() + s * Actions, Actions);
    }

    /// max over a of Q(s, a).
    [[nodiscard]] constexpr T best(State s, AllActions = {}) const {
        const T* row = values_.data() + s * Actions;
        if constexpr (FixedScalar<T>) {
            if (!std::is_constant_evaluated()) {  // an array of Fixed is one of its only members
                using Row = std::span<const decltype(T::raw), Actions>;
                return T::from_raw(kernels::max(Row(&row->raw, Actions)));
            }
        }
        return largest<0, Actions>(row);
    }
    /// The same over the allowed actions, of which there must be one.
    [[nodiscard]] constexpr T best(State s, const ActionSet<Actions>& allowed) const {
        T best = at(s, allowed.nth(0));
        for (std::size_t a = 0; a < Actions; ++a) {
            const T value = values_[s * Actions + a];
            if (value > best && allowed.contains(static_cast<Action>(a))) best = value;
        }
        return best;
    }

private:
    /// As a tree, so that no comparison waits for more than log2 others.
    template <std::size_t First, std::size_t Count>
    [[nodiscard]] static constexpr T largest(const T* row) {
        if constexpr (Count == 1) {
            return row[First];
        } else {
            const T left = largest<First, Count / 2>(row);
            const T right = largest<First + Count / 2, Count - Count / 2>(row);
            return right > left ? right : left;
        }
    }

    std::array<T, States * Actions> values_{};
};

}  // namespace mote::rl
