// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "benchmarks/nn/limit.hpp"
#include "mote/core/random.hpp"
#include "tests/nn/models/autoencoder.hpp"
#include "tests/nn/models/keyword_spotting.hpp"
#include "tests/nn/models/mobilenet_v1_025.hpp"
#include "tests/nn/models/resnet8.hpp"
#include "tests/nn/models/seeded_network.hpp"
#include "tests/nn/models/wake_word.hpp"

// One inference by each network of MLPerf Tiny, int8 and float, with random weights. `limit` is the share of
// this processor's multiply-add limit for such numbers, measured in the same run, that an inference reaches.
namespace {

using namespace mote;

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
    benchmarks::count<std::int8_t>(state, Architecture::macs);
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

template <class Architecture>
void infer_float(benchmark::State& state) {
    using Model = nn::Network<float, Architecture>;
    static Model model;
    model.initialise(/*seed=*/1);
    static typename Model::Workspace scratch;
    alignas(32) static std::array<float, Model::features> x{};
    Random random(1);
    for (float& value : x) value = random.uniform<float>();
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(model.forward(x, scratch).data());
    }
    benchmarks::count<float>(state, Architecture::macs);
}
BENCHMARK(infer_float<testing::keyword_spotting::Architecture>)
    ->Name("keyword_spotting/float")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(infer_float<testing::autoencoder::Architecture>)
    ->Name("autoencoder/float")
    ->Unit(benchmark::kMicrosecond);

}  // namespace
