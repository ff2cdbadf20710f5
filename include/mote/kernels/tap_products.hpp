// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>

#include "mote/kernels/kernels.hpp"

/// The products of one window of a depthwise layer, for the instruction sets that have them as one kernel.
namespace mote::kernels {

/// Where the weights of the taps inside the image lie, and the inputs that they scale.
template <class T, std::size_t Most>
struct Taps {
    std::array<const T*, Most> weights, inputs;
    std::size_t count = 0;

    constexpr void add(const T* tap_weights, const T* tap_inputs) {
        weights[count] = tap_weights;
        inputs[count] = tap_inputs;
        ++count;
    }
};

namespace impl {

#if defined(__AVX2__) && defined(__FMA__)
namespace avx2 {

/// Blocks registers of outputs from k on, which stay in registers over all taps.
template <std::size_t Blocks, class Taps>
[[gnu::always_inline]] inline void tap_products(const Taps& taps, const float* bias, float* y,
                                                std::size_t k) {
    __m256 sums[Blocks];
#pragma GCC unroll 4
    for (std::size_t b = 0; b < Blocks; ++b) sums[b] = Floats::load(bias + k + 8 * b);
    for (std::size_t t = 0; t < taps.count; ++t) {
        const float *const weights = taps.weights[t] + k, *const inputs = taps.inputs[t] + k;
#pragma GCC unroll 4
        for (std::size_t b = 0; b < Blocks; ++b) {
            sums[b] = _mm256_fmadd_ps(Floats::load(weights + 8 * b), Floats::load(inputs + 8 * b), sums[b]);
        }
    }
#pragma GCC unroll 4
    for (std::size_t b = 0; b < Blocks; ++b) Floats::store(y + k + 8 * b, sums[b]);
}

}  // namespace avx2

template <std::derived_from<isa::Avx2> Isa, std::size_t Most>
void tap_products(Isa, const Taps<float, Most>& taps, const float* bias, float* y, std::size_t n) {
    std::size_t k = 0;
    for (; k + 32 <= n; k += 32) avx2::tap_products<4>(taps, bias, y, k);
    for (; k + 8 <= n; k += 8) avx2::tap_products<1>(taps, bias, y, k);
    for (; k < n; ++k) {
        y[k] = bias[k];
        for (std::size_t t = 0; t < taps.count; ++t) y[k] += taps.weights[t][k] * taps.inputs[t][k];
    }
}
#endif

template <class Isa, class... Arguments>
void tap_products(Isa, Arguments...) = delete;

}  // namespace impl

template <class Isa, class T>
inline constexpr bool has_tap_products = requires(const Taps<T, 1>& taps, const T* bias, T* y) {
    impl::tap_products(Isa{}, taps, bias, y, std::size_t{});
};

/// y[k] = bias[k] + sum over the taps of weights[k] * inputs[k]
template <class Isa, class T, std::size_t Most, std::size_t N>
requires(has_tap_products<Isa, T>) void tap_products(const Taps<T, Most>& taps, std::span<const T, N> bias,
                                                     std::span<T, N> y) {
    impl::tap_products(Isa{}, taps, bias.data(), y.data(), N);
}

}  // namespace mote::kernels
