// SPDX-License-Identifier: MIT
// F1 of streaming detectors on runs of the Skoltech Anomaly Benchmark: skab --data FOLDER, where FOLDER holds
// CSV files `datetime;8 sensors;anomaly;changepoint`, a fresh detector for each; a cell that is no number is
// a missing value, and its row is neither learnt from nor anomalous. As in the benchmark's own notebooks, the
// first 400 rows of a run teach, and F1 is that of all rows of all runs together.
//
// "frozen" learns from those 400 rows only; a row is anomalous where its score, averaged over the last 8,
// is above the highest such average of the rows 200 .. 399. "streaming" never stops learning; a row
// is anomalous for 120 rows from an alarm on.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mote/anomaly/random_cut_forest.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/subspace_tracker.hpp"
#include "mote/anomaly/z_score.hpp"

namespace {

constexpr std::size_t features = 8, taught = 400, calm = 200;
using Row = std::array<float, features>;
using Forest = mote::RandomCutForest<float, features, mote::RandomCutConfig{.shingle = 1}>;

struct Run {
    std::vector<Row> rows;
    std::vector<bool> anomalous;
};

struct Counts {
    double hits = 0, false_alarms = 0, misses = 0;
    double f1() const { return 2 * hits / (2 * hits + false_alarms + misses); }
};

/// The next cell; NaN where there is none, or no number in it.
float next_number(std::istringstream& cells) {
    std::string cell;
    std::getline(cells, cell, ';');
    char* end = nullptr;
    const float value = std::strtof(cell.c_str(), &end);
    return end == cell.c_str() ? std::numeric_limits<float>::quiet_NaN() : value;
}

Run read(const std::filesystem::path& path) {
    Run run;
    std::ifstream file(path);
    std::string line, cell;
    std::getline(file, line);  // the header
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        std::getline(cells, cell, ';');  // the time
        Row row{};
        for (float& value : row) value = next_number(cells);
        const float label = next_number(cells);
        if (!cells) return {};  // a run without labels
        run.rows.push_back(row);
        run.anomalous.push_back(label > 0.5f);
    }
    return run;
}

void count(const Run& run, const std::vector<bool>& found, Counts& counts) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i] && run.anomalous[i]) ++counts.hits;
        if (found[i] && !run.anomalous[i]) ++counts.false_alarms;
        if (!found[i] && run.anomalous[i]) ++counts.misses;
    }
}

template <class Detector>
void judge_frozen(const Run& run, Counts& counts) {
    const auto detector = std::make_unique<Detector>();
    for (std::size_t i = 0; i < taught; ++i) detector->update(run.rows[i]);
    double smooth = 0, limit = 0;
    std::vector<bool> found(run.rows.size());
    for (std::size_t i = calm; i < found.size(); ++i) {
        const auto score = static_cast<double>(detector->score(run.rows[i]));
        smooth += (score - smooth) / 8;
        if (i < taught) limit = std::max(limit, smooth);
        found[i] = i >= taught && smooth > limit;
    }
    count(run, found, counts);
}

void judge_streaming(const Run& run, Counts& counts) {
    mote::StreamDetector<float, features> detector;
    std::vector<bool> found(run.rows.size());
    std::size_t until = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (detector.observe(run.rows[i]) > detector.alarm_level) until = i + 120;
        found[i] = i >= taught && i < until;
    }
    count(run, found, counts);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 || std::strcmp(argv[1], "--data") != 0) {
        std::fputs("usage: skab --data FOLDER\n", stderr);
        return 2;
    }
    if (!std::filesystem::is_directory(argv[2])) {
        std::fprintf(stderr, "%s: no such folder\n", argv[2]);
        return 1;
    }
    struct Entry {
        const char* name;
        void (*judge)(const Run&, Counts&);
        Counts counts{};
    };
    Entry entries[] = {
        {"ZScore, frozen", judge_frozen<mote::ZScore<float, features>>},
        {"SubspaceTracker, frozen", judge_frozen<mote::SubspaceTracker<float, features>>},
        {"RandomCutForest, frozen", judge_frozen<Forest>},
        {"StreamDetector, streaming", judge_streaming},
    };
    std::size_t runs = 0;
    Counts all;
    for (const auto& file : std::filesystem::directory_iterator(argv[2])) {
        if (file.path().extension() != ".csv") continue;
        const Run run = read(file.path());
        if (run.rows.size() <= taught) continue;
        ++runs;
        std::vector<bool> everything(run.rows.size(), true);
        std::fill_n(everything.begin(), taught, false);
        count(run, everything, all);
        for (Entry& entry : entries) entry.judge(run, entry.counts);
    }
    if (runs == 0) {
        std::fprintf(stderr, "%s: no run of more than %zu rows with labels\n", argv[2], taught);
        return 1;
    }
    std::printf("%zu runs; every row after the first %zu called anomalous: F1 %.2f\n", runs, taught,
                all.f1());
    for (const Entry& entry : entries) {
        const Counts& counts = entry.counts;
        std::printf("%-26s F1 %.2f, %.0f rows right, %.0f false, %.0f missed\n", entry.name, counts.f1(),
                    counts.hits, counts.false_alarms, counts.misses);
    }
    return 0;
}
