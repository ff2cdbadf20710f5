// SPDX-License-Identifier: MIT
#include "mote/cluster/k_means.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

constexpr std::size_t features = 16, clusters = 8;
template <class Isa>
using Model = mote::KMeans<float, features, clusters, mote::KMeansConfig{.starts = 1}, std::uint8_t, Isa>;
using Row = std::array<float, features>;

std::vector<Row> random_rows() {
    std::vector<Row> rows(1'000);
    mote::Random random(3);
    for (auto& row : rows) {
        for (float& value : row) value = random.normal<float>();
    }
    return rows;
}

/// One row after the other, as from a sensor.
template <class Isa>
void predict(benchmark::State& state) {
    const auto rows = random_rows();
    Model<Isa> model;
    static_cast<void>(model.fit(rows));
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(model.predict(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(model);
}

template <class Isa>
void fit(benchmark::State& state) {
    const auto rows = random_rows();
    Model<Isa> model;
    for (auto _ : state) benchmark::DoNotOptimize(model.fit(rows));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}

BENCHMARK_TEMPLATE(predict, mote::isa::Portable);
BENCHMARK_TEMPLATE(predict, mote::isa::Native);
BENCHMARK_TEMPLATE(fit, mote::isa::Native);

}  // namespace
