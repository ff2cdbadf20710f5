// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/rl/experience.hpp"
#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

namespace detail {

/// The mean of `tries` values of which the latest `count` are `value`, and the others' mean is `mean`. Halves
/// keep what is between two floats finite.
template <FloatingScalar T>
[[nodiscard]] constexpr T joined(T mean, T value, std::uint32_t count, std::uint32_t tries) {
    return mean + 2 * ((value / 2 - mean / 2) * (static_cast<T>(count) / static_cast<T>(tries)));
}
template <FixedScalar T>
[[nodiscard]] constexpr T joined(T mean, T value, std::uint32_t count, std::uint32_t tries,
                                 std::uint32_t rounding) {
    const std::int64_t apart = (std::int64_t{value.raw} - mean.raw) * count + rounding;
    const std::int64_t step = apart / tries - (apart % tries < 0 ? 1 : 0);  // rounded down
    return T::from_raw(static_cast<decltype(T::raw)>(mean.raw + step));
}
template <FixedScalar T>
[[nodiscard]] constexpr T joined(T mean, T value, std::uint32_t count, std::uint32_t tries) {
    return joined(mean, value, count, tries, tries / 2);
}

/// The mean with one value more, the `tries`th.
template <FloatingScalar T>
[[nodiscard]] constexpr T followed(T mean, T value, std::uint32_t tries) {
    return joined(mean, value, 1, tries);
}
/// The steps of a long mean are about as small as an integer's unit: rounded to the nearest, all those up or
/// all those down might be lost. What is added before rounding down runs evenly through 0 .. tries instead,
/// by multiples of the golden ratio, so that they are right in the mean.
template <FixedScalar T>
[[nodiscard]] constexpr T followed(T mean, T value, std::uint32_t tries) {
    const std::uint32_t part = tries * 2'654'435'769u >> 16;
    return joined(mean, value, 1, tries, part * tries >> 16);
}

}  // namespace detail

/// What all tries of one action led to, in the place of an Experience of its last one: up to Kinds answers,
/// how often each came, and what it paid on average. Where there are more, the rarest gives way; where a
/// count is full, all are halved.
///
/// Source  Moore and Atkeson 1993, Machine Learning 13:103-130, section 3: the maximum-likelihood model.
template <Scalar T, class Allowed, std::size_t Kinds>
requires(Kinds >= 1 && Kinds <= 256) struct Tally {
    struct Answer {
        T reward{};
        State s2 = 0;
        std::uint16_t count = 0;
        bool terminal = false;
        Allowed allowed{};
    };

    std::array<Answer, Kinds> answers{};
    State s = 0;
    Action a = 0;
    bool used = false;

    /// What the value of the action should be, by the values as they are now: the mean over its answers.
    template <Rate Discount, std::size_t States, std::size_t Actions>
    [[nodiscard]] constexpr T target(const ActionValues<T, States, Actions>& values) const {
        T mean{};
        std::uint32_t tries = 0;
        for (const Answer& answer : answers) {
            if (answer.count == 0) continue;
            const T next = answer.terminal ? T{} : values.best(answer.s2, answer.allowed);
            const T worth = bounded(discounted<Discount>(answer.reward, next));
            tries += answer.count;
            mean = detail::joined(mean, worth, answer.count, tries);
        }
        return mean;
    }

    [[nodiscard]] constexpr bool leads_to(State state) const {
        for (const Answer& answer : answers) {
            if (answer.count > 0 && !answer.terminal && answer.s2 == state) return true;
        }
        return false;
    }

    /// One more try. Of another action than before: begins anew.
    constexpr void take(const Experience<T, Allowed>& now) {
        if (!used || s != now.s || a != now.a) {
            *this = Tally{};
            s = now.s;
            a = now.a;
            used = true;
        }
        Answer& answer = place_for(now);
        if (answer.count == std::numeric_limits<std::uint16_t>::max()) {
            for (Answer& each : answers) each.count = static_cast<std::uint16_t>((each.count + 1) / 2);
        }
        ++answer.count;
        answer.s2 = now.s2;
        answer.terminal = now.terminal;
        answer.allowed = now.allowed;
        answer.reward = detail::followed(answer.reward, now.reward, answer.count);
    }

private:
    /// The same answer as before, else a free place or that of the rarest, emptied.
    constexpr Answer& place_for(const Experience<T, Allowed>& now) {
        Answer* rarest = &answers[0];
        for (Answer& answer : answers) {
            if (answer.count > 0 && answer.s2 == now.s2 && answer.terminal == now.terminal) return answer;
            if (answer.count < rarest->count) rarest = &answer;
        }
        *rarest = Answer{};
        return *rarest;
    }
};

}  // namespace mote::rl
