// SPDX-License-Identifier: MIT
// A water pump that says by its current when something is wrong with it.
//
// Problem  A pump fills a tank. Running dry, a blocked impeller, air in the pipe and a leak all show in the
//          current of its motor, but nobody knows the limits in advance, and nobody wants more than one false
//          alarm every second day.
// Data     Simulated here: 112 days of current, a sample every five seconds; tank, demand by the hour, supply
// voltage
//          that wanders. 20 faults of an hour, five of each kind, from day 30 on.
// Yours    Replace `Pump` by your motor, and in `Minute` what you can measure of it.
// Writes   pump_current.svg: current, score, threshold and alarms of the last 40 days.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <vector>

#include "mote/anomaly/alarm.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/anomaly/z_score.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/random.hpp"

using namespace mote;

constexpr int days = 112, minutes = days * 1440, first_fault_day = 30, shown_days = 40;
enum class Fault { none, dry, blocked, air, leak };

/// One fault of an hour every four days and a few hours, of all kinds in turn.
Fault fault_at(int minute) {
    constexpr int apart = 99 * 60;
    const int since = minute - first_fault_day * 1440;
    if (since < 0 || since % apart >= 60) return Fault::none;
    return static_cast<Fault>(1 + since / apart % 4);
}

class Pump {
public:
    /// The current five seconds later, in amperes.
    float next(int minute, Fault fault) {
        constexpr std::array<float, 24> litres{1, 1, 1, 1, 2, 6, 9, 7, 5, 4, 4, 5,
                                               6, 5, 4, 4, 5, 7, 9, 8, 6, 4, 2, 1};
        wander_ += 0.02f * random_.normal<float>() - 0.0002f * wander_;
        const float demand = 0.3f * litres[static_cast<std::size_t>(minute / 60 % 24)];
        water_ -= demand * 2 * random_.uniform<float>() + (fault == Fault::leak ? 6 : 0);
        if (running_) water_ += 6.5f;
        if (water_ < 180) running_ = true;
        if (water_ > 570) running_ = false;
        if (!running_) return 0.01f * std::abs(random_.normal<float>());
        const float load = fault == Fault::dry ? 0.8f : fault == Fault::blocked ? 1.25f : 1;
        const float noise = fault == Fault::air ? 0.6f : 0.12f;
        return 6 * (1 + 0.01f * wander_) * load + noise * random_.normal<float>();
    }

private:
    Random random_{11};
    float water_ = 300, wander_ = 0;
    bool running_ = false;
};

/// What the detector sees of a minute: mean and deviation of the current while the pump ran (or when it last
/// did), and how many of the last 60 minutes it ran.
class Minute {
public:
    std::array<float, 3> look(Pump& pump, int minute) {
        RunningMoments<float> current;
        for (int i = 0; i < 12; ++i) {
            const float ampere = pump.next(minute, fault_at(minute));
            if (ampere > 1) current.update(ampere);
        }
        const bool ran = current.count() >= 6;
        if (ran) {
            mean_ = current.mean();
            deviation_ = std::sqrt(current.variance());
        }
        bool& hour_ago = ran_[static_cast<std::size_t>(minute % 60)];
        runs_ += (ran ? 1.0f : 0.0f) - (hour_ago ? 1.0f : 0.0f);
        hour_ago = ran;
        return {mean_, deviation_, runs_};
    }

private:
    std::array<bool, 60> ran_{};
    float mean_ = 6, deviation_ = 0.1f, runs_ = 0;
};

struct Watch {
    std::vector<float> scores, thresholds;
    std::vector<bool> alarms;
    std::array<int, 5> found{};  // by kind; at `none`, alarms without a fault
};

/// An alarm belongs to a fault that began in the last two hours.
Fault reason(int minute) {
    for (int back = 0; back < 120 && back <= minute; ++back) {
        if (fault_at(minute - back) != Fault::none) return fault_at(minute - back);
    }
    return Fault::none;
}

template <class Detector>
Watch watch(Detector detector, const std::vector<std::array<float, 3>>& rows) {
    Alarm<float, AlarmConfig{.votes = 2, .of = 3, .warm_up = 1440}> alarm(
        {.per_day = 0.5f, .samples_per_day = 1440});
    Watch result;
    int last_found = -1000;
    for (int minute = 0; minute < minutes; ++minute) {
        result.scores.push_back(detector.observe(rows[static_cast<std::size_t>(minute)]));
        const bool begins = alarm.observe(result.scores.back());
        result.thresholds.push_back(alarm.ready() ? alarm.threshold() : 0);
        result.alarms.push_back(begins);
        if (!begins) continue;
        const Fault fault = reason(minute);
        if (fault != Fault::none && minute - last_found < 180) continue;  // the same fault again
        ++result.found[static_cast<std::size_t>(fault)];
        if (fault != Fault::none) last_found = minute;
    }
    return result;
}

/// Two panels of 1,200 columns, each column from the least to the greatest of its minutes.
void draw(const std::vector<std::array<float, 3>>& rows, const Watch& result) {
    std::ofstream svg("pump_current.svg");
    svg.precision(4);
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1200 330' font-family='sans-serif' "
           "font-size='11'>\n<rect width='1200' height='330' fill='white'/>\n";
    constexpr int from = (days - shown_days) * 1440, width = shown_days * 1440 / 1200;
    const auto panel = [&](const char* colour, auto height) {
        svg << "<path fill='none' stroke='" << colour << "' d='";
        for (int x = 0; x < 1200; ++x) {
            float low = 1e9f, high = -1e9f;
            for (int m = from + x * width; m < from + (x + 1) * width; ++m) {
                low = std::min(low, height(static_cast<std::size_t>(m)));
                high = std::max(high, height(static_cast<std::size_t>(m)));
            }
            svg << 'M' << x << ' ' << low << 'V' << high + 0.5f;
        }
        svg << "'/>\n";
    };
    const auto of_score = [](float score) { return 300 - 120 * std::min(1.0f, std::log2(1 + score) / 6); };
    for (int m = from; m < minutes; ++m) {
        const char* colour = result.alarms[static_cast<std::size_t>(m)]  ? "#c00"
                             : fault_at(m) != Fault::none && m % 60 == 0 ? "#fcc"
                                                                         : nullptr;
        const bool alarm = colour != nullptr && colour[1] == 'c';
        if (colour != nullptr)
            svg << "<rect x='" << (m - from) / width << "' y='" << (alarm ? 304 : 20)
                << "' width='2' height='" << (alarm ? 10 : 280) << "' fill='" << colour << "'/>\n";
    }
    panel("#246", [&](std::size_t m) { return 160 - 25 * (rows[m][0] - 3); });
    panel("#080", [&](std::size_t m) { return of_score(result.scores[m]); });
    panel("#c00", [&](std::size_t m) { return of_score(result.thresholds[m]); });
    svg << "<text x='4' y='14'>current while running, faults shaded</text>\n<text x='4' y='176'>score "
           "(logarithmic) and "
           "threshold</text>\n<text x='4' y='326'>alarms (red); the last "
        << shown_days << " days</text>\n</svg>\n";
}

int main() {
    std::vector<std::array<float, 3>> rows;
    Pump pump;
    Minute minute_of_pump;
    for (int minute = 0; minute < minutes; ++minute) rows.push_back(minute_of_pump.look(pump, minute));
    const Watch robust = watch(RobustZScore<float, 3>(), rows);
    const Watch usual = watch(ZScore<float, 3>(), rows);
    std::printf("faults found of 5 each       dry  blocked  air  leak  other alarms in %d days\n", days);
    const auto print = [](const char* name, const Watch& w) {
        const auto& f = w.found;
        std::printf("%-27s %4d %8d %4d %5d %6d\n", name, f[1], f[2], f[3], f[4], f[0]);
        return f[1] + f[2] + f[3] + f[4];
    };
    const int found = print("median and spread", robust), found_usual = print("mean and deviation", usual);
    draw(rows, robust);
    std::printf(
        "demo: family=anomaly; algorithm=RobustZScore and Alarm; data=simulated pump; score=%d of 20 faults; "
        "reference=%d (z-score); row=robust_z_score; constant=0; ram=%zu; macs=0\n",
        found, found_usual,
        sizeof(RobustZScore<float, 3>) + sizeof(Alarm<float, AlarmConfig{.votes = 2, .of = 3}>));
}
