// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>

#include "mote/kernels/recurrent_shape.hpp"
#include "mote/kernels/x86_avx2_gates.hpp"

/// Whole steps of recurrent layers for AVX2: sixteen units at a time, or the last eight, with the sums of all
/// their gates in registers from the bias to the curves. The curves of one block run beside the products of
/// the next.
namespace mote::kernels::impl {

namespace avx2 {

/// For Gates gates of Blocks * 8 units.
template <std::size_t Gates, std::size_t Blocks>
struct GateSums {
    __m256 sums[Gates][Blocks];

    /// Zeros, or the biases of gates `units` apart.
    GateSums() {
        for (auto& gate : sums) {
            for (__m256& sum : gate) sum = _mm256_setzero_ps();
        }
    }
    GateSums(const float* bias, std::size_t units) {
        for (std::size_t g = 0; g < Gates; ++g) {
            for (std::size_t b = 0; b < Blocks; ++b) sums[g][b] = Floats::load(bias + g * units + 8 * b);
        }
    }

    /// Adds x times the weights of the first Count gates.
    template <std::size_t Count = Gates>
    [[gnu::always_inline]] void add(float x, const float* weights, std::size_t units) {
        const __m256 scale = _mm256_set1_ps(x);
#pragma GCC unroll 4
        for (std::size_t g = 0; g < Count; ++g) {
#pragma GCC unroll 2
            for (std::size_t b = 0; b < Blocks; ++b) {
                const __m256 column = Floats::load(weights + g * units + 8 * b);
                sums[g][b] = _mm256_fmadd_ps(scale, column, sums[g][b]);
            }
        }
    }
};

/// The new hidden and cell states of Blocks * 8 units from `unit` on.
template <std::size_t Blocks, std::size_t Inputs, std::size_t Units>
[[gnu::always_inline]] inline void lstm_units(const float* weights, const float* x, const float* hidden,
                                              float* cell, float* next, std::size_t unit) {
    constexpr std::size_t columns = 4 * Units;
    const float *const kernel = weights + unit, *const recurrent = kernel + Inputs * columns;
    // Two chains of sums where one alone would wait for itself.
    GateSums<4, Blocks> from_x(recurrent + Units * columns, Units), from_state;
    GateSums<4, Blocks>& second = Blocks == 1 ? from_state : from_x;
    for (std::size_t i = 0; i < Inputs; ++i) from_x.add(x[i], kernel + i * columns, Units);
    for (std::size_t i = 0; i < Units; ++i) second.add(hidden[i], recurrent + i * columns, Units);
#pragma GCC unroll 2
    for (std::size_t b = 0; b < Blocks; ++b) {
        const auto sum = [&](std::size_t gate) {
            return Blocks == 1 ? _mm256_add_ps(from_x.sums[gate][b], from_state.sums[gate][b])
                               : from_x.sums[gate][b];
        };
        const __m256 kept = _mm256_mul_ps(sigmoid(sum(1)), Floats::load(cell + unit + 8 * b));
        const __m256 now = _mm256_fmadd_ps(sigmoid(sum(0)), tanh(sum(2)), kept);
        Floats::store(cell + unit + 8 * b, now);
        Floats::store(next + unit + 8 * b, _mm256_mul_ps(sigmoid(sum(3)), tanh(now)));
    }
}

/// The new state of Blocks * 8 units from `unit` on. Of the gates z, r and c, the candidate c sees the
/// inputs; what it sees of the state is a sum of its own, which r scales.
template <std::size_t Blocks, std::size_t Inputs, std::size_t Units>
[[gnu::always_inline]] inline void gru_units(const float* weights, const float* x, const float* state,
                                             float* next, std::size_t unit) {
    constexpr std::size_t both = std::min(Inputs, Units);
    const float *const kernel = weights + unit, *const recurrent = kernel + Inputs * 3 * Units;
    const float* const candidate = recurrent + Units * 2 * Units;
    const float* const bias = candidate + Units * Units;
    GateSums<3, Blocks> from_x(bias, Units);
    GateSums<2, Blocks> from_state;
    GateSums<1, Blocks> memory(bias + 3 * Units, Units);
    const auto add_input = [&](std::size_t i) { from_x.add(x[i], kernel + i * 3 * Units, Units); };
    const auto add_state = [&](std::size_t i) {
        from_state.add(state[i], recurrent + i * 2 * Units, Units);
        memory.add(state[i], candidate + i * Units, Units);
    };
    for (std::size_t i = 0; i < both; ++i) add_input(i), add_state(i);
    for (std::size_t i = both; i < Inputs; ++i) add_input(i);
    for (std::size_t i = both; i < Units; ++i) add_state(i);
#pragma GCC unroll 2
    for (std::size_t b = 0; b < Blocks; ++b) {
        const __m256 z = sigmoid(_mm256_add_ps(from_x.sums[0][b], from_state.sums[0][b]));
        const __m256 r = sigmoid(_mm256_add_ps(from_x.sums[1][b], from_state.sums[1][b]));
        const __m256 c = tanh(_mm256_fmadd_ps(r, memory.sums[0][b], from_x.sums[2][b]));
        const __m256 before = Floats::load(state + unit + 8 * b);
        Floats::store(next + unit + 8 * b, _mm256_fmadd_ps(z, _mm256_sub_ps(before, c), c));
    }
}

}  // namespace avx2

template <std::derived_from<isa::Avx2> Isa, std::size_t Inputs, std::size_t Units>
requires(Units % 8 == 0) void lstm_step(Isa, const float* weights, const float* x, float* hidden, float* cell,
                                        RecurrentShape<Inputs, Units>) {
    std::array<float, Units> next;
    constexpr std::size_t whole = Units / 16 * 16;
    for (std::size_t unit = 0; unit < whole; unit += 16)
        avx2::lstm_units<2, Inputs, Units>(weights, x, hidden, cell, next.data(), unit);
    if constexpr (whole < Units) {
        avx2::lstm_units<1, Inputs, Units>(weights, x, hidden, cell, next.data(), whole);
    }
    std::copy_n(next.data(), Units, hidden);
}

template <std::derived_from<isa::Avx2> Isa, std::size_t Inputs, std::size_t Units>
requires(Units % 8 == 0) void gru_step(Isa, const float* weights, const float* x, float* state,
                                       RecurrentShape<Inputs, Units>) {
    std::array<float, Units> next;
    constexpr std::size_t whole = Units / 16 * 16;
    for (std::size_t unit = 0; unit < whole; unit += 16)
        avx2::gru_units<2, Inputs, Units>(weights, x, state, next.data(), unit);
    if constexpr (whole < Units) avx2::gru_units<1, Inputs, Units>(weights, x, state, next.data(), whole);
    std::copy_n(next.data(), Units, state);
}

}  // namespace mote::kernels::impl

#endif
