// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/status.hpp"
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

    constexpr void fill(T value) { values_.fill(value); }

    [[nodiscard]] constexpr T& at(State s, Action a) { return values_[s * Actions + a]; }
    [[nodiscard]] constexpr T at(State s, Action a) const { return values_[s * Actions + a]; }

    [[nodiscard]] constexpr std::span<const T, Actions> of(State s) const {
        return std::span<const T, Actions>(values_.data() + s * Actions, Actions);
    }

    /// max over a of Q(s, a).
    [[nodiscard]] constexpr T best(State s) const {
        const auto values = of(s);
        T best = values[0];
        const auto consider = [&best](T value) {
            if (value > best) best = value;
        };
        if constexpr (Actions <= 8) {  // without a loop, which would cost as much as the comparisons
            [&]<std::size_t... A>(std::index_sequence<A...>) {
                (consider(values[A + 1]), ...);
            }
            (std::make_index_sequence<Actions - 1>{});
        } else {
            for (std::size_t a = 1; a < Actions; ++a) consider(values[a]);
        }
        return best;
    }

private:
    std::array<T, States * Actions> values_{};
};

}  // namespace mote::rl
