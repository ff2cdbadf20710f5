// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/kernels/limit.hpp"
#include "tests/kernels/geometries.hpp"

// Multiply-accumulates per second: the specification, what a compiler makes of plain C++, the native set,
// and beside them the rate at which this processor multiplies and adds numbers it need not even load.
namespace {

using namespace mote;
using namespace mote::kernels;
using testing::dense;
using testing::same;

void count(benchmark::State& state, std::size_t macs) {
    state.counters["MAC"] =
        benchmark::Counter(static_cast<double>(macs), benchmark::Counter::kIsIterationInvariantRate);
}

void limit(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(kernels::multiply_add_limit<isa::Native>());
    count(state, multiply_adds_of_limit<isa::Native>);
}
BENCHMARK(limit)->Name("multiply_add_limit");

/// Random bytes from `lowest` on: weights start at -127, what layers pass on at -128.
std::vector<std::int8_t> bytes(std::size_t n, int lowest) {
    Random random(n);
    std::vector<std::int8_t> result(n);
    for (auto& byte : result) {
        const auto above = random.below(static_cast<std::uint32_t>(128 - lowest));
        byte = static_cast<std::int8_t>(lowest + static_cast<int>(above));
    }
    return result;
}

template <class Dot>
void dot_of(benchmark::State& state, int lowest, Dot dot) {
    const auto n = static_cast<std::size_t>(state.range(0));
    const auto weights = bytes(n, lowest), x = bytes(n, -128);
    for (auto _ : state) {
        benchmark::DoNotOptimize(x.data());
        benchmark::DoNotOptimize(dot(weights, x));
    }
    count(state, n);
}
void dot_reference(benchmark::State& state) {
    dot_of(state, -127,
           [](const auto& x, const auto& y) { return reference::dot(x.data(), y.data(), x.size()); });
}
template <class Isa>
void dot_int8(benchmark::State& state) {
    dot_of(state, -127, [](const auto& x, const auto& y) { return dot<Isa>(x, y); });
}
template <class Isa>
void dot_any_int8(benchmark::State& state) {
    dot_of(state, -128, [](const auto& x, const auto& y) { return dot<Isa>(x, y); });
}
BENCHMARK(dot_reference)->Arg(64)->Arg(1024);
BENCHMARK(dot_int8<isa::Portable>)->Arg(64)->Arg(1024);
BENCHMARK(dot_int8<isa::Native>)->Arg(64)->Arg(1024)->Arg(12288);
BENCHMARK(dot_any_int8<isa::Native>)->Arg(1024);

template <class Layer, class Isa>
void layer(benchmark::State& state) {
    constexpr ConvGeometry geometry = Layer::geometry;
    const auto canonical = std::make_unique<Layer>();
    Random random(1);
    for (auto& weight : canonical->weights)
        weight = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    canonical->output.multiplier.fill(1500000000);
    canonical->output.shift.fill(-7);
    const auto packed = std::make_unique<const Packed<Layer, Isa>>(pack<Isa>(*canonical));
    std::vector<std::int8_t> x(geometry.inputs()), y(geometry.outputs());
    for (auto& value : x) value = static_cast<std::int8_t>(random.next());
    alignas(16) static std::array<std::byte, scratch_bytes<Layer, Isa> + 1> scratch;
    for (auto _ : state) {
        run<Isa>(*packed, x.data(), y.data(), scratch.data());
        benchmark::ClobberMemory();
    }
    count(state, geometry.outputs() * canonical->weights.size() / geometry.filters);
}

template <ConvGeometry G, class Isa>
void conv(benchmark::State& state) {
    layer<QuantizedConv<G>, Isa>(state);
}
template <ConvGeometry G, class Isa>
void depthwise(benchmark::State& state) {
    layer<QuantizedDepthwise<G>, Isa>(state);
}

#define MOTE_BENCH_LAYER(name, kind, ...)                                                               \
    BENCHMARK(kind<__VA_ARGS__, isa::Portable>)->Name(name "/portable")->Unit(benchmark::kMicrosecond); \
    BENCHMARK(kind<__VA_ARGS__, isa::Native>)->Name(name "/native")->Unit(benchmark::kMicrosecond)

MOTE_BENCH_LAYER("dense_128_128", conv, dense(128, 128));
MOTE_BENCH_LAYER("dense_64_10", conv, dense(64, 10));
MOTE_BENCH_LAYER("conv1x1_25x5x64_64", conv, same({25, 5, 64}, 64, {1, 1}));
MOTE_BENCH_LAYER("conv3x3_16x16x32_32", conv, same({16, 16, 32}, 32, {3, 3}));
MOTE_BENCH_LAYER("conv3x3_8x8x64_64", conv, same({8, 8, 64}, 64, {3, 3}));
MOTE_BENCH_LAYER("conv3x3_8x8x1_8", conv, same({8, 8, 1}, 8, {3, 3}));
MOTE_BENCH_LAYER("depthwise3x3_25x5x64", depthwise, same({25, 5, 64}, 64, {3, 3}));
MOTE_BENCH_LAYER("depthwise3x3_48x48x8", depthwise, same({48, 48, 8}, 8, {3, 3}));

}  // namespace
