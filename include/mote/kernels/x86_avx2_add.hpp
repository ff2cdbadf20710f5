// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include "mote/kernels/x86_avx2_conv.hpp"

/// The sum of two images of bytes for AVX2: 32 elements at a time, by the convolutions' output stage.
namespace mote::kernels::impl {

namespace avx2 {

/// The same factor for eight numbers.
inline Stage uniform_stage(std::int32_t multiplier, std::int8_t shift) {
    return Stage({_mm256_set1_epi32(multiplier), _mm256_set1_epi32(shift)});
}

struct ScaledSummand {
    Stage stage;
    __m256i zero_point;

    explicit ScaledSummand(const QuantizedAdd::Summand& summand)
        : stage(uniform_stage(summand.multiplier, summand.shift)),
          zero_point(_mm256_set1_epi32(summand.zero_point)) {}
    [[gnu::always_inline]] __m256i operator()(const std::int8_t* x) const {
        const auto* bytes = reinterpret_cast<const __m128i*>(x);
        const __m256i wide = _mm256_sub_epi32(_mm256_cvtepi8_epi32(_mm_loadl_epi64(bytes)), zero_point);
        return stage.rescale(_mm256_slli_epi32(wide, 20));
    }
};

}  // namespace avx2

inline void add(isa::Avx2, const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                std::int8_t* y, std::size_t n) {
    const avx2::ScaledSummand left(layer.summands[0]), right(layer.summands[1]);
    const avx2::Stage stage = avx2::uniform_stage(layer.output.multiplier[0], layer.output.shift[0]);
    const avx2::Range range(view(layer.output));
    std::size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        const auto eight = [&](std::size_t at) {
            return stage.rescale(_mm256_add_epi32(left(a + at), right(b + at)));
        };
        const __m256i bytes = range.bytes(eight(i), eight(i + 8), eight(i + 16), eight(i + 24));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + i), bytes);
    }
    reference::add(layer, a + i, b + i, y + i, n - i);
}

}  // namespace mote::kernels::impl

#endif
