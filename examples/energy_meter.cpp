// SPDX-License-Identifier: MIT
// An energy meter that knows the hour: what is usual in the evening is not at four in the morning.
//
// Problem  A building's load has a daily pattern. A machine left on at night, a blackout of one phase by day:
//          neither leaves the usual range. One false alarm in two weeks is acceptable. Radio packets get
//          lost.
// Data     Simulated here: 200 days of load in kW, a sample every quarter of an hour, 3 % of them lost. Ten
// nights
//          a machine stays on for three hours, ten days a third of the load fails for three hours, from day
//          40 on.
// Yours    Replace `load`; choose Period as the samples of a day, and Season::multiplicative where the
// pattern
//          grows with the level.
// Writes   energy_meter.svg: load, score, threshold and alarms of 30 days.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <utility>
#include <vector>

#include "mote/anomaly/alarm.hpp"
#include "mote/anomaly/holt_winters.hpp"
#include "mote/anomaly/sensor_health.hpp"
#include "mote/anomaly/z_score.hpp"
#include "mote/core/random.hpp"

using namespace mote;

constexpr int days = 200, quarters = days * 96, first_day = 40, shown_from = 100, shown_days = 30;
enum class Event { none, night, day };

/// Every eight days one of three hours, at 02:00 or at 11:00 in turn.
Event event_at(int quarter) {
    const int day = quarter / 96, hour = quarter % 96 / 4;
    if (day < first_day || day % 8 != 0) return Event::none;
    const bool by_night = day / 8 % 2 == 0;
    const int begin = by_night ? 2 : 11;
    if (hour < begin || hour >= begin + 3) return Event::none;
    return by_night ? Event::night : Event::day;
}

/// Kilowatts in a quarter of an hour; NaN where the packet was lost.
float load(int quarter, Random& random) {
    constexpr std::array<float, 25> usual{12, 11, 10, 10, 11, 14, 22, 34, 45, 50, 52, 53, 50,
                                          51, 52, 50, 46, 40, 36, 32, 28, 22, 17, 14, 12};
    const auto hour = static_cast<std::size_t>(quarter % 96 / 4);
    const float past = static_cast<float>(quarter % 4) / 4;
    const float season = 1 + 0.2f * std::sin(6.2832f * static_cast<float>(quarter) / quarters);
    float kilowatts = season * (usual[hour] + past * (usual[hour + 1] - usual[hour])) *
                      (1 + 0.04f * random.normal<float>());
    if (event_at(quarter) == Event::night) kilowatts += 18;
    if (event_at(quarter) == Event::day) kilowatts *= 0.67f;
    return random.below(100) < 3 ? std::numeric_limits<float>::quiet_NaN() : kilowatts;
}

struct Watch {
    std::vector<float> scores, thresholds;
    std::vector<bool> alarms;
    int night = 0, day = 0, others = 0;
};

template <class Detector>
Watch watch(Detector detector, const std::vector<float>& loads) {
    Alarm<float, AlarmConfig{.votes = 2, .of = 3, .warm_up = 192}> alarm(
        {.per_day = 1 / 14.0f, .samples_per_day = 96});
    Watch result;
    int last_event = -1;
    for (int quarter = 0; quarter < quarters; ++quarter) {
        const std::array x{loads[static_cast<std::size_t>(quarter)]};
        float score = detector.observe(x);
        if (std::isnan(x[0])) {  // a detector with a season must know that time has passed
            if constexpr (requires { detector.skip(); }) detector.skip();
            score = x[0];
        }
        const bool begins = alarm.observe(score);
        result.scores.push_back(std::isnan(score) ? 0 : score);
        result.thresholds.push_back(alarm.threshold());
        result.alarms.push_back(begins);
        if (!begins) continue;
        const Event event = event_at(quarter);
        if (event == Event::none) {
            ++result.others;
        } else if (quarter / 96 != last_event) {
            ++(event == Event::night ? result.night : result.day);
            last_event = quarter / 96;
        }
    }
    return result;
}

void draw(const std::vector<float>& loads, const Watch& result) {
    std::ofstream svg("energy_meter.svg");
    svg.precision(4);
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1200 330' font-family='sans-serif' "
           "font-size='11'>\n<rect width='1200' height='330' fill='white'/>\n";
    constexpr int from = shown_from * 96, count = shown_days * 96;
    const auto x = [](int i) { return (i - from) * 1200.0 / count; };
    for (int i = from; i < from + count; ++i) {
        const bool alarm = result.alarms[static_cast<std::size_t>(i)];
        if (event_at(i) != Event::none)
            svg << "<rect x='" << x(i) << "' y='20' width='0.5' height='280' fill='#fcc'/>\n";
        if (alarm) svg << "<rect x='" << x(i) << "' y='304' width='2' height='10' fill='#c00'/>\n";
    }
    const auto line = [&](const char* colour, auto height) {
        svg << "<polyline fill='none' stroke='" << colour << "' points='";
        for (int i = from; i < from + count; ++i)
            svg << x(i) << ',' << height(static_cast<std::size_t>(i)) << ' ';
        svg << "'/>\n";
    };
    float before = 0;
    line("#246",
         [&](std::size_t i) { return 160 - 2 * (before = std::isnan(loads[i]) ? before : loads[i]); });
    line("#080", [&](std::size_t i) { return 300 - 8 * std::min(15.0f, result.scores[i]); });
    line("#c00", [&](std::size_t i) { return 300 - 8 * std::min(15.0f, result.thresholds[i]); });
    svg << "<text x='4' y='14'>load, events shaded</text>\n<text x='4' y='176'>score and threshold</text>\n"
           "<text x='4' y='326'>alarms (red); "
        << shown_days << " days</text>\n</svg>\n";
}

int main() {
    Random random(5);
    std::vector<float> loads;
    SensorHealth<float> health;
    for (int quarter = 0; quarter < quarters; ++quarter) {
        loads.push_back(load(quarter, random));
        health.observe(std::array{loads.back()});
    }
    using Seasonal = HoltWinters<float, 96, Season::multiplicative>;
    const Watch seasonal = watch(Seasonal({.level = 0.05f, .trend = 0, .season = 0.1f}), loads);
    const Watch timeless = watch(ZScore<float, 1>(), loads);
    std::printf("%u of %u samples lost\n", health.missing(), health.samples());
    std::printf("found of 10 each    by night  by day  other alarms in %d days\n", days);
    for (const auto& [name, result] : {std::pair{"HoltWinters", &seasonal}, std::pair{"ZScore", &timeless}}) {
        std::printf("%-19s %8d %7d %7d\n", name, result->night, result->day, result->others);
    }
    draw(loads, seasonal);
    std::printf(
        "demo: family=anomaly; algorithm=HoltWinters and Alarm; data=simulated meter; score=%d of 20 events; "
        "reference=%d (z-score); row=holt_winters; constant=0; ram=%zu; macs=3\n",
        seasonal.night + seasonal.day, timeless.night + timeless.day,
        sizeof(Seasonal) + sizeof(Alarm<float, AlarmConfig{.votes = 2, .of = 3}>));
}
