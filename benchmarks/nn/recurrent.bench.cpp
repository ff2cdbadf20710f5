// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>

#include "mote/core/random.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/lstm.hpp"

// One step of a float layer with as many inputs as units: plain C++, then the native set. Each step needs the
// state that the step before it left.
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
    run.SetItemsProcessed(run.iterations());
}

template <std::size_t Units, class Isa>
using Gru = nn::Gru<float, Units, Units, nn::GruReset::after, Isa>;

BENCHMARK(step<Gru<8, isa::Portable>>);
BENCHMARK(step<Gru<8, isa::Native>>);
BENCHMARK(step<Gru<16, isa::Portable>>);
BENCHMARK(step<Gru<16, isa::Native>>);
BENCHMARK(step<Gru<32, isa::Portable>>);
BENCHMARK(step<Gru<32, isa::Native>>);

template <std::size_t Units, class Isa>
using Lstm = nn::Lstm<float, Units, Units, Isa>;

BENCHMARK(step<Lstm<8, isa::Portable>>);
BENCHMARK(step<Lstm<8, isa::Native>>);
BENCHMARK(step<Lstm<16, isa::Portable>>);
BENCHMARK(step<Lstm<16, isa::Native>>);
BENCHMARK(step<Lstm<32, isa::Portable>>);
BENCHMARK(step<Lstm<32, isa::Native>>);

}  // namespace
