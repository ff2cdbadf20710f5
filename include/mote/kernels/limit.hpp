// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/kernels.hpp"

/// The ceilings for kernels, for benchmarks only: multiply-adds in registers, nothing loaded; exact ones of
/// bytes, and of floats.
namespace mote::kernels {

namespace impl {

inline std::int32_t multiply_adds(isa::Portable, std::size_t rounds) {
    std::int32_t sums[8] = {};
    std::int32_t x = 3;
    for (std::size_t i = 0; i < rounds; ++i) {
        for (auto& sum : sums) {
            asm volatile("" : "+r"(x));
            sum += x * x;
        }
    }
    return sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
}
constexpr std::size_t multiply_adds_per_round(isa::Portable) {
    return 8;
}

#if defined(__AVX2__) && defined(__FMA__)
/// Written out, because g++ finds too few registers for it.
inline std::int32_t multiply_adds(isa::Avx2, std::size_t rounds) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    const __m256i x = _mm256_set1_epi16(3);
    const auto step = [x](__m256i& sum) {
        __m256i products;
        asm volatile("vpmaddwd %2, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(x));
    };
    for (std::size_t i = 0; i < rounds; ++i) {
        step(a), step(b), step(c), step(d), step(e), step(f), step(g), step(h);
    }
    const __m256i left = _mm256_add_epi32(_mm256_add_epi32(a, b), _mm256_add_epi32(c, d));
    const __m256i right = _mm256_add_epi32(_mm256_add_epi32(e, f), _mm256_add_epi32(g, h));
    return avx2::total(_mm256_add_epi32(left, right));
}
constexpr std::size_t multiply_adds_per_round(isa::Avx2) {
    return 8 * 16;
}
#endif

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)
inline std::int32_t multiply_adds(isa::Avx512Vnni, std::size_t rounds) {
    __m512i sums[8] = {};
    __m512i x = _mm512_set1_epi8(3);
    for (std::size_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 8
        for (__m512i& sum : sums) {
            asm volatile("" : "+v"(x));
            sum = _mm512_dpbusd_epi32(sum, x, x);
        }
    }
    __m512i all = sums[0];
    for (std::size_t k = 1; k < 8; ++k) all = _mm512_add_epi32(all, sums[k]);
    return avx2::total(_mm256_add_epi32(avx512::half<0>(all), avx512::half<1>(all)));
}
constexpr std::size_t multiply_adds_per_round(isa::Avx512Vnni) {
    return 8 * 64;
}
#endif

inline float float_multiply_adds(isa::Portable, std::size_t rounds) {
    float sums[8] = {};
    float x = 0.5f;
    for (std::size_t i = 0; i < rounds; ++i) {
        for (auto& sum : sums) {
            asm volatile("" : "+m"(x));
            sum += x * x;
        }
    }
    return sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
}
constexpr std::size_t float_multiply_adds_per_round(isa::Portable) {
    return 8;
}

#if defined(__AVX2__) && defined(__FMA__)
/// Ten chains hide the latency of a multiply-add on all processors so far.
inline float float_multiply_adds(isa::Avx2, std::size_t rounds) {
    __m256 sums[10] = {};
    __m256 x = _mm256_set1_ps(0.5f);
    for (std::size_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 10
        for (__m256& sum : sums) {
            asm volatile("" : "+x"(x));
            sum = _mm256_fmadd_ps(x, x, sum);
        }
    }
    __m256 all = sums[0];
    for (std::size_t k = 1; k < 10; ++k) all = _mm256_add_ps(all, sums[k]);
    return avx2::Floats::total(all);
}
constexpr std::size_t float_multiply_adds_per_round(isa::Avx2) {
    return 10 * 8;
}
#endif

}  // namespace impl

inline constexpr std::size_t limit_rounds = 1000;
template <class Isa>
inline constexpr std::size_t multiply_adds_of_limit = limit_rounds* impl::multiply_adds_per_round(Isa{});
template <class Isa>
std::int32_t multiply_add_limit() {
    return impl::multiply_adds(Isa{}, limit_rounds);
}

template <class Isa>
inline constexpr std::size_t float_multiply_adds_of_limit =
    limit_rounds* impl::float_multiply_adds_per_round(Isa{});
template <class Isa>
float float_multiply_add_limit() {
    return impl::float_multiply_adds(Isa{}, limit_rounds);
}

}  // namespace mote::kernels
