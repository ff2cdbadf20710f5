// SPDX-License-Identifier: MIT
// A causal convolution fed frame by frame: 16 features, 16 filters, 15 taps four steps apart. RTNeural with
// its fixed-size model took 211 ns a step on the machine of docs/how_small_is_small.md.
#include <benchmark/benchmark.h>

#include "benchmarks/nn/limit.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/streaming.hpp"

namespace {

namespace nn = mote::nn;
constexpr std::size_t frames = 64;
using Causal = nn::Sequential<
    nn::Shape{frames, 16},
    nn::Conv1D<nn::Conv1DConfig{.filters = 16, .kernel = 15, .dilation = 4, .padding = nn::Padding::causal}>>;

template <class Isa>
nn::Network<float, Causal, Isa> trained() {
    nn::Network<float, Causal, Isa> model;
    model.initialise(1);
    return model;
}

template <class Network>
void run(benchmark::State& bench, const Network& model) {
    using Stream = nn::Streaming<Network>;
    const Stream stream(model);
    static typename Stream::State state;
    std::array<typename Network::Scalar, 16> x{1, 2, 3, 4, 5, 6, 7, 8};
    for (auto _ : bench) {
        benchmark::DoNotOptimize(x);
        benchmark::DoNotOptimize(stream.push(x, state));
    }
    mote::benchmarks::count<typename Network::Scalar>(bench, Causal::macs / frames);
}

template <class Isa>
void real(benchmark::State& bench) {
    run(bench, trained<Isa>());
}
template <class Isa>
void bytes(benchmark::State& bench) {
    const std::array<std::array<float, Causal::inputs>, 1> rows{{{1, -1}}};
    run(bench, nn::quantize<std::int8_t>(trained<Isa>(), mote::Rows<float, Causal::inputs>(rows)));
}

BENCHMARK(real<mote::isa::Portable>);
BENCHMARK(real<mote::isa::Native>);
BENCHMARK(bytes<mote::isa::Portable>);
BENCHMARK(bytes<mote::isa::Native>);

}  // namespace
