// SPDX-License-Identifier: MIT
// A water meter that learns to tell a leak from use, and goes on learning when the house changes.
//
// Problem  A meter sees flow, pressure and the hiss of the pipe. Is water leaking? A rule that fits the house
//          today is wrong when a garden with drip irrigation is laid: then water flows for hours without end
//          and nothing leaks. Nobody will come to train the meter anew.
// Data     Simulated: a record every ten minutes for 180 days, a leak of some hours every third day on
// average,
//          the irrigation from day 60 on, a new pump with more pressure from day 120 on. What was true of a
//          record is known a day later, when the bill or a look has told: the meter keeps 144 records till
//          then.
// Yours    Replace `Record` by what your sensors measure, and the queue by the way in which you are told the
//          truth. Without any such way, take an anomaly detector.
#include <array>
#include <cmath>
#include <cstdio>

#include "mote/core/random.hpp"
#include "mote/supervised/hoeffding_tree.hpp"

using namespace mote;

constexpr int records_a_day = 144, days = 180, garden = 60, pump = 120;
using Record = std::array<float, 4>;  // least and mean flow in l/min, pressure in bar, hiss in dB
using Model = HoeffdingTree<float, 4, 2, HoeffdingConfig{.leaves = 16, .learners = 8}>;

/// The house: who draws water, whether the garden is watered, whether a pipe leaks.
class House {
public:
    struct Minute10 {
        Record record{};
        std::uint8_t leaks = 0;
    };

    Minute10 next() {
        const int day = time_ / records_a_day, hour = time_ % records_a_day / 6;
        ++time_;
        if (leak_ > 0 && random_.below(60) == 0) leak_ = 0;  // found and mended after ten hours
        if (leak_ <= 0 && random_.below(3 * records_a_day) == 0)
            leak_ = 0.3f + 1.5f * random_.uniform<float>();
        const bool awake = hour >= 6 && hour < 23;
        const float use = random_.below(10) < (awake ? 5u : 1u) ? 6 * random_.uniform<float>() : 0.0f;
        const bool endless = random_.below(40) == 0 && use > 0;  // somebody showers
        const float drip = day >= garden && (hour >= 20 || hour < 4) ? 2.5f : 0.0f;

        const float steady = (leak_ > 0 ? leak_ : 0.0f) + drip + (endless ? use : 0.0f);
        const float flow = steady + (endless ? 0.0f : use);
        const float supply = day >= pump ? 4.6f : 3.8f;
        const float hiss = 30 + (leak_ > 0 ? 7.0f : 0.0f) + (drip > 0 ? 5.0f : 0.0f);
        return {{noisy(steady, 0.05f), noisy(flow, 0.1f), noisy(supply - 0.08f * flow, 0.1f), noisy(hiss, 3)},
                static_cast<std::uint8_t>(leak_ > 0 ? 1 : 0)};
    }

private:
    /// What a sensor with steps of 1/64 tells.
    float noisy(float value, float deviation) {
        return std::round(64 * (value + deviation * random_.normal<float>())) / 64;
    }

    Random random_{7};
    int time_ = 0;
    float leak_ = 0;
};

struct Score {
    int leaks = 0, found = 0, sound = 0, alarms = 0;

    void count(std::uint8_t said, std::uint8_t true_one) {
        (true_one != 0 ? leaks : sound) += 1;
        if (said != 0) (true_one != 0 ? found : alarms) += 1;
    }
    double found_share() const { return 100.0 * found / leaks; }
    double alarm_share() const { return 100.0 * alarms / sound; }
    /// The mean of both classes' share of right answers: leaks are rare.
    double balanced() const { return (found_share() + 100 - alarm_share()) / 2; }
};

int main() {
    House house;
    Model learning({.confidence = 1e-3f, .grace = 50});    // a house has few records a day
    Model frozen = learning;                               // the same until the garden is laid, then as it is
    std::array<House::Minute10, records_a_day> waiting{};  // for the truth

    Score kept, stopped, total_kept, total_stopped;
    std::puts("days          keeps learning         frozen at day 60");
    std::puts("           found  false alarms     found  false alarms");
    for (int i = 0; i < days * records_a_day; ++i) {
        const int day = i / records_a_day;
        House::Minute10& slot = waiting[static_cast<std::size_t>(i % records_a_day)];
        if (day > 0) learning.update(slot.record, slot.leaks);  // yesterday's, now that it is known
        if (day < garden) frozen = learning;
        slot = house.next();

        const std::uint8_t said = learning.predict(slot.record), frozen_said = frozen.predict(slot.record);
        kept.count(said, slot.leaks);
        stopped.count(frozen_said, slot.leaks);
        if (day >= garden) {
            total_kept.count(said, slot.leaks);
            total_stopped.count(frozen_said, slot.leaks);
        }
        if ((i + 1) % (20 * records_a_day) != 0) continue;
        std::printf("%3d-%3d    %4.1f %%      %4.1f %%        %4.1f %%      %4.1f %%\n", day - 19, day,
                    kept.found_share(), kept.alarm_share(), stopped.found_share(), stopped.alarm_share());
        kept = stopped = Score{};
    }
    std::printf("tree: %zu leaves, %zu bytes\n", learning.leaf_count(), sizeof learning);
    std::printf(
        "demo: family=supervised; algorithm=HoeffdingTree; data=simulated water meter, 180 days; "
        "score=%.1f %% balanced accuracy after day 60; reference=%.1f %% (frozen at day 60); "
        "row=hoeffding_tree; constant=0; ram=%zu; macs=0\n",
        total_kept.balanced(), total_stopped.balanced(), sizeof learning);
}
