// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/rl/environment.hpp"
#include "mote/rl/environments/bands.hpp"

namespace mote::rl {

/// A flat with a heat pump and a tariff that depends on the hour, in steps of one hour: heat now, or before
/// it gets dear? One in four days is critical: its peak hours cost four times as much, announced at midnight.
///
/// Shapes  states are ((hour 0 .. 23) * 12 + temperature band) * 2 + critical day: 576. Band b stands for
///         17.5 + b / 2 degrees Celsius. Actions 0 off, 1 half, 2 full. It never ends.
/// Units   reward: minus the euros of one hour, electricity and discomfort.
/// Source  One capacity C behind one resistance R, C dT/dt = (outside - T) / R + heat, solved over the hour.
///         C: 165 kJ/(K m2), the medium class of EN ISO 13790:2008, table 12, times 60 m2. The tariff has the
///         form of the critical-peak prices of Faruqui and Sergici 2010, Journal of Regulatory Economics
///         38:193-225. The other numbers are this model's own.
template <FloatingScalar T = float>
struct Hvac {
    using Scalar = T;
    static constexpr std::size_t hours = 24;
    static constexpr std::size_t bands = 12;
    static constexpr std::size_t states = hours * bands * 2;
    static constexpr std::size_t actions = 3;
    static constexpr T coldest = T(17.5);  // degrees Celsius of band 0
    static constexpr T step = T(0.5);      // kelvin between bands

    struct Situation {
        std::size_t hour, band;
        bool critical;

        [[nodiscard]] constexpr State state() const {
            return static_cast<State>((hour * bands + band) * 2 + (critical ? 1 : 0));
        }
        [[nodiscard]] constexpr T temperature() const { return coldest + step * static_cast<T>(band); }
    };
    [[nodiscard]] static constexpr Situation situation(State s) {
        return {s / (2 * bands), s / 2u % bands, s % 2 == 1};
    }

    [[nodiscard]] constexpr State start(Random& random) const {
        return static_cast<State>(random.below(states));
    }

    /// The day is drawn anew at midnight; temperature goes to the nearest two bands in proportion.
    [[nodiscard]] constexpr Outcomes<T, 4> outcomes(State s, Action a) const {
        const Situation now = situation(s);
        const T temperature = after_an_hour(now.temperature(), outside[now.hour], heat_kw[a]);
        const T paid = heat_kw[a] / performance * price(now.hour, now.critical);
        const T reward = -paid - discomfort(now.hour, now.temperature());
        const std::size_t hour = (now.hour + 1) % hours;

        Outcomes<T, 4> result;
        for (const bool critical : {false, true}) {
            const T kept = critical == now.critical ? T(1) : T(0);
            const T day = hour != 0 ? kept : critical ? critical_days : 1 - critical_days;
            for (const auto& [band, share] : neighbouring_bands<bands>((temperature - coldest) / step)) {
                result.add({day * share, Situation{hour, band, critical}.state(), reward, false});
            }
        }
        return result;
    }

    /// The solution of the differential equation after one hour of constant heat.
    [[nodiscard]] static constexpr T after_an_hour(T temperature, T outdoors, T heat) {
        const T settled = outdoors + heat / loss_kw_per_kelvin;
        return settled + (temperature - settled) * kept_in_an_hour;
    }

    /// Euros for a kilowatt-hour of electricity.
    [[nodiscard]] static constexpr T price(std::size_t hour, bool critical) {
        if (is_peak(hour)) return critical ? T(1.6) : T(0.4);
        return hour >= 6 && hour < 22 ? T(0.3) : T(0.2);
    }
    [[nodiscard]] static constexpr bool is_peak(std::size_t hour) {
        return (hour >= 6 && hour < 9) || (hour >= 17 && hour < 20);
    }

    /// Somebody is in and awake.
    [[nodiscard]] static constexpr bool at_home(std::size_t hour) {
        return (hour >= 6 && hour < 9) || (hour >= 16 && hour < 23);
    }
    /// Euros that one would give to avoid an hour at this temperature: below 20 or above 22 degrees while
    /// somebody is in.
    [[nodiscard]] static constexpr T discomfort(std::size_t hour, T temperature) {
        if (!at_home(hour)) return 0;
        if (temperature < 20) return T(0.3) * (20 - temperature);
        return temperature > 22 ? T(0.15) * (temperature - 22) : T(0);
    }

private:
    static constexpr std::array<T, hours> outside{1, 0, 0, -1, -1, -1, -1, 0, 1, 2, 3, 4,
                                                  5, 6, 7, 7,  7,  6,  5,  4, 3, 3, 2, 2};
    static constexpr std::array<T, actions> heat_kw{0, T(2.5), 5};
    static constexpr T performance = 3;              // heat out for electricity in
    static constexpr T loss_kw_per_kelvin = T(0.1);  // 1 / R
    // exp(-1 h / (R C)) with C = 2.75 kWh/K, so RC = 27.5 h.
    static constexpr T kept_in_an_hour = T(0.96428958);
    static constexpr T critical_days = T(0.25);
};

}  // namespace mote::rl
