// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/x86_avx2_forests.hpp"

/// What forests ask, for AVX-512, where bits choose bytes.
namespace mote::kernels::impl {

inline void gather_bits(isa::Avx512Vnni, const std::uint64_t* planes, std::size_t n, std::size_t words,
                        std::uint8_t* numbers) {
    for (std::size_t w = 0; w < words; ++w) {
        __m512i sum = _mm512_setzero_si512();
        for (std::size_t b = 0; b < n; ++b) {
            const __m512i weight = _mm512_set1_epi8(static_cast<char>(1u << b));
            sum = _mm512_mask_add_epi8(sum, planes[b * words + w], sum, weight);
        }
        _mm512_storeu_si512(numbers + 64 * w, sum);
    }
}

}  // namespace mote::kernels::impl

#endif
