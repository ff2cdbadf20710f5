// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/x86_avx2_integers.hpp"

/// The primitives over 16-bit numbers for AVX2, summed exactly in 64 bits.
namespace mote::kernels::impl {

/// Products are summed in pairs in 32 bits, which holds all but 2 * 32768^2; that one wraps to the lowest
/// number, the only way to get it, so its sign is taken as positive.
[[gnu::always_inline]] inline std::int64_t dot(isa::Avx2, const std::int16_t* x, const std::int16_t* y,
                                               std::size_t n) {
    const std::size_t whole = n - n % 16;
    const __m256i wrapped = _mm256_set1_epi32(INT32_MIN);
    const avx2::Chains sums = avx2::fold_integers(whole, 16, [=](__m256i sum, std::size_t i) {
        const __m256i pairs = _mm256_madd_epi16(avx2::load_integers(x + i), avx2::load_integers(y + i));
        const __m256i negative = _mm256_srai_epi32(pairs, 31);
        return avx2::add_eight(sum, pairs, _mm256_andnot_si256(_mm256_cmpeq_epi32(pairs, wrapped), negative));
    });
    return avx2::total_of_four(sums) + dot(isa::Portable{}, x + whole, y + whole, n % 16);
}

/// The squares of differences of 17 bits, which are unsigned numbers of 32.
[[gnu::always_inline]] inline std::int64_t squared_distance(isa::Avx2, const std::int16_t* x,
                                                            const std::int16_t* y, std::size_t n) {
    const std::size_t whole = n - n % 16;
    const __m256i zero = _mm256_setzero_si256();
    const avx2::Chains sums = avx2::fold_integers(whole, 16, [=](__m256i sum, std::size_t i) {
        const __m256i gap = avx2::gap_of_words(avx2::load_integers(x + i), avx2::load_integers(y + i));
        const __m256i lower = _mm256_mullo_epi16(gap, gap), upper = _mm256_mulhi_epu16(gap, gap);
        sum = avx2::add_eight(sum, _mm256_unpacklo_epi16(lower, upper), zero);
        return avx2::add_eight(sum, _mm256_unpackhi_epi16(lower, upper), zero);
    });
    return avx2::total_of_four(sums) + squared_distance(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int64_t abs_distance(isa::Avx2, const std::int16_t* x,
                                                        const std::int16_t* y, std::size_t n) {
    const std::size_t whole = n - n % 16;
    const __m256i zero = _mm256_setzero_si256();
    const avx2::Chains sums = avx2::fold_integers(whole, 16, [=](__m256i sum, std::size_t i) {
        const __m256i gap = avx2::gap_of_words(avx2::load_integers(x + i), avx2::load_integers(y + i));
        const __m256i pairs =
            _mm256_add_epi32(_mm256_blend_epi16(gap, zero, 0xaa), _mm256_srli_epi32(gap, 16));
        return avx2::add_eight(sum, pairs, zero);
    });
    return avx2::total_of_four(sums) + abs_distance(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int64_t sum(isa::Avx2, const std::int16_t* x, std::size_t n) {
    const std::size_t whole = n - n % 16;
    const avx2::Chains sums = avx2::fold_integers(whole, 16, [=](__m256i sum, std::size_t i) {
        const __m256i pairs = _mm256_madd_epi16(avx2::load_integers(x + i), _mm256_set1_epi16(1));
        return avx2::add_eight(sum, pairs, _mm256_srai_epi32(pairs, 31));
    });
    return avx2::total_of_four(sums) + sum(isa::Portable{}, x + whole, n % 16);
}

[[gnu::always_inline]] inline void axpy(isa::Avx2, std::int16_t a, const std::int16_t* x, std::int64_t* y,
                                        std::size_t n) {
    const __m256i factor = _mm256_set1_epi64x(a);
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const __m128i four = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x + i));
        const __m256i products = _mm256_mul_epi32(_mm256_cvtepi16_epi64(four), factor);
        const __m256i sums = _mm256_add_epi64(avx2::load_integers(y + i), products);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + i), sums);
    }
    axpy(isa::Portable{}, a, x + i, y + i, n - i);
}

}  // namespace mote::kernels::impl

#endif
