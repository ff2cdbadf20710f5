// SPDX-License-Identifier: MIT
// Faults of machines from vibration, learnt from healthy windows only. Two public recordings, which are not
// in this repository, cut to 16-bit files:
//
//     vibration cwru <folder>   bearings, one accelerometer (Case Western Reserve University): de_i16.bin
//     vibration fan <folder>    a ceiling fan with and without a weight on a blade, three axes: xyz_i16.bin
//
// Split: in time. Of each healthy recording the first two thirds of the windows are learnt from, and the last
// third is what faults are told from. No faulty window is learnt from, and none chose a setting. Prints CSV:
// recording,detector,fault,auroc with the area in percent.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "mote/anomaly/ensemble.hpp"
#include "mote/anomaly/extended_isolation_forest.hpp"
#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/anomaly/mahalanobis.hpp"
#include "mote/evaluate/ranking.hpp"
#include "mote/signal/standard_scaler.hpp"

namespace {

struct Condition {
    std::string name;
    std::size_t first, count;  // in windows
    bool healthy;
};

constexpr std::size_t per_axis = 5;
template <std::size_t Axes>
using Row = std::array<float, per_axis * Axes>;

/// Strength, peak, peakedness, and how much of it is fast and very fast: logarithms, so that ratios count.
void describe(const std::int16_t* samples, std::size_t count, std::size_t stride, float* features) {
    const auto at = [&](std::size_t i) { return static_cast<double>(samples[i * stride]); };
    double mean = 0, power = 1, fourth = 1, peak = 1, steps = 1, bends = 1;
    for (std::size_t i = 0; i < count; ++i) mean += at(i) / static_cast<double>(count);
    for (std::size_t i = 2; i < count; ++i) {
        const double gap = at(i) - mean, step = at(i) - at(i - 1), bend = step - at(i - 1) + at(i - 2);
        power += gap * gap;
        fourth += gap * gap * gap * gap;
        peak = std::max(peak, std::abs(gap));
        steps += step * step;
        bends += bend * bend;
    }
    const auto logarithm = [](double x) { return static_cast<float>(std::log(x)); };
    features[0] = logarithm(power) / 2;
    features[1] = logarithm(peak) - features[0];
    features[2] = logarithm(fourth) - 4 * features[0];
    features[3] = logarithm(steps) / 2 - features[0];
    features[4] = logarithm(bends) / 2 - features[0];
}

template <std::size_t Axes>
std::vector<Row<Axes>> read_rows(const std::string& file, std::size_t window) {
    std::ifstream stream(file, std::ios::binary);
    std::vector<std::int16_t> samples(window * Axes);
    std::vector<Row<Axes>> rows;
    const auto bytes = static_cast<std::streamsize>(samples.size() * sizeof(std::int16_t));
    while (stream.read(reinterpret_cast<char*>(samples.data()), bytes)) {
        Row<Axes>& row = rows.emplace_back();
        for (std::size_t axis = 0; axis < Axes; ++axis) {
            describe(&samples[axis], window, Axes, &row[axis * per_axis]);
        }
    }
    return rows;
}

template <std::size_t Axes>
struct Split {
    std::vector<Row<Axes>> learnt, healthy;
};

template <std::size_t Axes>
Split<Axes> split(const std::vector<Row<Axes>>& rows, const std::vector<Condition>& conditions) {
    Split<Axes> result;
    for (const Condition& condition : conditions) {
        for (std::size_t n = 0; condition.healthy && n < condition.count; ++n) {
            auto& part = 3 * n < 2 * condition.count ? result.learnt : result.healthy;
            part.push_back(rows[condition.first + n]);
        }
    }
    return result;
}

template <class Detector, std::size_t Axes>
bool judge(const char* recording, const char* name, const std::vector<Row<Axes>>& rows,
           const std::vector<Condition>& conditions) {
    Split<Axes> parts = split<Axes>(rows, conditions);
    mote::StandardScaler<float, per_axis * Axes> scaler;
    const auto detector = std::make_unique<Detector>();
    if (scaler.fit(parts.learnt) != mote::Status::ok) return false;
    for (auto& row : parts.learnt) row = scaler.transform(row);
    if (detector->fit(parts.learnt) != mote::Status::ok) return false;
    const auto score = [&](const Row<Axes>& row) { return detector->score(scaler.transform(row)); };
    for (const Condition& condition : conditions) {
        if (condition.healthy) continue;
        std::vector<mote::ScoredLabel<float>> scored;
        for (const auto& row : parts.healthy) scored.push_back({score(row), false});
        for (std::size_t n = 0; n < condition.count; ++n) {
            scored.push_back({score(rows[condition.first + n]), true});
        }
        std::printf("%s,%s,%s,%.2f\n", recording, name, condition.name.c_str(),
                    100 * static_cast<double>(mote::roc_auc(std::span(scored))));
    }
    return true;
}

template <std::size_t Axes>
bool judge_all(const char* recording, const std::vector<Row<Axes>>& rows,
               const std::vector<Condition>& conditions) {
    constexpr std::size_t features = per_axis * Axes;
    using Near = mote::KNearestDistance<float, features, 256>;
    using Forest =
        mote::ExtendedIsolationForest<float, features,
                                      mote::ExtendedIsolationForestConfig{.trees = 92, .samples = 64}>;
    using Covariance = mote::Mahalanobis<float, features>;
    return judge<mote::Hbos<float, features>, Axes>(recording, "Hbos", rows, conditions) &&
           judge<Forest, Axes>(recording, "ExtendedIsolationForest", rows, conditions) &&
           judge<Near, Axes>(recording, "KNearestDistance", rows, conditions) &&
           judge<Covariance, Axes>(recording, "Mahalanobis", rows, conditions) &&
           judge<mote::Ensemble<Near, Forest, Covariance>, Axes>(recording, "Ensemble", rows, conditions);
}

/// The lines of an index, without its header, as fields.
std::vector<std::vector<std::string>> read_index(const std::string& folder) {
    std::ifstream file(folder + "/index.csv");
    std::vector<std::vector<std::string>> lines;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        auto& cells = lines.emplace_back();
        for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
    }
    return lines;
}

bool bearings(const std::string& folder) {
    constexpr std::size_t window = 1000;  // 83 ms, two and a half turns of the shaft
    std::vector<Condition> conditions;
    for (const auto& line : read_index(folder)) {
        const std::size_t first = std::stoul(line[4]), count = std::stoul(line[5]);
        conditions.push_back({line[0], first / window, count / window, line[0] == "Normal"});
    }
    const auto rows = read_rows<1>(folder + "/de_i16.bin", window);
    return !rows.empty() && judge_all<1>("cwru", rows, conditions);
}

/// A model for each speed, which the fan's control knows. Healthy is the fan without a weight; with one, and
/// when moved or newly put up, it is not what was learnt.
bool fan(const std::string& folder) {
    const auto rows = read_rows<3>(folder + "/xyz_i16.bin", 200);  // a second
    bool good = !rows.empty();
    for (const std::string_view speed : {"fan_0_low", "fan_0_med", "fan_0_high"}) {
        std::vector<Condition> conditions;
        for (const auto& line : read_index(folder)) {
            const std::string_view name = line[1];
            if (!name.starts_with(speed)) continue;
            conditions.push_back(
                {line[1], std::stoul(line[2]), std::stoul(line[3]), name.ends_with("_0_weight")});
        }
        good = good && judge_all<3>("fan", rows, conditions);
    }
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view recording = argc == 3 ? argv[1] : "";
    std::puts("recording,detector,fault,auroc");
    if (recording == "cwru") return bearings(argv[2]) ? 0 : 1;
    if (recording == "fan") return fan(argv[2]) ? 0 : 1;
    std::fputs("usage: vibration cwru|fan <folder>\n", stderr);
    return 2;
}
