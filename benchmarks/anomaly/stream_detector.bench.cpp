// SPDX-License-Identifier: MIT
#include "mote/anomaly/stream_detector.hpp"

#include <benchmark/benchmark.h>

#include <vector>

#include "mote/core/random.hpp"

namespace {

/// One sample after the other of a noisy season, by each detector in its recommended form.
template <class Detector>
void observe(benchmark::State& state) {
    std::vector<std::array<float, 1>> rows(20'000);
    mote::Random random(3);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i][0] = static_cast<float>(i % 288) / 288.0f + 0.1f * random.normal<float>();
    }
    Detector detector;
    for (const auto& row : rows) detector.update(row);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector.observe(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Detector);
}

BENCHMARK_TEMPLATE(observe, mote::StreamDetector<float>);
BENCHMARK_TEMPLATE(observe, mote::ContextualDetector<float, 1>);
BENCHMARK_TEMPLATE(observe, mote::StreamingKnn<float, 1>);

}  // namespace
