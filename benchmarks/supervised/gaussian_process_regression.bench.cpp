// SPDX-License-Identifier: MIT
#include "mote/supervised/gaussian_process_regression.hpp"

#include <benchmark/benchmark.h>

#include <memory>

#include "tests/supervised/gaussian_process_config.hpp"
#include "tests/supervised/standardised_diabetes.hpp"

namespace {

template <class Isa>
struct Fitted {
    using Model = mote::GaussianProcessRegression<float, 10, 353, mote::GaussianProcessKernel::rbf, Isa>;
    const mote::testing::StandardisedDiabetes<float> diabetes;
    const std::unique_ptr<Model> model = std::make_unique<Model>(mote::testing::config_of_reference<float>());

    bool learn() { return model->fit(diabetes.train()) == mote::Status::ok; }
};

/// Of diabetes, 353 rows of 10 features.
template <class Isa>
void fit(benchmark::State& state) {
    Fitted<Isa> data;
    for (auto _ : state) benchmark::DoNotOptimize(data.learn());
}

template <class Isa, bool with_variance>
void predict(benchmark::State& state) {
    Fitted<Isa> data;
    if (!data.learn()) state.SkipWithError("not learnt");
    const auto& rows = data.diabetes.held_out_rows;
    std::size_t row = 0;
    for (auto _ : state) {
        if constexpr (with_variance) {
            benchmark::DoNotOptimize(data.model->predict_with_variance(rows[row]));
        } else {
            benchmark::DoNotOptimize(data.model->predict(rows[row]));
        }
        row = row + 1 == rows.size() ? 0 : row + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(*data.model);
}

using mote::isa::Native;
using mote::isa::Portable;
BENCHMARK_TEMPLATE(fit, Portable)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(fit, Native)->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(predict, Portable, false);
BENCHMARK_TEMPLATE(predict, Native, false);
BENCHMARK_TEMPLATE(predict, Native, true);

}  // namespace
