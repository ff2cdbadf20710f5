// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/core/math.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// Traffic lights where a main road crosses a side road, in steps of five seconds: keep the green, or give it
/// to the other road? Changing takes one step in which nobody drives.
///
/// Shapes  states are ((main queue 0 .. 9) * 10 + side queue) * 12 + phase * 6 + time: 1,200. Phase 0: main
///         has green, 1: side. Time: steps since green began, 0 .. 5 and more. Actions 0 keep, 1 change,
///         which is not obeyed before a green is two steps old. It never ends.
/// Units   reward: minus the vehicles that wait in a step; one that finds no room counts as 12 steps' wait.
/// Source  Poisson arrivals, 480 and 240 vehicles an hour; a green lets 2 vehicles a step go, a saturation
///         flow of 1,440 an hour. The form of Webster 1958, Road Research Technical Paper 39. More than four
///         arrivals on a road in a step (probability 0.0006 at most) count as four.
template <FloatingScalar T = float>
struct TrafficSignal {
    using Scalar = T;
    static constexpr std::size_t room = 9;  // vehicles a road can hold
    static constexpr std::size_t times = 6;
    static constexpr std::size_t states = (room + 1) * (room + 1) * 2 * times;
    static constexpr std::size_t actions = 2;
    static constexpr std::size_t minimum_green = 2;

    struct Situation {
        std::array<std::size_t, 2> queue;  // main, side
        std::size_t phase, time;

        [[nodiscard]] constexpr State state() const {
            return static_cast<State>(((queue[0] * (room + 1) + queue[1]) * 2 + phase) * times + time);
        }
    };
    [[nodiscard]] static constexpr Situation situation(State s) {
        const std::size_t queues = s / (2 * times);
        return {{queues / (room + 1), queues % (room + 1)}, s / times % 2, s % times};
    }

    /// All that lights need to see, in 72 states that a table knows soon: no, one or more vehicles on the
    /// road that has green; none, one, two or three, or more on the other; who has green, and whether it is
    /// old enough to be changed.
    static constexpr std::size_t seen_states = 3 * 4 * 2 * (minimum_green + 1);
    [[nodiscard]] static constexpr State seen(State s) {
        const Situation now = situation(s);
        const std::size_t own = std::min<std::size_t>(now.queue[now.phase], served);
        const std::size_t waiting = now.queue[1 - now.phase];
        const std::size_t other = waiting < 2 ? waiting : waiting < 4 ? 2 : 3;
        const std::size_t age = std::min(now.time, minimum_green);
        return static_cast<State>(((own * 4 + other) * 2 + now.phase) * (minimum_green + 1) + age);
    }

    [[nodiscard]] constexpr State start(Random& random) const {
        return static_cast<State>(random.below(states));
    }

    [[nodiscard]] constexpr Outcomes<T, 25> outcomes(State s, Action a) const {
        Situation now = situation(s);
        if (a == 1 && now.time >= minimum_green) {
            now.phase = 1 - now.phase;
            now.time = 0;
        } else {
            now.queue[now.phase] -= std::min(now.queue[now.phase], served);
            now.time = std::min(now.time + 1, times - 1);
        }
        Outcomes<T, 25> result;
        for (std::size_t main = 0; main < most; ++main) {
            for (std::size_t side = 0; side < most; ++side) {
                Situation next = now;
                const T refused = join(next.queue[0], main) + join(next.queue[1], side);
                const T waiting = static_cast<T>(next.queue[0] + next.queue[1]);
                const T reward = -waiting - refused_costs * refused;
                result.add({arrivals[0][main] * arrivals[1][side], next.state(), reward, false});
            }
        }
        return result;
    }

private:
    static constexpr std::size_t served = 2;  // vehicles a step of green
    static constexpr std::size_t most = 5;    // 0 .. 4 arrivals
    static constexpr T refused_costs = 12;

    /// Adds the arrivals to a queue; returns how many found no room.
    static constexpr T join(std::size_t& queue, std::size_t arriving) {
        const std::size_t fit = std::min(arriving, room - queue);
        queue += fit;
        return static_cast<T>(arriving - fit);
    }

    [[nodiscard]] static constexpr std::array<T, most> poisson(T mean) {
        std::array<T, most> probabilities{mote::exp(-mean)};
        T sum = probabilities[0];
        for (std::size_t n = 1; n + 1 < most; ++n) {
            probabilities[n] = probabilities[n - 1] * mean / static_cast<T>(n);
            sum += probabilities[n];
        }
        probabilities[most - 1] = 1 - sum;
        return probabilities;
    }
    static constexpr std::array<std::array<T, most>, 2> arrivals{poisson(T(480) / 720),
                                                                 poisson(T(240) / 720)};
};

}  // namespace mote::rl
