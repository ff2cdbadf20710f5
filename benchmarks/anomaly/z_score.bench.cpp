// SPDX-License-Identifier: MIT
#include "mote/anomaly/z_score.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "mote/anomaly/alarm.hpp"
#include "mote/anomaly/ewma.hpp"
#include "mote/anomaly/holt_winters.hpp"
#include "mote/anomaly/integer_z_score.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/anomaly/seasonal_baseline.hpp"
#include "mote/core/random.hpp"

namespace {

std::vector<std::array<float, 1>> random_rows() {
    std::vector<std::array<float, 1>> rows(10'000);
    mote::Random random(3);
    for (auto& row : rows) row[0] = random.normal<float>();
    return rows;
}

template <class Detector>
void observe(benchmark::State& state) {
    const auto rows = random_rows();
    Detector detector;
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector.observe(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Detector);
}
BENCHMARK_TEMPLATE(observe, mote::ZScore<float, 1>);
BENCHMARK_TEMPLATE(observe, mote::RobustZScore<float, 1>);
BENCHMARK_TEMPLATE(observe, mote::Ewma<float, 1>);
BENCHMARK_TEMPLATE(observe, mote::HoltWinters<float, 24>);
BENCHMARK_TEMPLATE(observe, mote::HoltWinters<float, 24, mote::Season::multiplicative>);
BENCHMARK_TEMPLATE(observe, mote::SeasonalBaseline<float, 1>);

void integers(benchmark::State& state) {
    std::vector<std::array<std::int16_t, 1>> rows;
    for (const auto& row : random_rows()) rows.push_back({static_cast<std::int16_t>(1000 * row[0])});
    mote::IntegerZScore<1> detector;
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(detector.observe(rows[i]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(detector);
}
BENCHMARK(integers);

void alarm(benchmark::State& state) {
    const auto rows = random_rows();
    mote::Alarm<float> alarm;
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(alarm.observe(rows[i][0]));
        i = i + 1 == rows.size() ? 0 : i + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(alarm);
}
BENCHMARK(alarm);

}  // namespace
