// SPDX-License-Identifier: MIT
// A gateway that watches 10,000 sensors at once, and wakes its operator once an hour at most.
//
// Problem  Ten thousand sensors of different level and noise report every minute. Limits for each cannot
//          be set by hand, and one alarm a day from each would be seven a minute for the operator.
// Data     Simulated here: twelve hours, 7.2 million samples. Forty sensors fail in the last three hours:
//          their reading drifts away within ten minutes.
// Answer   Each sensor has a detector of its own, 16 bytes; their scores are all in the same unit, so that
//          one Alarm takes the scores of all in the order they come, and its rate is that of the whole
//          gateway. What is beyond its threshold names a sensor.
// Yours    Replace `reading`; give each sensor the detector that suits it, as long as scores are comparable.
// Writes   gateway.svg: reading, score, threshold and alarm of one sensor that fails.
// Speed    `gateway` also prints the samples a second of detectors and alarm to standard error; with
//          `--fast` it does not.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string_view>
#include <vector>

#include "mote/anomaly/alarm.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/core/random.hpp"

using namespace mote;

constexpr std::uint32_t sensors = 10'000, minutes = 720, learning_minutes = 240, failing = 40;
constexpr std::uint32_t first_failure = 540, drawn_sensor = 5000, drawn_from = 480;
using Detector = RobustZScore<float, 1>;

/// Sensor 250 k fails 3 k minutes after the first failure.
constexpr std::uint32_t failed_for(std::uint32_t sensor, std::uint32_t minute) {
    if (sensor % (sensors / failing) != 0) return 0;
    const std::uint32_t begin = first_failure + 3 * (sensor / (sensors / failing));
    return minute > begin ? minute - begin : 0;
}

/// What a sensor says: each has its own level and noise.
float reading(std::uint32_t sensor, std::uint32_t minute, Random& random) {
    const auto level = static_cast<float>(sensor % 97);
    const float noise = 0.1f + 0.02f * static_cast<float>(sensor % 53);
    return level + noise * (random.normal<float>() + static_cast<float>(failed_for(sensor, minute)));
}

/// What happened to the sensor that is drawn, minute by minute.
struct Trace {
    std::vector<float> readings, scores, thresholds;
    std::uint32_t named = minutes;
};

void draw(const Trace& trace) {
    std::ofstream svg("gateway.svg");
    svg.precision(4);
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1200 330' font-family='sans-serif' "
           "font-size='11'>\n<rect width='1200' height='330' fill='white'/>\n";
    const auto x = [](std::uint32_t minute) {
        return (minute - drawn_from) * 1200.0 / (minutes - drawn_from);
    };
    const auto line = [&](const char* colour, auto height) {
        svg << "<polyline fill='none' stroke='" << colour << "' points='";
        for (std::uint32_t i = drawn_from; i < minutes; ++i) svg << x(i) << ',' << height(i) << ' ';
        svg << "'/>\n";
    };
    line("#246",
         [&](std::uint32_t i) { return 120 - 2 * std::min(50.0f, trace.readings[i] - trace.readings[0]); });
    line("#080", [&](std::uint32_t i) { return 300 - 6 * std::min(20.0f, trace.scores[i]); });
    line("#c00", [&](std::uint32_t i) { return 300 - 6 * std::min(20.0f, trace.thresholds[i]); });
    svg << "<rect x='" << x(trace.named) << "' y='304' width='3' height='10' fill='#c00'/>\n"
        << "<text x='4' y='14'>one of 10,000 sensors</text>\n<text x='4' y='176'>score and the gateway's "
           "threshold</text>\n<text x='4' y='326'>named (red); the last four hours</text>\n</svg>\n";
}

int main(int argc, char** argv) {
    const bool fast = argc > 1 && std::string_view(argv[1]) == "--fast";
    std::vector<Detector> detectors(sensors);
    Alarm<float, AlarmConfig{.warm_up = learning_minutes * sensors}> alarm(
        {.per_day = 24, .samples_per_day = 1440.0f * sensors});
    std::vector<bool> reported(sensors);
    std::uint32_t found = 0, false_alarms = 0, minutes_late = 0;
    std::clock_t busy = 0;
    Trace trace;
    Random random(1);
    std::vector<float> readings(sensors), scores(sensors);
    for (std::uint32_t minute = 0; minute < minutes; ++minute) {
        for (std::uint32_t s = 0; s < sensors; ++s) readings[s] = reading(s, minute, random);
        const std::clock_t start = std::clock();
        for (std::uint32_t s = 0; s < sensors; ++s) {
            scores[s] = detectors[s].observe(std::array{readings[s]});
            if (!reported[s]) alarm.observe(scores[s]);  // of the others somebody knows
        }
        busy += std::clock() - start;
        for (std::uint32_t s = 0; s < sensors; ++s) {
            if (!alarm.ready() || scores[s] <= alarm.threshold() || reported[s]) continue;
            reported[s] = true;
            if (s == drawn_sensor) trace.named = minute;
            const std::uint32_t late = failed_for(s, minute);
            ++(late > 0 ? found : false_alarms);
            minutes_late += late;
        }
        trace.readings.push_back(readings[drawn_sensor]);
        trace.scores.push_back(scores[drawn_sensor]);
        trace.thresholds.push_back(alarm.threshold());
    }
    draw(trace);
    std::printf(
        "%u sensors, %u minutes: %u of %u failures named, %.1f minutes after they began; %u other sensors "
        "named\n",
        sensors, minutes, found, failing, static_cast<double>(minutes_late) / found, false_alarms);
    if (!fast) {
        const double seconds = static_cast<double>(busy) / CLOCKS_PER_SEC;
        std::fprintf(stderr, "%.0f million samples a second on one core\n",
                     sensors * minutes / seconds / 1e6);
    }
    std::printf(
        "demo: family=anomaly; algorithm=RobustZScore x 10,000 and Alarm; data=simulated gateway; "
        "score=%u of %u failures; reference=none; row=robust_z_score; constant=0; ram=%zu; macs=0\n",
        found, failing, sensors * sizeof(Detector) + sizeof(alarm));
}
