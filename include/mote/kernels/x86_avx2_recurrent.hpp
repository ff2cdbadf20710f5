// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <concepts>
#include <cstddef>

#include "mote/kernels/recurrent_shape.hpp"
#include "mote/kernels/x86_avx2_gates.hpp"

/// Whole steps of recurrent layers for AVX2, 32 units at a time, then the rest: the sums of all their gates
/// in registers, then the curves of all, for those of eight alone would wait for each other's results.
namespace mote::kernels::impl {

namespace avx2 {

/// Numbers of Blocks * 8 units.
template <std::size_t Blocks>
struct UnitBlocks {
    __m256 blocks[Blocks];
};

/// f(0) to f(Blocks - 1)
template <std::size_t Blocks, class F>
[[gnu::always_inline]] inline UnitBlocks<Blocks> for_each_block(F f) {
    UnitBlocks<Blocks> result;
#pragma GCC unroll 4
    for (std::size_t b = 0; b < Blocks; ++b) result.blocks[b] = f(b);
    return result;
}

/// The weights that a gate has for the first input; those for the next one are `stride` further.
struct GateWeights {
    const float* first;
    std::size_t stride;
};

/// Sums for Gates gates of Blocks * 8 units: up to twelve registers of them, where need be parts of one sum,
/// so that additions seldom wait for each other.
template <std::size_t Gates, std::size_t Blocks>
struct GateSums {
    static constexpr std::size_t parts = Gates * Blocks > 6 ? 1 : Gates* Blocks > 3 ? 2 : 4;
    __m256 sums[parts][Gates][Blocks];

    [[gnu::always_inline]] void start(std::size_t gate, const float* bias) {
#pragma GCC unroll 4
        for (std::size_t p = 0; p < parts; ++p) {
#pragma GCC unroll 4
            for (std::size_t b = 0; b < Blocks; ++b)
                sums[p][gate][b] = p == 0 ? Floats::load(bias + 8 * b) : Floats::zero();
        }
    }

    /// In memory, not in registers: those are for the curves, and for more sums.
    [[gnu::always_inline]] UnitBlocks<Blocks> total(std::size_t gate) const {
        auto totals = for_each_block<Blocks>([=, this](std::size_t b) {
            __m256 sum = sums[0][gate][b];
#pragma GCC unroll 4
            for (std::size_t p = 1; p < parts; ++p) sum = _mm256_add_ps(sum, sums[p][gate][b]);
            return sum;
        });
        asm("" : "+m"(totals));
        return totals;
    }

    /// Adds the products of Count inputs, read two at a time: a load of each would compete with the weights'.
    template <std::size_t Count>
    [[gnu::always_inline]] void add(const float* x, const GateWeights (&weights)[Gates]) {
        constexpr std::size_t at_once = parts < 4 ? 2 : 4, whole = Count / at_once * at_once;
        for (std::size_t i = 0; i < whole; i += at_once) {
#pragma GCC unroll 2
            for (std::size_t k = 0; k < at_once; k += 2) {
                const auto* two = reinterpret_cast<const double*>(x + i + k);
                const __m256 pair = _mm256_castpd_ps(_mm256_broadcast_sd(two));
                add_products(k % parts, i + k, _mm256_moveldup_ps(pair), weights);
                add_products((k + 1) % parts, i + k + 1, _mm256_movehdup_ps(pair), weights);
            }
        }
        for (std::size_t i = whole; i < Count; ++i) add_products(0, i, _mm256_set1_ps(x[i]), weights);
    }

private:
    [[gnu::always_inline]] void add_products(std::size_t part, std::size_t input, __m256 x,
                                             const GateWeights (&weights)[Gates]) {
#pragma GCC unroll 4
        for (std::size_t g = 0; g < Gates; ++g) {
            const float* const from = weights[g].first + input * weights[g].stride;
#pragma GCC unroll 4
            for (std::size_t b = 0; b < Blocks; ++b) {
                __m256& sum = sums[part][g][b];
                sum = _mm256_fmadd_ps(x, Floats::load(from + 8 * b), sum);
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
    const float* const bias = recurrent + Units * columns;
    GateSums<3, Blocks> sums;
#pragma GCC unroll 3
    for (std::size_t g = 0; g < 3; ++g) sums.start(g, bias + g * Units);
    const auto from_x = [=](std::size_t g) { return GateWeights{kernel + g * Units, columns}; };
    const auto from_hidden = [=](std::size_t g) { return GateWeights{recurrent + g * Units, columns}; };
    sums.template add<Inputs>(x, {from_x(0), from_x(1), from_x(2)});
    sums.template add<Units>(hidden, {from_hidden(0), from_hidden(1), from_hidden(2)});
    const auto i_sum = sums.total(0), f_sum = sums.total(1), c_sum = sums.total(2);
    GateSums<1, Blocks> last;
    last.start(0, bias + 3 * Units);
    last.template add<Inputs>(x, {from_x(3)});
    last.template add<Units>(hidden, {from_hidden(3)});
    const auto o_sum = last.total(0);

    const auto i = for_each_block<Blocks>([&](auto b) { return sigmoid(i_sum.blocks[b]); });
    const auto c = for_each_block<Blocks>([&](auto b) { return tanh(c_sum.blocks[b]); });
    const auto now = for_each_block<Blocks>([&](auto b) {
        float* const at = cell + unit + 8 * b;
        const __m256 kept = times_sigmoid(Floats::load(at), f_sum.blocks[b]);
        const __m256 sum = _mm256_fmadd_ps(i.blocks[b], c.blocks[b], kept);
        Floats::store(at, sum);
        return sum;
    });
    const auto o = for_each_block<Blocks>([&](auto b) { return sigmoid(o_sum.blocks[b]); });
    for_each_block<Blocks>([&](auto b) {
        const __m256 result = _mm256_mul_ps(o.blocks[b], tanh(now.blocks[b]));
        Floats::store(next + unit + 8 * b, result);
        return result;
    });
}

/// The new state of Blocks * 8 units from `unit` on. Of the gates z, r and c, the candidate c sees the
/// inputs; what it sees of the state is a sum of its own, which r scales.
template <std::size_t Blocks, std::size_t Inputs, std::size_t Units>
[[gnu::always_inline]] inline void gru_units(const float* weights, const float* x, const float* state,
                                             float* next, std::size_t unit) {
    const float *const kernel = weights + unit, *const recurrent = kernel + Inputs * 3 * Units;
    const float* const candidate = recurrent + Units * 2 * Units;
    const float* const bias = candidate + Units * Units;
    GateSums<3, Blocks> sums;
#pragma GCC unroll 3
    for (std::size_t g = 0; g < 3; ++g) sums.start(g, bias + g * Units);
    sums.template add<Inputs>(
        x, {{kernel, 3 * Units}, {kernel + Units, 3 * Units}, {kernel + 2 * Units, 3 * Units}});
    const auto c_of_x = sums.total(2);
    sums.start(2, bias + 3 * Units);
    sums.template add<Units>(state,
                             {{recurrent, 2 * Units}, {recurrent + Units, 2 * Units}, {candidate, Units}});
    const auto z_sum = sums.total(0), r_sum = sums.total(1), memory = sums.total(2);

    const auto c_sum = for_each_block<Blocks>([&](auto b) {
        return _mm256_add_ps(c_of_x.blocks[b], times_sigmoid(memory.blocks[b], r_sum.blocks[b]));
    });
    const auto z = for_each_block<Blocks>([&](auto b) { return sigmoid(z_sum.blocks[b]); });
    const auto c = for_each_block<Blocks>([&](auto b) { return tanh(c_sum.blocks[b]); });
    for_each_block<Blocks>([&](auto b) {
        const __m256 from_c = _mm256_sub_ps(Floats::load(state + unit + 8 * b), c.blocks[b]);
        const __m256 result = _mm256_fmadd_ps(z.blocks[b], from_c, c.blocks[b]);
        Floats::store(next + unit + 8 * b, result);
        return result;
    });
}

/// Calls compute.operator()<Blocks>(next, unit) for all units, whose new values go to next + unit. The last
/// ones may replace at once what all have read by then.
template <std::size_t Units, class Compute>
[[gnu::always_inline]] inline void replace_state(float* state, Compute compute) {
    constexpr std::size_t last = (Units - 1) / 32 * 32;
    float next[last + 1];
    if constexpr (last > 0) {
        for (std::size_t unit = 0; unit < last; unit += 32) compute.template operator()<4>(next, unit);
    }
    compute.template operator()<(Units - last) / 8>(state, last);
    // By whole registers: the next step reads them so, and would wait for smaller stores to reach the cache.
    for (std::size_t unit = 0; unit < last; unit += 8) Floats::store(state + unit, Floats::load(next + unit));
}

}  // namespace avx2

template <std::derived_from<isa::Avx2> Isa, std::size_t Inputs, std::size_t Units>
requires(Units % 8 == 0) void lstm_step(Isa, const float* weights, const float* x, float* hidden, float* cell,
                                        RecurrentShape<Inputs, Units>) {
    avx2::replace_state<Units>(hidden, [=]<std::size_t Blocks>(float* next, std::size_t unit) {
        avx2::lstm_units<Blocks, Inputs, Units>(weights, x, hidden, cell, next, unit);
    });
}

template <std::derived_from<isa::Avx2> Isa, std::size_t Inputs, std::size_t Units>
requires(Units % 8 == 0) void gru_step(Isa, const float* weights, const float* x, float* state,
                                       RecurrentShape<Inputs, Units>) {
    avx2::replace_state<Units>(state, [=]<std::size_t Blocks>(float* next, std::size_t unit) {
        avx2::gru_units<Blocks, Inputs, Units>(weights, x, state, next, unit);
    });
}

}  // namespace mote::kernels::impl

#endif
