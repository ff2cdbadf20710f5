// SPDX-License-Identifier: MIT
// A small float network of dense layers, 16-32-32-4: plain C++, then the native set. RTNeural took 95 ns on
// the machine of docs/how_small_is_small.md.
#include <benchmark/benchmark.h>

#include <array>

#include "benchmarks/nn/limit.hpp"
#include "mote/nn/network.hpp"

namespace {

namespace nn = mote::nn;
template <std::size_t Units>
using Hidden = nn::Dense<nn::DenseConfig{.units = Units, .activation = nn::Activation::relu}>;
using Mlp =
    nn::Sequential<nn::Shape{1, 1, 16}, Hidden<32>, Hidden<32>, nn::Dense<nn::DenseConfig{.units = 4}>>;

template <class Isa>
void forward(benchmark::State& bench) {
    using Model = nn::Network<float, Mlp, Isa>;
    alignas(32) static Model model;
    model.initialise(1);
    static typename Model::Workspace scratch;
    alignas(32) std::array<float, Model::features> x{1, 2, 3, 4, 5, 6, 7, 8};
    for (auto _ : bench) {
        benchmark::DoNotOptimize(x);
        benchmark::DoNotOptimize(model.forward(x, scratch).data());
        benchmark::ClobberMemory();
    }
    mote::benchmarks::count<float>(bench, Mlp::macs);
}

BENCHMARK(forward<mote::isa::Portable>);
BENCHMARK(forward<mote::isa::Native>);

}  // namespace
