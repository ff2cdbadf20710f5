// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/kernels/limit.hpp"
#include "mote/nn/network.hpp"
#include "tests/firmware/models/digits_cnn.hpp"

// One digit, from image to answer. The limit is what this processor takes for as many multiply-accumulates in
// registers, loading nothing: int8 is to stay within 2.5 times that.
namespace {

using namespace mote;
using digits_cnn::Architecture;

void limit(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(kernels::multiply_add_limit<isa::Native>());
    constexpr double share = static_cast<double>(Architecture::macs) /
                             static_cast<double>(kernels::multiply_adds_of_limit<isa::Native>);
    state.counters["digit"] = benchmark::Counter(
        1 / share, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(limit)->Name("multiply_add_limit");

void count(benchmark::State& state) {
    state.counters["digit"] =
        benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    state.counters["MAC"] = benchmark::Counter(static_cast<double>(Architecture::macs),
                                               benchmark::Counter::kIsIterationInvariantRate);
}

template <class Isa>
void int8_predict(benchmark::State& state) {
    static constexpr nn::Network<std::int8_t, Architecture, Isa> model(digits_cnn::weights);
    typename decltype(model)::Workspace scratch;
    auto x = digits_cnn::golden_input;
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(model.predict(x, scratch));
    }
    count(state);
}
BENCHMARK(int8_predict<isa::Portable>);
BENCHMARK(int8_predict<isa::Native>);

void int8_probabilities(benchmark::State& state) {
    decltype(digits_cnn::model)::Workspace scratch;
    auto x = digits_cnn::golden_input;
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(digits_cnn::model.forward(x, scratch).data());
    }
    count(state);
}
BENCHMARK(int8_probabilities);

template <class Isa>
void float_predict(benchmark::State& state) {
    using Network = nn::Network<float, Architecture, Isa>;
    static Network model;
    model.initialise(1);
    typename Network::Workspace scratch;
    std::array<float, 64> x{};
    Random random(2);
    for (float& pixel : x) pixel = random.uniform<float>();
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(model.predict(x, scratch));
    }
    count(state);
}
BENCHMARK(float_predict<isa::Portable>);
BENCHMARK(float_predict<isa::Native>);

}  // namespace
