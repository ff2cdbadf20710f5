// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/kernels/limit.hpp"

/// How near a benchmark comes to what its processor can do at all.
namespace mote::benchmarks {

/// Multiply-adds a second in registers, loading nothing: the best of twenty times.
template <class Multiply>
double rate(std::size_t multiply_adds, Multiply multiply) {
    using Clock = std::chrono::steady_clock;
    double best = 0;
    for (int i = 0; i < 20; ++i) {
        const auto start = Clock::now();
        benchmark::DoNotOptimize(multiply());
        const std::chrono::duration<double> seconds = Clock::now() - start;
        best = max(best, static_cast<double>(multiply_adds) / seconds.count());
    }
    return best;
}

/// Of numbers of type T: exact ones of bytes, or of floats. Measured once a run.
template <class T>
double limit() {
    static const double result = [] {
        if constexpr (std::is_same_v<T, std::int8_t>) {
            return rate(kernels::multiply_adds_of_limit<isa::Native>,
                        kernels::multiply_add_limit<isa::Native>);
        } else {
            return rate(kernels::float_multiply_adds_of_limit<isa::Native>,
                        kernels::float_multiply_add_limit<isa::Native>);
        }
    }();
    return result;
}

/// Adds two counters to those of a benchmark of so many multiply-adds of T: `MAC`, how many a second, and
/// `limit`, what share of limit<T>() that is.
template <class T>
void count(benchmark::State& state, std::size_t multiply_adds) {
    const auto macs = static_cast<double>(multiply_adds);
    state.counters["MAC"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["limit"] =
        benchmark::Counter(macs / limit<T>(), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace mote::benchmarks
