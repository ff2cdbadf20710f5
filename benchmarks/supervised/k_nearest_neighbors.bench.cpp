// SPDX-License-Identifier: MIT
#include "mote/supervised/k_nearest_neighbors.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "mote/core/random.hpp"

namespace {

constexpr std::size_t features = 16;
using Row = std::array<float, features>;

/// Two clouds that overlap.
Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (float& value : row) value = random.normal<float>() + 0.5f * static_cast<float>(label);
    return row;
}

/// predict() with 1,000 rows kept, on rows that it has not seen.
template <class Isa, mote::Metric metric>
void predict(benchmark::State& state) {
    constexpr mote::NeighborsConfig config{.metric = metric};
    using Model = mote::KNearestNeighbors<float, features, 2, 1000, config, std::uint8_t, Isa>;
    const auto model = std::make_unique<Model>();
    mote::Random random(1);
    for (std::size_t i = 0; i < 1000; ++i) {
        model->update(draw(random, i % 2), static_cast<std::uint8_t>(i % 2));
    }
    std::vector<Row> rows;
    for (std::size_t i = 0; i < 512; ++i) rows.push_back(draw(random, i % 2));
    std::size_t row = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(model->predict(rows[row]));
        row = row + 1 == rows.size() ? 0 : row + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Model);
}

using mote::Metric;
using mote::isa::Native;
using mote::isa::Portable;
BENCHMARK_TEMPLATE(predict, Portable, Metric::l2);
BENCHMARK_TEMPLATE(predict, Native, Metric::l2);
BENCHMARK_TEMPLATE(predict, Native, Metric::l1);

}  // namespace
