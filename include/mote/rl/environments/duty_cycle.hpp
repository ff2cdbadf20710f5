// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"
#include "mote/rl/environments/bands.hpp"

namespace mote::rl {

/// A radio sensor on a solar cell, in steps of three hours: how often should it measure and send, so that it
/// sees much by day and still lives after a week of clouds?
///
/// Shapes  states are ((charge 0 .. 9) * 8 + time of day) * 2 + overcast: 160. A band of charge is 20 joules.
///         Time of day: 0 from midnight to three, ... 7 from nine. Actions 0 sleep, 1 a sample every ten
///         minutes, 2 every minute, 3 every ten seconds. It never ends.
/// Units   reward: what three hours of samples are worth, at most 1 at the busiest time of day; -1 while the
///         node is dead, which it is at charge 0, whatever it would do.
/// Source  A sample takes 60 mJ, a LoRa packet of some bytes (100 mW for half a second, and the sensor).
///         The harvest is 230 J on a clear day. The worth of n samples is the logarithm of 1 + n / 18. The
///         problem is that of Kansal et al. 2007, ACM TECS 6(4):32; the numbers are this model's own.
template <FloatingScalar T = float>
struct DutyCycle {
    using Scalar = T;
    static constexpr std::size_t bands = 10;
    static constexpr std::size_t times = 8;
    static constexpr std::size_t states = bands * times * 2;
    static constexpr std::size_t actions = 4;
    static constexpr T band_joules = 20;

    struct Situation {
        std::size_t charge, time;
        bool overcast;

        [[nodiscard]] constexpr State state() const {
            return static_cast<State>((charge * times + time) * 2 + (overcast ? 1 : 0));
        }
    };
    [[nodiscard]] static constexpr Situation situation(State s) {
        return {s / (2 * times), s / 2u % times, s % 2 == 1};
    }

    [[nodiscard]] constexpr State start(Random& random) const {
        return static_cast<State>(random.below(states));
    }

    /// Charge goes to the nearest two bands in proportion; what exceeds the topmost is lost.
    [[nodiscard]] constexpr Outcomes<T, 4> outcomes(State s, Action a) const {
        const Situation now = situation(s);
        const bool dead = now.charge == 0;
        const T harvested = harvest[now.time] * (now.overcast ? overcast_share : T(1));
        const T spent = dead ? T(0) : spends[a];
        const T level = static_cast<T>(now.charge) + (harvested - spent) / band_joules;
        const T reward = dead ? T(-1) : worth[a] * interest[now.time];
        const T clouds = now.overcast ? stays_overcast : turns_overcast;

        Outcomes<T, 4> result;
        for (const bool overcast : {false, true}) {
            const T weather = overcast ? clouds : 1 - clouds;
            for (const auto& [charge, share] : neighbouring_bands<bands>(level)) {
                const Situation next{charge, (now.time + 1) % times, overcast};
                result.add({weather * share, next.state(), reward, false});
            }
        }
        return result;
    }

    /// Joules that three hours of an action take: the samples and the sleep between them.
    static constexpr std::array<T, actions> spends{T(0.4), T(1.48), T(11.2), T(65.2)};
    /// log(1 + n / 18) / log(1 + 1080 / 18) for n = 0, 18, 180 and 1,080 samples.
    static constexpr std::array<T, actions> worth{0, T(0.16861310), T(0.58330548), 1};

private:
    static constexpr std::array<T, times> harvest{0, 0, 15, 65, 90, 50, 10, 0};  // joules, clear sky
    static constexpr std::array<T, times> interest{T(0.2), T(0.2), T(0.8), 1, T(0.7), 1, T(0.8), T(0.4)};
    static constexpr T overcast_share = T(0.15);
    static constexpr T turns_overcast = T(0.06);
    static constexpr T stays_overcast = T(0.92);
};

}  // namespace mote::rl
