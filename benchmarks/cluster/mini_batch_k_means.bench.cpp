// SPDX-License-Identifier: MIT
// How much sooner batches are done than all rows again and again: 1,797 digits of 64 features, 10 clusters.
#include "mote/cluster/mini_batch_k_means.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

#include "tests/support/csv.hpp"

namespace {

template <class Model>
void fit_digits(benchmark::State& state) {
    std::vector<std::array<float, 64>> rows;
    for (const auto& line : mote::testing::read_csv<float, 65>("digits"))
        std::copy_n(line.begin(), 64, rows.emplace_back().begin());
    static Model model;
    for (auto _ : state) benchmark::DoNotOptimize(model.fit(rows));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
    state.counters["bytes"] = sizeof(model);
}

using All = mote::KMeans<float, 64, 10>;
using Batches = mote::MiniBatchKMeans<float, 64, 10>;

BENCHMARK_TEMPLATE(fit_digits, All)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(fit_digits, Batches)->Unit(benchmark::kMillisecond);

}  // namespace
