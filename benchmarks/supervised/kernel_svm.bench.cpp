// SPDX-License-Identifier: MIT
#include "mote/supervised/kernel_svm.hpp"

#include <benchmark/benchmark.h>

#include <memory>

#include "tests/supervised/standardised.hpp"

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

/// predict() on the rows held out, one after the other; radial basis functions, scikit-learn's defaults.
template <class Data, class Isa>
void predict(benchmark::State& state) {
    using Model =
        mote::KernelSvm<float, Data::features, Data::classes, 1000, mote::SvmKernel::rbf, std::uint8_t, Isa>;
    const auto split = mote::testing::standardised<float, Data::features>(Data::name);
    const auto model = std::make_unique<Model>();
    const auto trainer = std::make_unique<typename Model::template Trainer<1500>>();
    if (model->fit(split.train(), *trainer) != mote::Status::ok) state.SkipWithError("not learnt");
    std::size_t row = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(model->predict(split.held_out_rows[row]));
        row = row + 1 == split.held_out_rows.size() ? 0 : row + 1;
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["vectors"] = static_cast<double>(model->count());
}

using mote::isa::Native;
using mote::isa::Portable;
BENCHMARK_TEMPLATE(predict, Digits, Portable);
BENCHMARK_TEMPLATE(predict, Digits, Native);
BENCHMARK_TEMPLATE(predict, BreastCancer, Native);
BENCHMARK_TEMPLATE(predict, Iris, Native);

}  // namespace
