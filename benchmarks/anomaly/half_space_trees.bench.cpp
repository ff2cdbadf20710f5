// SPDX-License-Identifier: MIT
#include "mote/anomaly/half_space_trees.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using Detector = mote::HalfSpaceTrees<float, 4>;

/// Rows that were never seen before, long enough that branches cannot be learnt by heart.
std::vector<Detector::Row> random_rows() {
    std::vector<Detector::Row> rows(10'000);
    mote::Random random(3);
    for (auto& row : rows) {
        for (float& value : row) value = random.uniform<float>() + random.uniform<float>();
    }
    return rows;
}

template <auto Operation>
void stream(benchmark::State& state) {
    const auto rows = random_rows();
    Detector detector({0, 0, 0, 0}, {2, 2, 2, 2});
    for (const auto& row : rows) detector.update(row);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(Operation(detector, rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Detector);
}

constexpr auto score = [](const Detector& detector, const Detector::Row& x) { return detector.score(x); };
constexpr auto update = [](Detector& detector, const Detector::Row& x) { return detector.update(x); };
constexpr auto observe = [](Detector& detector, const Detector::Row& x) { return detector.observe(x); };
BENCHMARK_TEMPLATE(stream, score);
BENCHMARK_TEMPLATE(stream, update);
BENCHMARK_TEMPLATE(stream, observe);

}  // namespace
