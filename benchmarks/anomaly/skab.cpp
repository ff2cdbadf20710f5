// SPDX-License-Identifier: MIT
// F1 of detectors on the runs of the Skoltech Anomaly Benchmark, eight sensors of a water circuit once a
// second:
//
//     skab FOLDER
//
// reads every CSV file there that has labels. As in the benchmark's leaderboard a detector learns from the
// first 400 rows of a run and is judged on the others, point by point, over all runs together. The threshold
// is what one in a hundred of those 400 rows exceeds; nothing is chosen by the labels. A streaming detector
// is judged twice: as it goes on learning, and frozen after the 400 rows, as a constant model in flash would
// be.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mote/anomaly/half_space_trees.hpp"
#include "mote/anomaly/isolation_forest.hpp"
#include "mote/anomaly/mahalanobis.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/z_score.hpp"

namespace {

constexpr std::size_t features = 8, learning = 400, settling = 50;
using Row = std::array<float, features>;

struct Run {
    std::vector<Row> rows;
    std::vector<bool> anomalous;
};

/// datetime;eight numbers;anomaly;changepoint
Run read(const std::filesystem::path& path) {
    Run run;
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    if (line.find(";anomaly") == line.npos) return run;
    while (std::getline(file, line)) {
        std::replace(line.begin(), line.end(), ';', ' ');
        std::istringstream cells(line);
        std::string date, time;
        Row row{};
        double label = 0;
        cells >> date >> time;
        for (float& value : row) cells >> value;
        if (!(cells >> label)) continue;
        run.rows.push_back(row);
        run.anomalous.push_back(label > 0.5);
    }
    return run;
}

struct Counts {
    double found = 0, missed = 0, wrong = 0;

    [[nodiscard]] double f1() const { return 2 * found / std::max(1.0, 2 * found + missed + wrong); }
};

void judge(const char* name, const std::vector<Run>& runs, std::size_t bytes, auto scores_of) {
    Counts counts;
    for (const Run& run : runs) {
        const std::vector<double> scores = scores_of(run);
        std::vector<double> usual(scores.begin() + settling, scores.begin() + learning);
        std::sort(usual.begin(), usual.end());
        const double threshold = usual[usual.size() * 99 / 100];
        for (std::size_t i = learning; i < scores.size(); ++i) {
            const bool alarm = scores[i] > threshold;
            if (run.anomalous[i]) ++(alarm ? counts.found : counts.missed);
            if (!run.anomalous[i] && alarm) ++counts.wrong;
        }
    }
    std::printf("%-28s %5.3f %7.0f %7.0f %7.0f %8zu\n", name, counts.f1(), counts.found, counts.missed,
                counts.wrong, bytes);
}

template <class Detector>
void judge_batch(const char* name, const std::vector<Run>& runs) {
    judge(name, runs, sizeof(Detector), [](const Run& run) {
        const auto detector = std::make_unique<Detector>();
        const std::vector<Row> first(run.rows.begin(), run.rows.begin() + learning);
        std::vector<double> scores(run.rows.size());
        if (detector->fit(first) != mote::Status::ok) return scores;
        for (std::size_t i = 0; i < scores.size(); ++i)
            scores[i] = static_cast<double>(detector->score(run.rows[i]));
        return scores;
    });
}

template <class Detector>
void judge_stream(const char* name, const std::vector<Run>& runs) {
    for (const bool frozen : {false, true}) {
        judge((std::string(name) + (frozen ? ", frozen" : "")).c_str(), runs, sizeof(Detector),
              [&](const Run& run) {
                  const auto detector = std::make_unique<Detector>();
                  std::vector<double> scores;
                  for (const Row& row : run.rows) {
                      const bool learns = !frozen || scores.size() < learning;
                      scores.push_back(
                          static_cast<double>(learns ? detector->observe(row) : detector->score(row)));
                  }
                  return scores;
              });
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Run> runs;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(argc > 1 ? argv[1] : "", error)) {
        Run run = read(entry.path());
        if (run.rows.size() > learning) runs.push_back(std::move(run));
    }
    if (runs.empty()) {
        std::fprintf(stderr, "usage: skab FOLDER; no labelled CSV files there\n");
        return 1;
    }
    std::printf("%zu runs\n%-28s %5s %7s %7s %7s %8s\n", runs.size(), "detector", "F1", "found", "missed",
                "wrong", "bytes");
    judge("every row an alarm", runs, 0, [](const Run& run) {
        std::vector<double> scores(run.rows.size(), 1);
        std::fill_n(scores.begin(), learning, 0);
        return scores;
    });
    judge_batch<mote::Mahalanobis<float, features>>("Mahalanobis (T squared)", runs);
    judge_batch<mote::IsolationForest<float, features>>("IsolationForest", runs);
    judge_stream<mote::RobustZScore<float, features>>("RobustZScore", runs);
    judge_stream<mote::ZScore<float, features>>("ZScore", runs);
    judge_stream<mote::HalfSpaceTrees<float, features, mote::HalfSpaceConfig{.window = 150}>>(
        "HalfSpaceTrees", runs);
    judge_stream<mote::StreamDetector<float, features>>("StreamDetector", runs);
}
