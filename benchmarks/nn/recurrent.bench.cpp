// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>

#include "benchmarks/nn/limit.hpp"
#include "mote/core/random.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/lstm.hpp"

// One step of a float layer, by plain C++ and by the native set. Each step needs the state that the step
// before it left.
namespace {

using namespace mote;

template <std::size_t N>
std::array<float, N> draw(std::uint64_t seed) {
    Random random(seed);
    std::array<float, N> x{};
    for (float& value : x) value = random.uniform<float>() - 0.5f;
    return x;
}

template <class Layer>
void step(benchmark::State& run) {
    const Layer layer(draw<Layer::parameters>(1));
    auto x = draw<Layer::features>(2);
    typename Layer::State state{};
    for (auto _ : run) {
        benchmark::DoNotOptimize(x);
        layer.step(x, state);
        benchmark::DoNotOptimize(state);
    }
    benchmarks::count<float>(run, Layer::macs);
}

template <std::size_t Inputs, std::size_t Units, class Isa>
using Gru = nn::Gru<float, Inputs, Units, nn::GruReset::after, Isa>;
template <std::size_t Inputs, std::size_t Units, class Isa>
using Lstm = nn::Lstm<float, Inputs, Units, Isa>;

// One input, as a layer that follows a signal sample by sample has it.
BENCHMARK(step<Gru<1, 8, isa::Native>>);
BENCHMARK(step<Gru<1, 16, isa::Native>>);
BENCHMARK(step<Gru<1, 32, isa::Native>>);
BENCHMARK(step<Lstm<1, 8, isa::Native>>);
BENCHMARK(step<Lstm<1, 16, isa::Native>>);
BENCHMARK(step<Lstm<1, 32, isa::Native>>);

// As many inputs as units.
BENCHMARK(step<Gru<8, 8, isa::Portable>>);
BENCHMARK(step<Gru<8, 8, isa::Native>>);
BENCHMARK(step<Gru<16, 16, isa::Portable>>);
BENCHMARK(step<Gru<16, 16, isa::Native>>);
BENCHMARK(step<Gru<32, 32, isa::Portable>>);
BENCHMARK(step<Gru<32, 32, isa::Native>>);
BENCHMARK(step<Lstm<8, 8, isa::Portable>>);
BENCHMARK(step<Lstm<8, 8, isa::Native>>);
BENCHMARK(step<Lstm<16, 16, isa::Portable>>);
BENCHMARK(step<Lstm<16, 16, isa::Native>>);
BENCHMARK(step<Lstm<32, 32, isa::Portable>>);
BENCHMARK(step<Lstm<32, 32, isa::Native>>);

}  // namespace
