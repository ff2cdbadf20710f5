// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/action_set.hpp"
#include "mote/rl/policy.hpp"

namespace mote::rl {

/// Upper confidence bounds: the action that may still be the best, a rare one getting the benefit of the
/// doubt. Explores without chance; every action of a state is tried once before any is repeated.
///
/// Shapes  of its agent: counts [States][Actions].
/// Units   width: that of the values; about the spread of the returns.
/// Errors  a width that is not above 0 and finite is greedy once all was tried.
/// Memory  2 bytes for each state and action. Time one log, and one sqrt an action.
/// Source  Sutton and Barto 2018, equation (2.10), with a count of its own for each state.
template <std::size_t States, std::size_t Actions>
class Ucb {
public:
    constexpr explicit Ucb(float width = 1) : width_(width > 0 && isfinite(width) ? width : 0) {}

    template <class T, restricts<Actions> Allowed = AllActions>
    [[nodiscard]] constexpr Action choose(State s, std::span<const T, Actions> values, Random&,
                                          Allowed allowed = {}) const {
        float visits = 0;
        for (std::size_t a = 0; a < Actions; ++a) {
            if (!allowed.contains(static_cast<Action>(a))) continue;
            if (count(s, a) == 0) return static_cast<Action>(a);
            visits += static_cast<float>(count(s, a));
        }
        const Action fallback = greedy_action(values, allowed);
        if (width_ == 0 || allowed.empty()) return fallback;
        const float confidence = log(visits);
        const auto bound = [&](std::size_t a) {
            return static_cast<float>(values[a]) +
                   width_ * sqrt(confidence / static_cast<float>(count(s, a)));  // (2.10)
        };
        Action best = fallback;
        for (std::size_t a = 0; a < Actions; ++a) {
            if (allowed.contains(static_cast<Action>(a)) && bound(a) > bound(best))
                best = static_cast<Action>(a);
        }
        return best;
    }

    /// The agent learnt from action a in state s. A full count halves those of its state, which keeps their
    /// proportions and lets old experience fade.
    constexpr void visited(State s, Action a) {
        std::uint16_t* row = counts_.data() + s * Actions;
        if (row[a] == UINT16_MAX) {
            for (std::size_t i = 0; i < Actions; ++i) row[i] = static_cast<std::uint16_t>((row[i] + 1) / 2);
        }
        ++row[a];
    }
    constexpr void reset() { counts_ = {}; }

    [[nodiscard]] constexpr std::uint16_t count(State s, std::size_t a) const {
        return counts_[s * Actions + a];
    }

private:
    std::array<std::uint16_t, States * Actions> counts_{};
    float width_;
};

}  // namespace mote::rl
