// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"

// The float primitives at the lengths of feature vectors, which the types know: a plain loop, which a
// compiler may not reorder, beside plain C++ in several chains and the native set.
namespace {

using namespace mote;

struct Dot {
    template <class Isa>
    static float call(const auto& x, const auto& y) {
        return kernels::dot<Isa>(x, y);
    }
    static float plain(const float* x, const float* y, std::size_t n) {
        return kernels::reference::dot(x, y, n);
    }
};
struct SquaredDistance {
    template <class Isa>
    static float call(const auto& x, const auto& y) {
        return kernels::squared_distance<Isa>(x, y);
    }
    static float plain(const float* x, const float* y, std::size_t n) {
        return kernels::reference::squared_distance(x, y, n);
    }
};
struct AbsDistance {
    template <class Isa>
    static float call(const auto& x, const auto& y) {
        return kernels::abs_distance<Isa>(x, y);
    }
    static float plain(const float* x, const float* y, std::size_t n) {
        return kernels::reference::abs_distance(x, y, n);
    }
};

template <std::size_t N>
std::array<float, N> draw(std::uint64_t seed) {
    Random random(seed);
    std::array<float, N> x{};
    for (float& value : x) value = random.uniform<float>();
    return x;
}

template <std::size_t N>
void measure(benchmark::State& state, auto primitive) {
    auto x = draw<N>(1), y = draw<N>(2);
    for (auto _ : state) {
        benchmark::DoNotOptimize(x);
        benchmark::DoNotOptimize(y);
        benchmark::DoNotOptimize(primitive(x, y));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(N));
}

template <class Primitive, std::size_t N>
void plain(benchmark::State& state) {
    measure<N>(state, [](const auto& x, const auto& y) { return Primitive::plain(x.data(), y.data(), N); });
}
template <class Primitive, std::size_t N, class Isa>
void kernel(benchmark::State& state) {
    measure<N>(state, [](const auto& x, const auto& y) { return Primitive::template call<Isa>(x, y); });
}

#define MOTE_BENCH_LENGTH(Primitive, n)             \
    BENCHMARK(plain<Primitive, n>);                 \
    BENCHMARK(kernel<Primitive, n, isa::Portable>); \
    BENCHMARK(kernel<Primitive, n, isa::Native>)
#define MOTE_BENCH_LENGTHS(Primitive) \
    MOTE_BENCH_LENGTH(Primitive, 4);  \
    MOTE_BENCH_LENGTH(Primitive, 13); \
    MOTE_BENCH_LENGTH(Primitive, 30); \
    MOTE_BENCH_LENGTH(Primitive, 64)

MOTE_BENCH_LENGTHS(Dot);
MOTE_BENCH_LENGTHS(SquaredDistance);
MOTE_BENCH_LENGTHS(AbsDistance);

}  // namespace
