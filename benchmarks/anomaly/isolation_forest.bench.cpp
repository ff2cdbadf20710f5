// SPDX-License-Identifier: MIT
#include "mote/anomaly/isolation_forest.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace {

using Detector = mote::IsolationForest<float, 16>;

std::vector<Detector::Row> random_rows() {
    std::vector<Detector::Row> rows(10'000);
    mote::Random random(3);
    for (auto& row : rows) {
        for (float& value : row) value = random.normal<float>();
    }
    return rows;
}

/// Rows one after the other, enough that branches cannot be learnt by heart.
void score(benchmark::State& state) {
    const auto rows = random_rows();
    const auto detector = std::make_unique<Detector>();
    static_cast<void>(detector->fit(rows));
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector->score(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Detector);
}

void fit(benchmark::State& state) {
    const auto rows = random_rows();
    const auto detector = std::make_unique<Detector>();
    for (auto _ : state) benchmark::DoNotOptimize(detector->fit(rows));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}

BENCHMARK(score);
BENCHMARK(fit)->Unit(benchmark::kMillisecond);

}  // namespace
