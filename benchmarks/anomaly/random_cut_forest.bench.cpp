// SPDX-License-Identifier: MIT
#include "mote/anomaly/random_cut_forest.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace {

/// One sample after the other of a noisy season, once the trees are full.
template <class Detector>
void observe(benchmark::State& state) {
    std::vector<std::array<float, 1>> rows(20'000);
    mote::Random random(3);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i][0] = static_cast<float>(i % 288) / 288.0f + 0.1f * random.normal<float>();
    }
    const auto detector = std::make_unique<Detector>();
    for (const auto& row : rows) detector->update(row);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector->observe(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Detector);
}

using mote::RandomCutConfig;
BENCHMARK_TEMPLATE(observe, mote::RandomCutForest<float, 1, RandomCutConfig{.shingle = 8}>);
BENCHMARK_TEMPLATE(observe, mote::RandomCutForest<float, 1>);
BENCHMARK_TEMPLATE(observe, mote::RandomCutForest<float, 1, RandomCutConfig{.trees = 10, .points = 32}>);

}  // namespace
