// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_forests.hpp"
#include "mote/kernels/reference_forests.hpp"

/// What forests ask, for AVX2.
namespace mote::kernels::impl {

/// A conditional move, and one register beside those that stay: ten trees fit in those there are. Compilers
/// prefer a branch, half of them foretold wrongly.
[[gnu::always_inline]] inline std::size_t step(isa::Avx2, const Fork* forks, const std::int32_t* keys,
                                               std::size_t at) {
    static_assert(sizeof(Fork) == 8);
    std::size_t next = at, scratch;
    asm("movzwl 4(%[forks],%[next],8), %k[scratch]\n\t"
        "movl (%[keys],%[scratch],4), %k[scratch]\n\t"
        "cmpl (%[forks],%[next],8), %k[scratch]\n\t"
        "movzwl 6(%[forks],%[next],8), %k[scratch]\n\t"
        "leaq 1(%[next]), %[next]\n\t"
        "cmovg %[scratch], %[next]"
        : [next] "+r"(next), [scratch] "=&r"(scratch)
        : [forks] "r"(forks), [keys] "r"(keys), "m"(*reinterpret_cast<const Fork(*)[0x1'0000]>(forks)),
          "m"(*reinterpret_cast<const std::int32_t(*)[0x1'0000]>(keys))
        : "cc");
    return next;
}

[[gnu::always_inline]] inline void add_bytes(isa::Avx2, const std::uint8_t* x, std::uint32_t* y,
                                             std::size_t n) {
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256i bytes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x + i)));
        __m256i* sums = reinterpret_cast<__m256i*>(y + i);
        _mm256_storeu_si256(sums, _mm256_add_epi32(_mm256_loadu_si256(sums), bytes));
    }
    for (; i < n; ++i) y[i] += x[i];
}

namespace avx2 {

/// Eight rows, `stride` apart, become eight columns, `pitch` apart.
inline void transpose(const float* rows, std::size_t stride, float* columns, std::size_t pitch) {
    __m256 row[8], pairs[8];
    for (std::size_t i = 0; i < 8; ++i) row[i] = _mm256_loadu_ps(rows + i * stride);
    for (std::size_t i = 0; i < 8; i += 2) {
        pairs[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
        pairs[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
    for (std::size_t i = 0; i < 8; i += 4) {
        for (std::size_t j = 0; j < 2; ++j) {
            row[i + 2 * j] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], 0x44);
            row[i + 2 * j + 1] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], 0xee);
        }
    }
    for (std::size_t i = 0; i < 4; ++i) {
        _mm256_storeu_ps(columns + i * pitch, _mm256_permute2f128_ps(row[i], row[i + 4], 0x20));
        _mm256_storeu_ps(columns + (i + 4) * pitch, _mm256_permute2f128_ps(row[i], row[i + 4], 0x31));
    }
}

/// x > y. With AVX-512 compilers would make masks of the intrinsic, and bytes of these again.
[[gnu::always_inline]] inline __m256i greater(__m256i x, __m256i y) {
    __m256i result;
    asm("vpcmpgtd %[y], %[x], %[result]" : [result] "=x"(result) : [x] "x"(x), [y] "x"(y));
    return result;
}

/// 32 keys with all thresholds.
inline void exceed(const std::int32_t* keys, const std::int32_t* thresholds, std::size_t n,
                   std::size_t stride, std::uint8_t* masks) {
    __m256i key[4];  // in the order in which packing takes bytes from four registers
    for (std::size_t i = 0; i < 4; ++i) {
        key[i] = _mm256_loadu2_m128i(reinterpret_cast<const __m128i*>(keys + 4 * i + 16),
                                     reinterpret_cast<const __m128i*>(keys + 4 * i));
    }
    for (std::size_t t = 0; t < n; ++t, masks += stride) {
        const __m256i threshold = _mm256_set1_epi32(thresholds[t]);
        __m256i above[4];
        for (std::size_t i = 0; i < 4; ++i) above[i] = avx2::greater(key[i], threshold);
        const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(above[0], above[1]),
                                                 _mm256_packs_epi32(above[2], above[3]));
        const int mask = _mm256_movemask_epi8(bytes);
        std::memcpy(masks, &mask, sizeof mask);
    }
}

/// 32 numbers from one word of each plane.
inline void gather_bits(const std::uint8_t* planes, std::size_t n, std::size_t stride,
                        std::uint8_t* numbers) {
    const __m256i own_byte =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i own_bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
    __m256i sum = _mm256_setzero_si256(), weight = _mm256_set1_epi8(1);
    for (std::size_t b = 0; b < n; ++b, planes += stride) {
        int word;
        std::memcpy(&word, planes, sizeof word);
        const __m256i bits =
            _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(word), own_byte), own_bit);
        const __m256i set = _mm256_cmpeq_epi8(bits, own_bit);
        sum = _mm256_or_si256(sum, _mm256_and_si256(set, weight));
        weight = _mm256_add_epi8(weight, weight);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(numbers), sum);
}

}  // namespace avx2

template <std::size_t Features>
inline void columns(isa::Avx2, const std::array<float, Features>* rows, std::size_t n, std::size_t first,
                    std::size_t count, float* columns, std::size_t pitch) {
    std::size_t i = 0;
    for (; count == 8 && i + 8 <= n; i += 8) {
        avx2::transpose(rows[i].data() + first, Features, columns + i, pitch);
    }
    reference::columns(rows + i, n - i, first, count, columns + i, pitch);
}

inline void exceed(isa::Avx2, const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds,
                   std::size_t n, std::uint64_t* masks) {
    constexpr std::size_t few = 96;  // more are quicker searched than compared
    if (n > few) return exceed(isa::Portable{}, keys, words, thresholds, n, masks);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(masks);
    for (std::size_t half = 0; half < 2 * words; ++half) {
        avx2::exceed(keys + 32 * half, thresholds, n, 8 * words, bytes + 4 * half);
    }
}

inline void gather_bits(isa::Avx2, const std::uint64_t* planes, std::size_t n, std::size_t words,
                        std::uint8_t* numbers) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(planes);
    for (std::size_t half = 0; half < 2 * words; ++half) {
        avx2::gather_bits(bytes + 4 * half, n, 8 * words, numbers + 32 * half);
    }
}

}  // namespace mote::kernels::impl

#endif
