// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"
#include "mote/rl/environments/bands.hpp"

namespace mote::rl {

/// A battery that buys from the grid and sells to it, in steps of one hour: charge, wait or discharge, at a
/// price that follows the hour and a market that is cheap, usual or dear?
///
/// Shapes  states are ((hour 0 .. 23) * 9 + charge) * 3 + market: 648. A band of charge is 1 kWh. Market:
///         0 cheap, 1 usual, 2 dear. Actions 0 wait, 1 charge, 2 discharge. It never ends.
/// Units   reward: euros earned in an hour, less the wear of the battery.
/// Source  8 kWh and 2 kW; 90 % of what is stored comes back, and each kilowatt-hour taken out wears 2 cents
///         off. The prices have the two humps of European day-ahead markets; the numbers are this model's
///         own.
template <FloatingScalar T = float>
struct BatteryDispatch {
    using Scalar = T;
    static constexpr std::size_t hours = 24;
    static constexpr std::size_t bands = 9;
    static constexpr std::size_t markets = 3;
    static constexpr std::size_t states = hours * bands * markets;
    static constexpr std::size_t actions = 3;

    struct Situation {
        std::size_t hour, charge, market;

        [[nodiscard]] constexpr State state() const {
            return static_cast<State>((hour * bands + charge) * markets + market);
        }
    };
    [[nodiscard]] static constexpr Situation situation(State s) {
        return {s / (markets * bands), s / markets % bands, s % markets};
    }

    [[nodiscard]] constexpr State start(Random& random) const {
        return static_cast<State>(random.below(states));
    }

    /// A full battery does not charge and an empty one not discharge.
    [[nodiscard]] constexpr Outcomes<T, 3> outcomes(State s, Action a) const {
        const Situation now = situation(s);
        const std::size_t space = bands - 1 - now.charge;
        const std::size_t in = a == 1 ? std::min(power, space) : 0;
        const std::size_t out = a == 2 ? std::min(power, now.charge) : 0;
        const T earned =
            price(now.hour, now.market) * (static_cast<T>(out) * efficiency - static_cast<T>(in));
        const T reward = earned - wear * static_cast<T>(out);

        Outcomes<T, 3> result;
        for (std::size_t market = 0; market < markets; ++market) {
            const Situation next{(now.hour + 1) % hours, now.charge + in - out, market};
            result.add({moves[now.market][market], next.state(), reward, false});
        }
        return result;
    }

    /// Euros for a kilowatt-hour.
    [[nodiscard]] static constexpr T price(std::size_t hour, std::size_t market) {
        return profile[hour] * level[market];
    }

private:
    static constexpr std::size_t power = 2;  // kWh in an hour
    static constexpr T efficiency = T(0.9);
    static constexpr T wear = T(0.02);
    static constexpr std::array<T, hours> profile{T(0.20), T(0.18), T(0.17), T(0.16), T(0.17), T(0.20),
                                                  T(0.26), T(0.32), T(0.33), T(0.28), T(0.24), T(0.21),
                                                  T(0.19), T(0.18), T(0.19), T(0.22), T(0.27), T(0.34),
                                                  T(0.39), T(0.40), T(0.36), T(0.30), T(0.25), T(0.22)};
    static constexpr std::array<T, markets> level{T(0.6), 1, T(1.6)};
    static constexpr std::array<std::array<T, markets>, markets> moves{
        {{T(0.85), T(0.15), 0}, {T(0.08), T(0.84), T(0.08)}, {0, T(0.15), T(0.85)}}};
};

}  // namespace mote::rl
