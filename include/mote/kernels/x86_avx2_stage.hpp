// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"
#include "mote/kernels/x86_avx2_integers.hpp"

/// What turns the sums of int8 layers into bytes, for AVX2.
namespace mote::kernels::impl::avx2 {

/// The multipliers and shifts of eight filters.
struct Factors {
    __m256i multiplier, shift;

    Factors(__m256i multipliers, __m256i shifts) : multiplier(multipliers), shift(shifts) {}
    Factors(const StageView& stage, std::size_t filter)
        : multiplier(load_integers(stage.multiplier + filter)),
          shift(
              _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(stage.shift + filter)))) {
    }
};

/// What eight filters make of their sums, prepared once for all pixels.
struct Stage {
    __m256i multiplier, odd_multiplier, left, right, mask, threshold;

    explicit Stage(const Factors& factors)
        : multiplier(factors.multiplier), odd_multiplier(_mm256_srli_epi64(factors.multiplier, 32)) {
        const __m256i shift = factors.shift;
        const __m256i zero = _mm256_setzero_si256();
        const __m256i one = _mm256_set1_epi32(1);
        left = _mm256_max_epi32(shift, zero);
        right = _mm256_max_epi32(_mm256_sub_epi32(zero, shift), zero);
        mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
        threshold = _mm256_srli_epi32(mask, 1);
    }

    /// MultiplyByQuantizedMultiplier; see reference::rescale for (1) and (2).
    [[nodiscard]] [[gnu::always_inline]] __m256i rescale(__m256i x) const {
        x = _mm256_sllv_epi32(x, left);
        const __m256i nudge = _mm256_set1_epi64x(std::int64_t{1} << 30);
        const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, multiplier), nudge);
        const __m256i odd =
            _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(x, 32), odd_multiplier), nudge);
        const __m256i high =
            _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xaa);  // (1)
        const __m256i limit = _mm256_sub_epi32(threshold, _mm256_srai_epi32(high, 31));
        const __m256i above = _mm256_cmpgt_epi32(_mm256_and_si256(high, mask), limit);
        return _mm256_sub_epi32(_mm256_srav_epi32(high, right), above);  // (2)
    }
};

/// The same where a ReLU follows: what is negative comes out as no more than zero, and what is not is rounded
/// once, by one shift of the product; see rectifies().
struct RectifiedStage {
    __m256i multiplier, odd_multiplier, nudge, odd_nudge, shift, odd_shift;

    explicit RectifiedStage(const Factors& factors)
        : multiplier(factors.multiplier), odd_multiplier(_mm256_srli_epi64(factors.multiplier, 32)) {
        const __m256i right = _mm256_abs_epi32(factors.shift);
        const __m256i even_right = _mm256_blend_epi32(right, _mm256_setzero_si256(), 0xaa);
        const __m256i odd_right = _mm256_srli_epi64(right, 32);
        const __m256i half = _mm256_set1_epi64x(std::int64_t{1} << 30);
        nudge = _mm256_add_epi64(half, _mm256_sllv_epi64(half, even_right));
        odd_nudge = _mm256_add_epi64(half, _mm256_sllv_epi64(half, odd_right));
        shift = _mm256_add_epi64(even_right, _mm256_set1_epi64x(31));
        odd_shift = _mm256_sub_epi64(odd_right, _mm256_set1_epi64x(1));  // stays in the upper half
    }

    [[nodiscard]] [[gnu::always_inline]] __m256i rescale(__m256i x) const {
        x = _mm256_max_epi32(x, _mm256_setzero_si256());
        const __m256i even = _mm256_add_epi64(_mm256_mul_epu32(x, multiplier), nudge);
        const __m256i odd =
            _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(x, 32), odd_multiplier), odd_nudge);
        return _mm256_blend_epi32(_mm256_srlv_epi64(even, shift), _mm256_srlv_epi64(odd, odd_shift), 0xaa);
    }
};

/// Whether RectifiedStage serves all filters: the output's range begins at the zero point or above, and every
/// factor is below a half.
inline bool rectifies(const StageView& stage, std::size_t filters) {
    return stage.lowest >= stage.zero_point &&
           std::all_of(stage.shift, stage.shift + filters, [](std::int8_t shift) { return shift < 0; });
}

/// The output's zero point and range, the same for all filters.
struct Range {
    __m256i zero_point, lowest, highest;
    __m256i order;  // where packing, which works in halves of a register, leaves each four bytes

    explicit Range(const StageView& stage, __m256i packed_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7))
        : zero_point(_mm256_set1_epi16(static_cast<std::int16_t>(stage.zero_point))),
          lowest(_mm256_set1_epi8(static_cast<char>(stage.lowest))),
          highest(_mm256_set1_epi8(static_cast<char>(stage.highest))),
          order(packed_order) {}

    /// The bytes of four times eight sums, in their order. What saturates on the way is beyond the clamp
    /// anyway.
    [[nodiscard]] [[gnu::always_inline]] __m256i bytes(__m256i a, __m256i b, __m256i c, __m256i d) const {
        const __m256i first = _mm256_adds_epi16(_mm256_packs_epi32(a, b), zero_point);
        const __m256i second = _mm256_adds_epi16(_mm256_packs_epi32(c, d), zero_point);
        const __m256i packed = _mm256_packs_epi16(first, second);
        const __m256i clamped = _mm256_min_epi8(_mm256_max_epi8(packed, lowest), highest);
        return _mm256_permutevar8x32_epi32(clamped, order);
    }
};

/// Copies the first `count` of Width bytes, in as few steps as the count has bits.
template <std::size_t Width>
[[gnu::always_inline]] inline void copy_first(std::int8_t* to, const std::int8_t* from, std::size_t count) {
    if (count == Width) {
        std::memcpy(to, from, Width);
        return;
    }
#pragma GCC unroll 6
    for (std::size_t step = Width / 2; step > 0; step /= 2) {
        if (count < step) continue;
        std::memcpy(to, from, step);
        to += step, from += step, count -= step;
    }
}

/// Stores the outputs of Pixels windows for Blocks * 8 filters, of which the layer has `count` left.
template <std::size_t Pixels, std::size_t Blocks, class Stage>
[[gnu::always_inline]] inline void store_outputs(const Range& range, const Stage (&stages)[Blocks],
                                                 const __m256i (&sums)[Pixels][Blocks], std::int8_t* y,
                                                 std::size_t filters, std::size_t count) {
    constexpr std::size_t width = 8 * Blocks, last = Pixels * Blocks - 1;
    count = std::min(count, width);
    alignas(32) std::int8_t bytes[(Pixels * width + 31) / 32 * 32];
    const auto rescaled = [&](std::size_t i) {
        i = std::min(i, last);
        return stages[i % Blocks].rescale(sums[i / Blocks][i % Blocks]);
    };
#pragma GCC unroll 4
    for (std::size_t i = 0; i <= last; i += 4) {
        const __m256i four = range.bytes(rescaled(i), rescaled(i + 1), rescaled(i + 2), rescaled(i + 3));
        _mm256_store_si256(reinterpret_cast<__m256i*>(bytes + 8 * i), four);
    }
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        copy_first<width>(y + p * filters, bytes + p * width, count);
    }
}

}  // namespace mote::kernels::impl::avx2

#endif
