// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"

namespace mote::rl {

/// A bed of vegetables with a moisture probe and a valve, in steps of six hours: water when, and how much?
/// A dry root zone costs yield, a soaked one nutrients, and each millimetre of water its price; at noon more
/// of it evaporates. Rain comes in spells.
///
/// Shapes  states are ((moisture band 0 .. 7) * 4 + time of day) * 2 + wet: 64. A band holds 5 mm of the 40
///         mm that roots can reach. Time of day: 0 night, 1 morning, 2 noon, 3 evening. Actions 0 none, 1
///         light (4 mm), 2 heavy (8 mm). It never ends; a discount of 0.98 looks about twelve days ahead.
/// Units   reward: minus the cost of six hours, where 1 is a full day quarter lost to drought.
/// Source  Orders of magnitude after Allen et al. 1998, FAO Irrigation and Drainage Paper 56: crop
///         evapotranspiration 5 mm a warm day, stress below half of the available water (table 22 gives
///         depletion fractions 0.3 to 0.5), falling linearly (equation 84). The rest is this model's own.
template <FloatingScalar T = float>
struct Irrigation {
    using Scalar = T;
    static constexpr std::size_t bands = 8;
    static constexpr std::size_t times = 4;
    static constexpr std::size_t states = bands * times * 2;
    static constexpr std::size_t actions = 3;
    static constexpr T band_mm = 5;

    struct Situation {
        std::size_t band, time;
        bool wet;

        [[nodiscard]] constexpr State state() const {
            return static_cast<State>((band * times + time) * 2 + (wet ? 1 : 0));
        }
    };
    [[nodiscard]] static constexpr Situation situation(State s) {
        return {s / (2 * times), s / 2u % times, s % 2 == 1};
    }

    [[nodiscard]] constexpr State start(Random& random) const {
        return static_cast<State>(random.below(states));
    }

    /// Moisture moves by whole bands: a change that falls between two goes to either in proportion, which
    /// keeps the mean exact. What exceeds the topmost band drains away.
    [[nodiscard]] constexpr Outcomes<T, 4> outcomes(State s, Action a) const {
        const Situation now = situation(s);
        const T change =
            (soaked_mm[a] * kept[now.time] + (now.wet ? rain_mm : T(0)) - lost_mm[now.time]) / band_mm;
        const T level = std::clamp(static_cast<T>(now.band) + change, T(0), static_cast<T>(bands - 1));
        const auto lower = static_cast<std::size_t>(level);
        const T upper_share = level - static_cast<T>(lower);
        const T wet_next = now.wet ? stays_wet : turns_wet;
        const T reward = -cost(now.band) - soaked_mm[a] * price_per_mm;

        Outcomes<T, 4> result;
        for (const bool wet : {false, true}) {
            const T weather = wet ? wet_next : 1 - wet_next;
            for (const std::size_t up : {0u, 1u}) {
                const std::size_t band = std::min(lower + up, bands - 1);
                const T share = up == 1 ? upper_share : 1 - upper_share;
                result.add(
                    {weather * share, Situation{band, (now.time + 1) % times, wet}.state(), reward, false});
            }
        }
        return result;
    }

    /// What moisture alone costs for six hours: drought below half, leaching in the topmost band.
    [[nodiscard]] static constexpr T cost(std::size_t band) {
        if (band >= bands / 2) return band == bands - 1 ? T(0.4) : T(0);
        return static_cast<T>(bands / 2 - band) / static_cast<T>(bands / 2);
    }

private:
    static constexpr std::array<T, times> lost_mm{T(0.2), T(1.3), T(2.6), T(0.9)};  // 5 mm a day
    static constexpr std::array<T, times> kept{T(0.95), T(0.9), T(0.65), T(0.85)};  // of what is sprinkled
    static constexpr std::array<T, actions> soaked_mm{0, 4, 8};
    static constexpr T price_per_mm = T(0.02);
    static constexpr T rain_mm = 4;
    static constexpr T turns_wet = T(0.06);
    static constexpr T stays_wet = T(0.6);
};

}  // namespace mote::rl
