// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A world as it was met: what each action in each state led to, how often, and what it paid on average. It
/// is an explicit model, so that value_iteration plans in it; where experience is dear and the table small,
/// nothing is learnt from less of it.
///
/// Shapes  state: 0 .. States - 1, action: 0 .. Actions - 1; of each action up to Kinds answers (a next state
///         that ends the episode or does not).
/// Units   rewards: any. outcomes(): shares of the tries. What was never tried pays `hope` and ends: more
///         than can be earned sends a plan there, zero keeps it away from where rewards are positive.
/// Errors  update() refuses a state or action out of range, a reward that is not finite, and an answer for
///         which there is no room (capacity_full), and stays as it was.
/// Memory  12 bytes an answer in float, 16 in double. Time O(Kinds).
/// Source  Sutton and Barto 2018, sections 8.1 and 8.2, with counts in place of the last answer; hope is
///         Brafman and Tennenholtz 2002, JMLR 3:213-231 (R-max). Deviation: where a count is full, all counts
///         of that action are halved.
template <FloatingScalar T, std::size_t States, std::size_t Actions, std::size_t Kinds>
requires(States > 0 && States <= 65'536 && Actions > 0 && Actions <= 256 && Kinds > 0) class LearntModel {
public:
    using Scalar = T;
    static constexpr std::size_t states = States;
    static constexpr std::size_t actions = Actions;

    constexpr explicit LearntModel(T hope = 0) : hope_(hope) {}

    /// Action a in state s paid `reward` and led to s2.
    constexpr Status update(State s, Action a, T reward, State s2, bool terminal = false) {
        if (s >= States || a >= Actions || s2 >= States) return Status::bad_state;
        if (!isfinite(reward)) return Status::not_finite;
        auto& answers = answers_[s * Actions + a];
        for (Answer& answer : answers) {
            const bool unused = answer.count == 0;
            if (!unused && (answer.state != s2 || answer.terminal != terminal)) continue;
            if (answer.count == std::numeric_limits<std::uint16_t>::max()) halve(answers);
            answer.state = s2;
            answer.terminal = terminal;
            ++answer.count;
            // in halves, the difference of which is finite
            answer.reward += 2 * ((reward / 2 - answer.reward / 2) / static_cast<T>(answer.count));
            return Status::ok;
        }
        return Status::capacity_full;
    }

    /// How often it was tried, as far as is remembered.
    [[nodiscard]] constexpr std::uint32_t tries(State s, Action a) const {
        std::uint32_t sum = 0;
        for (const Answer& answer : answers_[s * Actions + a]) sum += answer.count;
        return sum;
    }

    [[nodiscard]] constexpr Outcomes<T, Kinds> outcomes(State s, Action a) const {
        const std::uint32_t all = tries(s, a);
        Outcomes<T, Kinds> result;
        if (all == 0) result.add({1, s, hope_, true});
        for (const Answer& answer : answers_[s * Actions + a]) {
            if (answer.count == 0) continue;
            const T share = static_cast<T>(answer.count) / static_cast<T>(all);
            result.add({share, answer.state, answer.reward, answer.terminal});
        }
        return result;
    }

    constexpr void reset() { *this = LearntModel(hope_); }

private:
    struct Answer {
        T reward = 0;  // the mean
        State state = 0;
        std::uint16_t count = 0;
        bool terminal = false;
    };

    static constexpr void halve(std::array<Answer, Kinds>& answers) {
        for (Answer& answer : answers) answer.count = static_cast<std::uint16_t>((answer.count + 1) / 2);
    }

    std::array<std::array<Answer, Kinds>, States * Actions> answers_{};
    T hope_;
};

}  // namespace mote::rl
