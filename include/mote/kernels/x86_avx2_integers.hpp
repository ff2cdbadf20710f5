// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable.hpp"

/// The integer vector primitives for AVX2, each exact. What fills no register is left to the portable loop.
namespace mote::kernels::impl {

namespace avx2 {

template <class T>
[[gnu::always_inline]] inline __m256i load_integers(const T* x) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
}

/// 16 bytes as 16-bit numbers.
[[gnu::always_inline]] inline __m256i widen(const std::int8_t* x) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x)));
}

[[gnu::always_inline]] inline std::int32_t total(__m256i v) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1)));
}

/// Two sums in the making, so that additions overlap; of eight or of four numbers each.
struct Chains {
    __m256i even = _mm256_setzero_si256(), odd = _mm256_setzero_si256();
};

[[gnu::always_inline]] inline std::int32_t total_of_eight(Chains sums) {
    return total(_mm256_add_epi32(sums.even, sums.odd));
}

[[gnu::always_inline]] inline std::int64_t total_of_four(Chains sums) {
    const __m256i v = _mm256_add_epi64(sums.even, sums.odd);
    const __m128i sum = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    return _mm_cvtsi128_si64(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum)));
}

/// Adds eight 32-bit numbers to four 64-bit sums; `upper` holds their upper halves, signs or zeros.
[[gnu::always_inline]] inline __m256i add_eight(__m256i sums, __m256i eight, __m256i upper) {
    sums = _mm256_add_epi64(sums, _mm256_unpacklo_epi32(eight, upper));
    return _mm256_add_epi64(sums, _mm256_unpackhi_epi32(eight, upper));
}

/// Differences as unsigned numbers of the same width, which hold them all.
[[gnu::always_inline]] inline __m256i gap_of_words(__m256i a, __m256i b) {
    return _mm256_sub_epi16(_mm256_max_epi16(a, b), _mm256_min_epi16(a, b));
}

/// Folds the first `whole` elements, `lanes` at a time, by add(sum, i).
template <class Add>
[[gnu::always_inline]] inline Chains fold_integers(std::size_t whole, std::size_t lanes, Add add) {
    Chains sums;
    std::size_t i = 0;
#pragma GCC unroll 2
    for (; i + 2 * lanes <= whole; i += 2 * lanes) {
        sums.even = add(sums.even, i);
        sums.odd = add(sums.odd, i + lanes);
    }
    if (i < whole) sums.even = add(sums.even, i);
    return sums;
}

struct Bytes {
    using Element = std::int8_t;
    static constexpr std::size_t lanes = 32;
    static __m256i all(std::int8_t x) { return _mm256_set1_epi8(x); }
    static __m256i larger(__m256i a, __m256i b) { return _mm256_max_epi8(a, b); }
    static __m256i equal(__m256i a, __m256i b) { return _mm256_cmpeq_epi8(a, b); }
};
struct Words {
    using Element = std::int16_t;
    static constexpr std::size_t lanes = 16;
    static __m256i all(std::int16_t x) { return _mm256_set1_epi16(x); }
    static __m256i larger(__m256i a, __m256i b) { return _mm256_max_epi16(a, b); }
    static __m256i equal(__m256i a, __m256i b) { return _mm256_cmpeq_epi16(a, b); }
};

/// The last register overlaps the one before it.
template <class V, class T = typename V::Element>
[[gnu::always_inline]] inline T max(const T* x, std::size_t n) {
    if (n < V::lanes) return impl::max(isa::Portable{}, x, n);
    __m256i best = load_integers(x + n - V::lanes);
    for (std::size_t i = 0; i + V::lanes <= n; i += V::lanes) best = V::larger(best, load_integers(x + i));
    best = V::larger(best, _mm256_permute4x64_epi64(best, 0x4e));
    best = V::larger(best, _mm256_shuffle_epi32(best, 0x4e));
    best = V::larger(best, _mm256_shuffle_epi32(best, 0xb1));
    alignas(32) T lanes[V::lanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), best);
    return impl::max(isa::Portable{}, lanes, 4 / sizeof(T));
}

/// Where the largest stands first.
template <class V, class T = typename V::Element>
[[gnu::always_inline]] inline std::size_t argmax(const T* x, std::size_t n) {
    if (n < V::lanes) return impl::argmax(isa::Portable{}, x, n);
    const T largest = max<V>(x, n);
    const __m256i wanted = V::all(largest);
    std::size_t i = 0;
    for (; i + V::lanes <= n; i += V::lanes) {
        const int found = _mm256_movemask_epi8(V::equal(load_integers(x + i), wanted));
        if (found != 0) {
            const int byte = std::countr_zero(static_cast<std::uint32_t>(found));
            return i + static_cast<std::size_t>(byte) / sizeof(T);
        }
    }
    while (x[i] != largest) ++i;
    return i;
}

/// 256 * |y| for every pair of x == -128 and y < 0, modulo 2^32.
[[gnu::noinline]] inline std::uint32_t lost_products(const std::int8_t* x, const std::int8_t* y,
                                                     std::size_t whole) {
    const __m256i zero = _mm256_setzero_si256(), lowest = _mm256_set1_epi8(-128);
    const Chains sums = fold_integers(whole, 32, [=](__m256i sum, std::size_t i) {
        const __m256i affected = _mm256_cmpeq_epi8(load_integers(x + i), lowest);
        const __m256i negative = _mm256_min_epi8(load_integers(y + i), zero);
        const __m256i magnitude = _mm256_sub_epi8(zero, _mm256_and_si256(negative, affected));
        return _mm256_add_epi64(sum, _mm256_sad_epu8(magnitude, zero));
    });
    return static_cast<std::uint32_t>(total_of_four(sums)) * 256;
}

/// Bytes, 16 at a time, widened to 16 bits: eight operations for 32 products.
[[gnu::always_inline]] inline std::int32_t dot_widened(const std::int8_t* x, const std::int8_t* y,
                                                       std::size_t whole) {
    return total_of_eight(fold_integers(whole, 16, [=](__m256i sum, std::size_t i) {
        return _mm256_add_epi32(sum, _mm256_madd_epi16(widen(x + i), widen(y + i)));
    }));
}

/// Bytes, 32 at a time, by VPMADDUBSW, which multiplies unsigned bytes by signed ones, here |y| by x with
/// the sign of y: six operations for 32 products. Pairs of products fit 16 bits, for -128 has no opposite
/// and keeps its sign; where that is wrong, a second pass makes up for it. So the first operand is best
/// the one without -128: weights.
[[gnu::always_inline]] inline std::int32_t dot_by_sign(const std::int8_t* x, const std::int8_t* y,
                                                       std::size_t whole) {
    __m256i lowest = _mm256_setzero_si256();
    const Chains sums = fold_integers(whole, 32, [=, &lowest](__m256i sum, std::size_t i) {
        __m256i a = load_integers(x + i), b = load_integers(y + i);
        asm("" : "+x"(a), "+x"(b));  // or g++ loads each once for every use
        lowest = _mm256_min_epi8(lowest, a);
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(b), _mm256_sign_epi8(a, b));
        return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    });
    const bool affected = _mm256_movemask_epi8(_mm256_cmpeq_epi8(lowest, _mm256_set1_epi8(-128))) != 0;
    const auto kept = static_cast<std::uint32_t>(total_of_eight(sums));
    return static_cast<std::int32_t>(kept + (affected ? lost_products(x, y, whole) : 0));
}

}  // namespace avx2

/// Looking for -128 pays from a few hundred products on.
[[gnu::always_inline]] inline std::int32_t dot(isa::Avx2, const std::int8_t* x, const std::int8_t* y,
                                               std::size_t n) {
    const std::size_t by_sign = n < 256 ? 0 : n - n % 32, whole = n - n % 16;
    std::int32_t total = avx2::dot_widened(x + by_sign, y + by_sign, whole - by_sign);
    if (by_sign > 0) total += avx2::dot_by_sign(x, y, by_sign);
    return total + dot(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int32_t squared_distance(isa::Avx2, const std::int8_t* x,
                                                            const std::int8_t* y, std::size_t n) {
    const std::size_t whole = n - n % 16;
    const avx2::Chains sums = avx2::fold_integers(whole, 16, [=](__m256i sum, std::size_t i) {
        const __m256i gap = _mm256_sub_epi16(avx2::widen(x + i), avx2::widen(y + i));
        return _mm256_add_epi32(sum, _mm256_madd_epi16(gap, gap));
    });
    return avx2::total_of_eight(sums) + squared_distance(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int32_t abs_distance(isa::Avx2, const std::int8_t* x, const std::int8_t* y,
                                                        std::size_t n) {
    const std::size_t whole = n - n % 32;
    const __m256i offset = _mm256_set1_epi8(-128);
    const avx2::Chains sums = avx2::fold_integers(whole, 32, [=](__m256i sum, std::size_t i) {
        const __m256i a = _mm256_xor_si256(avx2::load_integers(x + i), offset);
        const __m256i b = _mm256_xor_si256(avx2::load_integers(y + i), offset);
        return _mm256_add_epi64(sum, _mm256_sad_epu8(a, b));
    });
    return static_cast<std::int32_t>(avx2::total_of_four(sums)) +
           abs_distance(isa::Portable{}, x + whole, y + whole, n % 32);
}

/// sum of x + 128, less 128 each
[[gnu::always_inline]] inline std::int32_t sum(isa::Avx2, const std::int8_t* x, std::size_t n) {
    const std::size_t whole = n - n % 32;
    const __m256i offset = _mm256_set1_epi8(-128);
    const avx2::Chains sums = avx2::fold_integers(whole, 32, [=](__m256i sum, std::size_t i) {
        const __m256i bytes = _mm256_xor_si256(avx2::load_integers(x + i), offset);
        return _mm256_add_epi64(sum, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
    });
    return static_cast<std::int32_t>(avx2::total_of_four(sums) - 128 * static_cast<std::int64_t>(whole)) +
           sum(isa::Portable{}, x + whole, n % 32);
}

[[gnu::always_inline]] inline void axpy(isa::Avx2, std::int8_t a, const std::int8_t* x, std::int32_t* y,
                                        std::size_t n) {
    const __m256i factor = _mm256_set1_epi16(a);
    const auto add = [](std::int32_t* to, __m128i products) {
        const __m256i sum = _mm256_add_epi32(avx2::load_integers(to), _mm256_cvtepi16_epi32(products));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sum);
    };
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m256i products = _mm256_mullo_epi16(avx2::widen(x + i), factor);
        add(y + i, _mm256_castsi256_si128(products));
        add(y + i + 8, _mm256_extracti128_si256(products, 1));
    }
    axpy(isa::Portable{}, a, x + i, y + i, n - i);
}

[[gnu::always_inline]] inline std::int8_t max(isa::Avx2, const std::int8_t* x, std::size_t n) {
    return avx2::max<avx2::Bytes>(x, n);
}
[[gnu::always_inline]] inline std::int16_t max(isa::Avx2, const std::int16_t* x, std::size_t n) {
    return avx2::max<avx2::Words>(x, n);
}
[[gnu::always_inline]] inline std::size_t argmax(isa::Avx2, const std::int8_t* x, std::size_t n) {
    return avx2::argmax<avx2::Bytes>(x, n);
}
[[gnu::always_inline]] inline std::size_t argmax(isa::Avx2, const std::int16_t* x, std::size_t n) {
    return avx2::argmax<avx2::Words>(x, n);
}

}  // namespace mote::kernels::impl

#endif
