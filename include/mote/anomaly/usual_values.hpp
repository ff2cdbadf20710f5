// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/anomaly/stream_window.hpp"

namespace mote {

/// A time of the clock on the wall where the sensor is, daylight saving and all: people's habits follow it.
struct LocalTime {
    std::uint32_t seconds;  // since 1970-01-01 00:00, a Thursday
};

/// The usual value of each feature at this time of the day. With a clock: in each hour, working days and
/// weekends apart. Without one the length of a day in samples is found among those of the usual intervals
/// (an hour to five minutes): whichever day, cut into 24 parts, predicted best of late; or no day at all.
///
/// Shapes  places: [Features], as StreamWindow gives them.
/// Units   residual(): steps of those; 0 where nothing is known of this hour.
/// Memory  580 * Features + 330 bytes. Time O(Features), without a clock 6 times that.
template <std::size_t Features>
class UsualValues {
public:
    using Places = std::array<std::int16_t, Features>;
    using Slot = std::size_t;

    [[nodiscard]] static constexpr Slot slot_at(LocalTime time) {
        const std::uint32_t hour = time.seconds / 3600 % 24;
        const std::uint32_t day = (time.seconds / 86'400 + 4) % 7;  // 0 is Sunday
        return 2 * hour + (day == 0 || day == 6 ? 1 : 0);
    }
    /// That, but on the first weekend, of which nothing is known yet, the hour of the working days; and the
    /// reverse.
    [[nodiscard]] constexpr Slot slot_for(LocalTime time) const {
        const Slot slot = slot_at(time);
        return counts_[slot] == 0 ? slot ^ 1 : slot;
    }
    /// Where there is no clock: the present part of the day that predicts best.
    [[nodiscard]] constexpr Slot slot_by_count() const { return best_ == 0 ? 0 : slot_in_day(best_ - 1); }

    [[nodiscard]] constexpr std::uint32_t residual(Slot slot, std::size_t i, std::int16_t place) const {
        return counts_[slot] == 0 ? 0 : distance_between(place, means_[slot][i] / one);
    }

    constexpr void learn(LocalTime time, const Places& places) { learn_slot(slot_at(time), places, 200); }

    constexpr void learn_by_count(const Places& places) {
        if (seen_ < slowest) ++seen_;
        const std::uint32_t without = judge(0, 0, places, 0);
        for (std::size_t day = 0; day < days.size(); ++day) {
            const Slot slot = slot_in_day(day);
            judge(day + 1, slot, places, without);
            learn_slot(slot, places, 200);
            phases_[day] = static_cast<std::uint16_t>(phases_[day] + 1 == days[day] ? 0 : phases_[day] + 1);
        }
        learn_slot(0, places, slowest);
        best_ = 0;
        for (std::size_t day = 1; day <= days.size(); ++day) {
            if (errors_[day] < errors_[best_]) best_ = day;
        }
    }

private:
    static constexpr std::array<std::uint16_t, 5> days{24, 48, 96, 144, 288};  // samples
    static constexpr std::size_t parts = 24;
    static constexpr std::size_t slots = 1 + days.size() * parts;
    static constexpr std::int32_t one = 4096;
    static constexpr std::int32_t slowest = 1000;

    [[nodiscard]] constexpr Slot slot_in_day(std::size_t day) const {
        return 1 + day * parts + phases_[day] * parts / days[day];
    }

    /// How far off the guess was, averaged over the past. A part of the day never seen is guessed without.
    constexpr std::uint32_t judge(std::size_t guess, Slot slot, const Places& places, std::uint32_t without) {
        std::uint32_t off = 0;
        for (std::size_t i = 0; i < Features; ++i) off += residual(slot, i, places[i]);
        if (counts_[slot] == 0) off = without;
        errors_[guess] += (static_cast<std::int32_t>(off) * 64 - errors_[guess]) / seen_;
        return off;
    }

    constexpr void learn_slot(Slot slot, const Places& places, std::int32_t most) {
        if (counts_[slot] < most) ++counts_[slot];
        for (std::size_t i = 0; i < Features; ++i) {
            means_[slot][i] += (places[i] * one - means_[slot][i]) / counts_[slot];
        }
    }

    std::array<std::array<std::int32_t, Features>, slots> means_{};
    std::array<std::int16_t, slots> counts_{};
    std::array<std::uint16_t, days.size()> phases_{};
    std::array<std::int32_t, days.size() + 1> errors_{};
    std::int32_t seen_ = 0;
    std::size_t best_ = 0;
};

}  // namespace mote
