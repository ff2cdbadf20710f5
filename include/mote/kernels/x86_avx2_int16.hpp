// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable_int16.hpp"
#include "mote/kernels/x86_avx2_integers.hpp"

/// The 16x8 layers for AVX2: sixteen weights are widened, and multiply sixteen inputs in pairs.
namespace mote::kernels::impl {

namespace avx2 {

struct Int16Products {
    template <std::size_t N>
    [[gnu::always_inline]] static std::array<std::int32_t, N> of(const std::int8_t* weights,
                                                                 std::size_t stride, const std::int16_t* x,
                                                                 std::size_t n) {
        __m256i lanes[N];
        for (__m256i& sum : lanes) sum = _mm256_setzero_si256();
        std::size_t i = 0;
        for (; i + 16 <= n; i += 16) {
            const __m256i inputs = load_integers(x + i);
            for (std::size_t f = 0; f < N; ++f) {
                const __m256i pairs = _mm256_madd_epi16(widen(weights + f * stride + i), inputs);
                lanes[f] = _mm256_add_epi32(lanes[f], pairs);
            }
        }
        std::array<std::int32_t, N> sums;
        for (std::size_t f = 0; f < N; ++f) sums[f] = total(lanes[f]);
        for (; i < n; ++i) {
            for (std::size_t f = 0; f < N; ++f) sums[f] += weights[f * stride + i] * x[i];
        }
        return sums;
    }
};

/// Sixteen channels of a depthwise layer.
struct Int16Channels {
    static constexpr std::size_t together = 16;

    [[gnu::always_inline]] static void of(const std::int8_t* weights, const std::int16_t* x, std::size_t taps,
                                          std::size_t filters, std::int32_t* sums) {
        __m256i first = _mm256_setzero_si256(), second = first;  // channels 0-3 and 8-11, 4-7 and 12-15
        for (; taps > 0; --taps, weights += filters, x += filters) {
            const __m256i w = widen(weights), values = load_integers(x);
            const __m256i low = _mm256_mullo_epi16(w, values), high = _mm256_mulhi_epi16(w, values);
            first = _mm256_add_epi32(first, _mm256_unpacklo_epi16(low, high));
            second = _mm256_add_epi32(second, _mm256_unpackhi_epi16(low, high));
        }
        auto* const to = reinterpret_cast<__m256i*>(sums);
        _mm256_storeu_si256(to, _mm256_permute2x128_si256(first, second, 0x20));
        _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(first, second, 0x31));
    }
};

}  // namespace avx2

template <class Layer, bool Dense>
void run(isa::Avx2, const int16::Packed<Layer, Dense>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    int16::run<int16::ByChannels<avx2::Int16Products, avx2::Int16Channels>>(packed, x, y, scratch);
}

}  // namespace mote::kernels::impl

#endif
