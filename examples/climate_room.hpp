// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"

/// A simulated office with a climate sensor, one step a minute, in integers: the same on every machine.
class ClimateRoom {
public:
    static constexpr int minutes_a_day = 24 * 60;

    /// What the sensor says: temperature, humidity, light, CO2, and how much CO2 rose in ten minutes.
    struct Reading {
        std::array<mote::q15, 5> features;
        std::uint8_t occupied;
    };

    explicit ClimateRoom(std::uint64_t seed) : random_(seed) { start_day(); }

    Reading step() {
        if (++minute_ == minutes_a_day) start_day();
        const bool lunch = minute_ >= lunch_ && minute_ < lunch_ + 45;
        const int people = minute_ >= arrival_ && minute_ < departure_ && !lunch ? people_ : 0;
        const int outside = daylight();
        if (people > 0 && outside < 300) lamp_ = true;
        if (minute_ == departure_) lamp_ = random_.below(8) == 0;                 // sometimes left on
        co2_ += people * 96 - (co2_ - 420 * 16) / 40;                             // in 1/16 ppm
        heat_ += people * 5 + (outside > 600 ? 4 : 0) - (heat_ - 20 * 256) / 90;  // in 1/256 degrees
        vapour_ += people * 3 - (vapour_ - 40 * 64) / 60;                         // in 1/64 percent
        history_[static_cast<std::size_t>(minute_ % 10)] = co2_;
        const int before = history_[static_cast<std::size_t>((minute_ + 1) % 10)];
        const int light = outside + (lamp_ ? 350 : 0);
        return {{scaled(heat_ - 22 * 256, 10 * 256, 40), scaled(vapour_ - 45 * 64, 30 * 64, 300),
                 scaled(light - 400, 800, 400), scaled(co2_ - 900 * 16, 1000 * 16, 200),
                 scaled(co2_ - before, 200 * 16, 300)},
                static_cast<std::uint8_t>(people > 0)};
    }

private:
    void start_day() {
        minute_ = 0;
        people_ = static_cast<int>(random_.below(4));  // some days nobody comes
        arrival_ = 450 + static_cast<int>(random_.below(120));
        lunch_ = 700 + static_cast<int>(random_.below(60));
        departure_ = 960 + static_cast<int>(random_.below(150));
        cloud_ = 20 + static_cast<int>(random_.below(80));
    }

    /// In lux, through the window: a parabola from 7:00 to 19:00.
    int daylight() const {
        const int t = minute_ - 13 * 60;
        return std::max(0, (360 * 360 - t * t) / 162 * cloud_ / 100);
    }

    /// value / range as q15, with noise of the sensor.
    mote::q15 scaled(int value, int range, int noise) {
        const int jitter = static_cast<int>(random_.below(static_cast<std::uint32_t>(2 * noise))) - noise;
        return mote::q15::saturate(std::clamp(value, -range, range) * 30'000 / range + jitter);
    }

    mote::Random random_;
    std::array<int, 10> history_{};
    int co2_ = 420 * 16, heat_ = 20 * 256, vapour_ = 40 * 64;
    int minute_ = 0, people_ = 0, arrival_ = 0, lunch_ = 0, departure_ = 0, cloud_ = 0;
    bool lamp_ = false;
};
