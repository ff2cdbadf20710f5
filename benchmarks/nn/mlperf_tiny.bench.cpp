// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/kernels/limit.hpp"
#include "tests/nn/models/autoencoder.hpp"
#include "tests/nn/models/keyword_spotting.hpp"
#include "tests/nn/models/mobilenet_v1_025.hpp"
#include "tests/nn/models/resnet8.hpp"
#include "tests/nn/models/seeded_network.hpp"
#include "tests/nn/models/wake_word.hpp"

// One inference by each network of MLPerf Tiny, int8, with random weights. `limit` is the share of this
// processor's multiply-add limit, measured in the same run, that an inference reaches.
namespace {

using namespace mote;

/// Multiply-adds a second in registers, loading nothing.
double limit() {
    static const double rate = [] {
        using Clock = std::chrono::steady_clock;
        double best = 0;
        for (int i = 0; i < 20; ++i) {
            const auto start = Clock::now();
            benchmark::DoNotOptimize(kernels::multiply_add_limit<isa::Native>());
            const std::chrono::duration<double> seconds = Clock::now() - start;
            best = max(best,
                       static_cast<double>(kernels::multiply_adds_of_limit<isa::Native>) / seconds.count());
        }
        return best;
    }();
    return rate;
}

template <class Architecture>
void infer(benchmark::State& state) {
    using Model = testing::SeededNetwork<Architecture>;
    static const Model model(testing::seeded_weights<Architecture>(/*seed=*/1));
    static typename Model::Workspace scratch;
    alignas(16) static std::array<std::int8_t, Model::features> x{};
    Random random(1);
    for (std::int8_t& byte : x) byte = static_cast<std::int8_t>(random.next() >> 24);
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(model.forward(x, scratch).data());
    }
    const double macs = static_cast<double>(Architecture::macs);
    state.counters["MAC"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["limit"] =
        benchmark::Counter(macs / limit(), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(infer<testing::keyword_spotting::Architecture>)
    ->Name("keyword_spotting")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(infer<testing::resnet8::Architecture>)->Name("resnet8")->Unit(benchmark::kMicrosecond);
BENCHMARK(infer<testing::mobilenet_v1_025::Architecture>)
    ->Name("mobilenet_v1_025")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(infer<testing::autoencoder::Architecture>)->Name("autoencoder")->Unit(benchmark::kMicrosecond);
BENCHMARK(infer<testing::wake_word::Architecture>)->Name("wake_word")->Unit(benchmark::kMicrosecond);

}  // namespace
