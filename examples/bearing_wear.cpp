// SPDX-License-Identifier: MIT
// A bearing that tells its wear days before the vibration limit does.
//
// Problem  Standards set a limit to how strongly a machine may shake. Long before, a pit in a bearing's race
//          taps once per passing ball: too short to make the vibration stronger, but unlike anything before.
// Data     Simulated: every hour for 600 hours a tenth of a second of acceleration at 12 kHz. From hour
//          300 on a pit grows. The shaft's load and the noise vary. The first 200 hours are learnt from.
// Yours    Replace `record` by your accelerometer; `describe` can stay.
// Writes   bearing_wear.svg: the score over the hours, its alarm, and when the limit would have spoken.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <span>
#include <vector>

#include "mote/anomaly/extended_isolation_forest.hpp"
#include "mote/core/random.hpp"

using namespace mote;

constexpr std::size_t rate = 12'000, window = rate / 10;
constexpr std::size_t hours = 600, pit_begins = 300, learnt_hours = 200, judged_hours = 90;
constexpr std::size_t smoothing = 12;  // hours that a score looks back
constexpr std::size_t patience = 12;   // hours above the threshold that make an alarm: one may be chance
constexpr float limit = 1.5f;          // times the usual strength: where the standard would stop the machine
constexpr int seeds = 30;
constexpr ExtendedIsolationForestConfig config{.trees = 20, .samples = 64, .directions = 64};
using Detector = ExtendedIsolationForest<float, 4, config>;
using Row = Detector::Row;

/// Acceleration in g: the shaft at 30 Hz, noise, and a tap that rings at 3 kHz for each ball on the pit, 107
/// Hz.
std::array<float, window> record(std::size_t hour, Random& random) {
    const float load = 1 + 0.2f * random.normal<float>(), roar = 0.1f * (1 + 0.2f * random.uniform<float>());
    const float age = hour < pit_begins ? 0 : static_cast<float>(hour - pit_begins);
    const float pit = 0.02f * (std::exp(age / 60) - 1);
    float phase = random.uniform<float>(), ringing = 0, velocity = 0;
    std::array<float, window> signal;
    for (std::size_t i = 0; i < window; ++i) {
        const float time = static_cast<float>(i) / rate;
        phase += 107.0f / rate;
        const bool tap = phase >= 1;
        if (tap) phase -= 1;
        velocity +=
            (tap ? pit * (0.8f + 0.4f * random.uniform<float>()) : 0) - 2.0f * ringing - 0.1f * velocity;
        ringing += velocity;
        signal[i] = 0.2f * load * std::sin(6.2832f * 30 * time) + roar * random.normal<float>() + ringing;
    }
    return signal;
}

/// Strength, peak and peakedness of the fast part, and the share that is fast: logarithms, so that ratios
/// count.
Row describe(std::span<const float> signal) {
    float power = 0, fast = 0, fourth = 0, peak = 0;
    for (std::size_t i = 1; i < signal.size(); ++i) {
        const float step = signal[i] - signal[i - 1], square = step * step;
        power += signal[i] * signal[i];
        fast += square;
        fourth += square * square;
        peak = std::max(peak, square);
    }
    const float count = static_cast<float>(signal.size() - 1);
    return {std::log(power / count), std::log(peak * count / fast), std::log(fourth * count / (fast * fast)),
            std::log(fast / power)};
}

struct Life {
    std::vector<float> scores, strengths;  // smoothed; strengths in the usual ones
    float threshold = 0;
    std::size_t alarm = hours, limit_passed = hours;  // hours of the first of each
};

Life live(std::uint64_t seed) {
    Random random(seed);
    std::vector<Row> rows;
    for (std::size_t hour = 0; hour < hours; ++hour) rows.push_back(describe(record(hour, random)));
    const auto detector = std::make_unique<Detector>(seed);
    Life life;
    if (detector->fit(std::span(rows).first(learnt_hours)) != Status::ok) return life;
    float usual = 0;
    std::size_t above = 0;
    for (std::size_t hour = 0; hour < learnt_hours; ++hour)
        usual += std::exp(rows[hour][0] / 2) / learnt_hours;
    for (std::size_t hour = 0; hour < hours; ++hour) {
        const std::size_t first = hour < smoothing ? 0 : hour + 1 - smoothing;
        float score = 0, strength = 0;
        for (std::size_t h = first; h <= hour; ++h) {
            score += detector->score(rows[h]) / static_cast<float>(hour + 1 - first);
            strength += std::exp(rows[h][0] / 2) / usual / static_cast<float>(hour + 1 - first);
        }
        life.scores.push_back(score);
        life.strengths.push_back(strength);
        // The threshold is a little above what the hours after learning have: they are sound, and new.
        if (hour >= learnt_hours && hour < learnt_hours + judged_hours) {
            life.threshold = std::max(life.threshold, score + 0.02f);
        } else if (hour >= learnt_hours) {
            above = score > life.threshold ? above + 1 : 0;
            if (above >= patience) life.alarm = std::min(life.alarm, hour);
            if (strength > limit) life.limit_passed = std::min(life.limit_passed, hour);
        }
    }
    return life;
}

void draw(const Life& life) {
    std::ofstream svg("bearing_wear.svg");
    const auto y = [](float score) { return 270 - 250 * score; };
    const auto mark = [&](std::size_t hour, const char* colour, const char* text, int height) {
        svg << "<path stroke='" << colour << "' d='M" << 40 + hour << " 20V270'/>\n<text x='" << 36 + hour
            << "' y='" << height << "' text-anchor='end' fill='" << colour << "'>" << text << "</text>\n";
    };
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 660 310' font-family='sans-serif' "
           "font-size='12'>\n"
           "<rect width='660' height='310' fill='white'/>\n<path fill='none' stroke='#999' d='M40 "
           "20V270H640'/>\n"
           "<polyline fill='none' stroke='#06c' points='";
    for (std::size_t hour = 0; hour < hours; ++hour) svg << 40 + hour << ',' << y(life.scores[hour]) << ' ';
    svg << "'/>\n<polyline fill='none' stroke='#999' points='";
    for (std::size_t hour = 0; hour < hours; ++hour) {
        svg << 40 + hour << ',' << y(std::min(0.98f, life.strengths[hour] / 2)) << ' ';
    }
    svg << "'/>\n<path stroke='#c00' stroke-dasharray='4' d='M240 " << y(life.threshold) << "H640'/>\n";
    mark(learnt_hours, "#666", "learnt", 34);
    mark(pit_begins, "#666", "a pit begins", 34);
    mark(life.alarm, "#c00", "alarm", 50);
    mark(life.limit_passed, "#666", "vibration limit", 50);
    svg << "<text x='46' y='266'>blue: score, 0 to 1; grey: strength of the vibration, 0 to 2 times the "
           "usual</text>\n"
           "<text x='340' y='298' text-anchor='middle'>600 hours</text>\n</svg>\n";
}

int main() {
    double mean = 0, limits = 0;
    int false_alarms = 0, in_time = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const Life life = live(seed);
        if (seed == 1) draw(life);
        const double days = (static_cast<double>(life.alarm) - pit_begins) / 24;
        false_alarms += life.alarm < pit_begins;
        in_time += days > 5.5 && days < 8.5;
        mean += days / seeds;
        limits += (static_cast<double>(life.limit_passed) - pit_begins) / 24 / seeds;
    }
    std::printf("alarms before there is a pit: %d of %d; wrote bearing_wear.svg\n", false_alarms, seeds);
    std::printf(
        "demo: family=anomaly; algorithm=ExtendedIsolationForest; data=simulated bearing; score=alarm %.0f "
        "days "
        "after a pit begins, 6 to 8 for %d of %d; reference=%.0f (limit of 1.5 times the strength); "
        "row=extended_isolation_forest; constant=0; ram=%zu; macs=132\n",
        mean, in_time, seeds, limits, sizeof(Detector));
}
