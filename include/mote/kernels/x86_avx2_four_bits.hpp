// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/four_bits.hpp"
#include "mote/kernels/x86_avx2_integers.hpp"

/// Weights of four bits with AVX2: a byte holds a weight of two filters, and MADDUBS wants one factor
/// unsigned, as they are stored.
namespace mote::kernels::impl {

namespace avx2 {

struct HalvedBytes {
    static constexpr std::size_t filters = 2, taps = 32;
    static constexpr std::size_t nibble(std::size_t filter, std::size_t tap) { return 2 * tap + filter; }

    static void products(const std::uint32_t* weights, const std::int8_t* inputs, std::size_t tiles,
                         std::size_t blocks, std::int32_t* sums) {
        const __m256i mask = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
        const auto add = [&](__m256i sum, __m256i nibbles, __m256i x) {
            return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(nibbles, x), ones));
        };
        for (; blocks > 0; --blocks, sums += filters) {
            __m256i low = _mm256_setzero_si256(), high = low;
            for (std::size_t tile = 0; tile < tiles; ++tile, weights += taps / 4) {
                const __m256i bytes = load_integers(weights), x = load_integers(inputs + tile * taps);
                low = add(low, _mm256_and_si256(bytes, mask), x);
                high = add(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask), x);
            }
            sums[0] += total(low);
            sums[1] += total(high);
        }
    }
};

}  // namespace avx2

template <ConvGeometry G>
constexpr auto pack(isa::Avx2, const FourBits<QuantizedConv<G>>& narrow) {
    return four_bits::PackedConv<G, avx2::HalvedBytes>(narrow.layer);
}

}  // namespace mote::kernels::impl

#endif
