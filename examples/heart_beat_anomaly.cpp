// SPDX-License-Identifier: MIT
// A chest strap that notices when its own signal is no longer to be trusted.
//
// Problem  Loose electrodes, muscle noise and a lead that falls off look like heart trouble. Which seconds of
//          an electrocardiogram are unlike the minutes before? Nobody labels them, and none can be kept.
// Data     Five minutes of real ECG, 360 samples a second, of a patient with many premature beats. It has no
//          labels, so 12 faults of one second are put into its last three minutes, by ten seeds that played
//          no part in choosing the settings. Every other alarm counts as false, though some are the patient's
//          own.
// Yours    Replace the four numbers of `describe` by what changes in your sensor when something is wrong.
// Writes   heart_beat_anomaly.svg (signal, score, threshold, alarms of the first seed) and the rows of all,
// from
//          which heart_beat_anomaly_reference.py computes scikit-learn's score: heart_beat_anomaly.csv.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mote/anomaly/alarm.hpp"
#include "mote/anomaly/half_space_trees.hpp"
#include "mote/core/random.hpp"

using namespace mote;

constexpr std::size_t rate = 360, hop = rate / 4;  // a row every quarter of a second, of the last second
constexpr std::size_t quiet_rows = 440;            // nothing is put in before: 110 s
constexpr int faults = 12;                         // in each of ten trials
constexpr int seeds = 10;
constexpr std::uint64_t first_seed = 101;
constexpr HalfSpaceConfig config{.trees = 25, .depth = 6, .window = 160, .size_limit = 16};
using Detector = HalfSpaceTrees<float, 4, config>;
using Row = Detector::Row;
// Half a second of calm ends an alarm; the detector scores after two windows. Five a minute, true alarms too.
constexpr AlarmConfig alarm_config{.quiet = 2, .warm_up = 2 * config.window};
constexpr AlarmRate five_a_minute{.per_day = 5 * 1440, .samples_per_day = 4 * 86'400};

std::vector<float> read_signal() {
    std::ifstream file(MOTE_DATA "/electrocardiogram.csv");
    std::string name;
    std::getline(file, name);
    std::vector<float> signal;
    for (float value = 0; file >> value;) signal.push_back(value / 200);  // millivolts
    return signal;
}

/// Puts one fault of a second into the signal: lead off, muscle noise, a loose electrode, or mains hum.
void break_second(float* at, std::size_t kind, Random& random) {
    const float held = at[0];
    for (std::size_t i = 0; i < rate; ++i) {
        const float time = static_cast<float>(i) / rate;
        if (kind == 0) at[i] = held;
        if (kind == 1) at[i] += 1.2f * (random.uniform<float>() - 0.5f);
        if (kind == 2) at[i] += 2 * std::sin(3.14159f * time);
        if (kind == 3) at[i] += 0.25f * std::sin(6.28319f * 50 * time);
    }
}

/// Mean, range, mean and largest slope of a second.
Row describe(const float* second) {
    float sum = 0, slope = 0, steepest = 0;
    for (std::size_t i = 1; i < rate; ++i) {
        const float step = std::abs(second[i] - second[i - 1]);
        sum += second[i];
        slope += step;
        steepest = std::max(steepest, step);
    }
    const auto [lowest, highest] = std::minmax_element(second, second + rate);
    return {sum / rate, *highest - *lowest, slope / rate, steepest};
}

struct Trial {
    std::vector<float> signal;
    std::vector<double> scores, thresholds;
    std::vector<bool> faulty, alarm;
};

/// The share of pairs (faulty row, sound row) that the scores put in order: the area under the ROC curve.
double area(const Trial& trial) {
    const auto& [signal, scores, thresholds, faulty, alarm] = trial;
    double pairs = 0, ordered = 0;
    for (std::size_t i = quiet_rows; i < scores.size(); ++i) {
        for (std::size_t k = quiet_rows; k < scores.size(); ++k) {
            if (!faulty[i] || faulty[k]) continue;
            ++pairs;
            ordered += scores[i] > scores[k] ? 1 : scores[i] == scores[k] ? 0.5 : 0;
        }
    }
    return ordered / pairs;
}

/// A fault is found by any alarm while it lasts; other alarms are counted where they begin.
void count_alarms(const Trial& trial, int& found, int& false_alarms) {
    const auto& alarm = trial.alarm;
    for (std::size_t row = quiet_rows; row < trial.scores.size(); ++row) {
        false_alarms += alarm[row] && !alarm[row - 1] && !trial.faulty[row];
        if (!trial.faulty[row] || trial.faulty[row - 1]) continue;
        bool noticed = false;
        for (std::size_t k = row; trial.faulty[k]; ++k) noticed = noticed || alarm[k];
        found += noticed;
    }
}

void draw(const Trial& trial) {
    const auto& [signal, scores, thresholds, faulty, alarm] = trial;
    std::ofstream svg("heart_beat_anomaly.svg");
    const auto x = [&](std::size_t row) { return std::to_string(row); };
    const auto rectangle = [&](std::size_t row, const char* colour, int top, int height) {
        svg << "<rect x='" << x(row) << "' y='" << top << "' width='1' height='" << height << "' fill='"
            << colour << "'/>\n";
    };
    svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1200 330' font-family='sans-serif' "
           "font-size='11'>\n"
           "<rect width='1200' height='330' fill='white'/>\n";
    for (std::size_t row = 0; row < scores.size(); ++row) {
        if (faulty[row]) rectangle(row, "#fdd", 0, 300);
        if (row >= quiet_rows && alarm[row]) rectangle(row, "#c00", 302, 10);
    }
    svg << "<polyline fill='none' stroke='#246' stroke-width='0.3' points='";
    for (std::size_t i = 0; i < signal.size(); i += 4) {
        svg << static_cast<double>(i) / hop << ',' << 90 - 18 * static_cast<double>(signal[i]) << ' ';
    }
    svg << "'/>\n<polyline fill='none' stroke='#080' stroke-width='0.6' points='";
    for (std::size_t row = 0; row < scores.size(); ++row)
        svg << x(row) << ',' << 290 - 110 * scores[row] << ' ';
    svg << "'/>\n<polyline fill='none' stroke='#c00' stroke-width='0.6' points='";
    for (std::size_t row = quiet_rows; row < scores.size(); ++row)
        svg << x(row) << ',' << 290 - 110 * thresholds[row] << ' ';
    svg << "'/>\n<text x='4' y='14'>ECG, faults shaded</text><text x='4' y='176'>score and "
           "threshold</text>\n<text x='4' y='326'>alarms (red); five minutes from left to "
           "right</text>\n</svg>\n";
}

/// Puts in the faults of a seed, streams the signal through a new detector, and adds the rows to the table.
Trial listen(std::vector<float> signal, std::uint64_t seed, std::ostream& table) {
    Trial trial;
    trial.faulty.resize(signal.size() / hop);
    trial.scores.resize(trial.faulty.size());
    trial.thresholds.resize(trial.faulty.size());
    trial.alarm.resize(trial.faulty.size());
    Random random(seed);
    for (std::size_t fault = 0; fault < faults; ++fault) {
        const std::size_t start = (quiet_rows + 8 + 62 * fault + random.below(45)) * hop;
        break_second(&signal[start], fault % 4, random);
        // The rows of which the fault is at least a quarter.
        for (std::size_t row = start / hop; row < start / hop + 7; ++row) trial.faulty[row] = true;
    }

    Detector detector;  // learns the ranges in its first 40 s
    Alarm<float, alarm_config> alarm(five_a_minute);
    for (std::size_t row = 3; row < trial.faulty.size(); ++row) {
        const Row x = describe(&signal[(row - 3) * hop]);
        const auto score = static_cast<float>(detector.observe(x)) / Detector::highest;
        alarm.observe(score);
        trial.scores[row] = static_cast<double>(score);
        trial.thresholds[row] = static_cast<double>(alarm.threshold());
        trial.alarm[row] = alarm.active();
        for (const float value : x) table << value << ',';
        table << row << ',' << trial.faulty[row] << ',' << seed << '\n';
    }
    trial.signal = std::move(signal);
    return trial;
}

int main() {
    const auto signal = read_signal();
    std::ofstream table("heart_beat_anomaly.csv");
    double areas = 0, squares = 0;
    int found = 0, false_alarms = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
        const Trial trial = listen(signal, seed, table);
        const double here = area(trial);
        areas += here / seeds;
        squares += here * here / seeds;
        count_alarms(trial, found, false_alarms);
        if (seed == first_seed) draw(trial);
    }
    const double error = std::sqrt((squares - areas * areas) / (seeds - 1));
    std::printf("faults found: %d of %d; other alarms: %d in %zu minutes; wrote heart_beat_anomaly.svg\n",
                found, faults * seeds, false_alarms, seeds * (signal.size() / hop - quiet_rows) / 240);
    std::printf(
        "demo: family=anomaly; algorithm=HalfSpaceTrees; data=ECG with faults put in; "
        "score=%.3f +- %.3f ROC area; reference=0.922 (isolation forest, batch); row=half_space_trees; "
        "constant=0; ram=%zu; macs=100\n",
        areas, error, sizeof(Detector));
}
