// SPDX-License-Identifier: MIT
#include "mote/supervised/gaussian_naive_bayes.hpp"

#include <benchmark/benchmark.h>

#include "tests/supervised/split.hpp"

namespace {

struct BreastCancer {
    static constexpr auto name = "breast_cancer";
    static constexpr std::size_t features = 30, classes = 2;
};
struct Digits {
    static constexpr auto name = "digits";
    static constexpr std::size_t features = 64, classes = 10;
};
struct Iris {
    static constexpr auto name = "iris";
    static constexpr std::size_t features = 4, classes = 3;
};

/// predict() on the rows held out, one after the other.
template <class Data, class Isa>
void predict(benchmark::State& state) {
    const mote::testing::Split<float, Data::features> split(Data::name);
    mote::GaussianNaiveBayes<float, Data::features, Data::classes, std::uint8_t, Isa> model;
    if (model.fit(split.train()) != mote::Status::ok) state.SkipWithError("the data could not be learnt");
    std::size_t row = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(model.predict(split.held_out_rows[row]));
        row = row + 1 == split.held_out_rows.size() ? 0 : row + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(model);
}

void update(benchmark::State& state) {
    const mote::testing::Split<float, 30> split("breast_cancer");
    mote::GaussianNaiveBayes<float, 30, 2> model;
    std::size_t row = 0;
    for (auto _ : state) {
        model.update(split.rows[row], split.labels[row]);
        row = row + 1 == split.rows.size() ? 0 : row + 1;
    }
    benchmark::DoNotOptimize(model);
    state.SetItemsProcessed(state.iterations());
}

using mote::isa::Native;
using mote::isa::Portable;
BENCHMARK_TEMPLATE(predict, BreastCancer, Portable);
BENCHMARK_TEMPLATE(predict, BreastCancer, Native);
BENCHMARK_TEMPLATE(predict, Digits, Portable);
BENCHMARK_TEMPLATE(predict, Digits, Native);
BENCHMARK_TEMPLATE(predict, Iris, Portable);
BENCHMARK_TEMPLATE(predict, Iris, Native);
BENCHMARK(update);

}  // namespace
