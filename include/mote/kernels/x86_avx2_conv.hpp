// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/blocked.hpp"
#include "mote/kernels/x86_avx2.hpp"

/// The int8 layers for AVX2: inputs and weights are widened to 16 bits, and VPMADDWD adds the products of
/// two taps to the sums of eight filters.
namespace mote::kernels::impl {

namespace avx2 {

/// The output stage of eight filters, prepared once for all pixels.
struct Stage {
    __m256i multiplier, odd_multiplier, left, right, mask, threshold, lowest, highest, zero_point;

    Stage(const StageView& stage, std::size_t filter) {
        const auto* multipliers = reinterpret_cast<const __m256i*>(stage.multiplier + filter);
        const auto* shifts = reinterpret_cast<const __m128i*>(stage.shift + filter);
        const __m256i shift = _mm256_cvtepi8_epi32(_mm_loadl_epi64(shifts));
        const __m256i zero = _mm256_setzero_si256();
        const __m256i one = _mm256_set1_epi32(1);
        multiplier = _mm256_loadu_si256(multipliers);
        odd_multiplier = _mm256_srli_epi64(multiplier, 32);
        left = _mm256_max_epi32(shift, zero);
        right = _mm256_max_epi32(_mm256_sub_epi32(zero, shift), zero);
        mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
        threshold = _mm256_srli_epi32(mask, 1);
        lowest = _mm256_set1_epi32(stage.lowest - stage.zero_point);
        highest = _mm256_set1_epi32(stage.highest - stage.zero_point);
        zero_point = _mm256_set1_epi32(stage.zero_point);
    }

    /// MultiplyByQuantizedMultiplier; see reference::rescale for (1) and (2).
    [[nodiscard]] __m256i rescale(__m256i x) const {
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

    /// Eight output bytes, in the low half.
    [[nodiscard]] __m128i bytes(__m256i sums) const {
        const __m256i clamped = _mm256_min_epi32(_mm256_max_epi32(rescale(sums), lowest), highest);
        const __m256i y = _mm256_add_epi32(clamped, zero_point);
        const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
        return _mm_packs_epi16(words, words);
    }
};

[[gnu::always_inline]] inline void store_bytes(std::int8_t* y, __m128i bytes, std::size_t count) {
    const auto all = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
    if (count >= 8) {
        std::memcpy(y, &all, 8);
    } else {
        std::memcpy(y, &all, count);
    }
}

inline void widen_row(const std::int8_t* x, std::size_t n, std::int16_t* to) {
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), widen(x + i));
    if (i + 8 <= n) {
        const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x + i));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm_cvtepi8_epi16(eight));
        i += 8;
    }
    for (; i < n; ++i) to[i] = x[i];
}

[[gnu::noinline]] inline void paint(const blocked::Canvas& canvas, const std::int8_t* x,
                                    std::size_t image_width, std::int16_t zero_point, std::int16_t* to) {
    blocked::paint(canvas, x, image_width, zero_point, to, widen_row);
}

/// Two taps of a canvas for all eight filters.
[[gnu::always_inline]] inline __m256i broadcast_pair(const std::int16_t* x) {
    std::int32_t pair;
    std::memcpy(&pair, x, sizeof pair);
    return _mm256_set1_epi32(pair);
}

/// Adds the products of every tap in Pixels windows to the sums of Blocks * 8 filters.
template <std::size_t Pixels, std::size_t Blocks>
[[gnu::always_inline]] inline void accumulate(const blocked::Walk& walk, const std::int8_t* weights,
                                              const std::int16_t* const (&windows)[Pixels],
                                              __m256i (&sums)[Pixels][Blocks]) {
    const std::size_t block_bytes = walk.runs_y * walk.runs_x * walk.groups * 16;
    for (std::size_t ky = 0; ky < walk.runs_y; ++ky) {
        for (std::size_t kx = 0; kx < walk.runs_x; ++kx) {
            const std::size_t run = ky * walk.step_y + kx * walk.step_x;
            for (std::size_t g = 0; g < walk.groups; ++g, weights += 16) {
                __m256i w[Blocks];
#pragma GCC unroll 4
                for (std::size_t b = 0; b < Blocks; ++b) w[b] = widen(weights + b * block_bytes);
#pragma GCC unroll 4
                for (std::size_t p = 0; p < Pixels; ++p) {
                    const __m256i x = broadcast_pair(windows[p] + run + 2 * g);
#pragma GCC unroll 4
                    for (std::size_t b = 0; b < Blocks; ++b) {
                        sums[p][b] = _mm256_add_epi32(sums[p][b], _mm256_madd_epi16(x, w[b]));
                    }
                }
            }
        }
    }
}

/// The outputs of Pixels windows for Blocks * 8 filters from `block` on.
template <std::size_t Pixels, std::size_t Blocks>
[[gnu::always_inline]] inline void conv_tile(const blocked::Walk& walk, const blocked::ConvView& conv,
                                             const Stage (&stages)[Blocks],
                                             blocked::Windows<std::int16_t>& next, std::size_t block,
                                             std::int8_t* y) {
    const std::int16_t* windows[Pixels];
    __m256i sums[Pixels][Blocks];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        windows[p] = next.next(walk);
#pragma GCC unroll 4
        for (std::size_t b = 0; b < Blocks; ++b) {
            sums[p][b] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(conv.bias + (block + b) * 8));
        }
    }
    accumulate(walk, conv.weights + block * walk.runs_y * walk.runs_x * walk.groups * 16, windows, sums);
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
#pragma GCC unroll 4
        for (std::size_t b = 0; b < Blocks; ++b) {
            const std::size_t filter = (block + b) * 8;
            store_bytes(y + p * walk.filters + filter, stages[b].bytes(sums[p][b]), walk.filters - filter);
        }
    }
}

template <std::size_t Blocks>
[[gnu::always_inline]] inline void conv_blocks(const blocked::Walk& walk, const blocked::ConvView& conv,
                                               const Stage (&stages)[Blocks], const std::int16_t* canvas,
                                               std::size_t block, std::int8_t* y) {
    blocked::Windows<std::int16_t> windows{canvas};
    std::size_t left = walk.pixels;
    for (; left >= 4; left -= 4, y += 4 * walk.filters) conv_tile<4>(walk, conv, stages, windows, block, y);
    for (; left > 0; --left, y += walk.filters) conv_tile<1>(walk, conv, stages, windows, block, y);
}

[[gnu::noinline]] inline void conv(const blocked::Walk& walk, const blocked::ConvView& view,
                                   const std::int16_t* canvas, std::int8_t* y) {
    const std::size_t blocks = (walk.filters + 7) / 8;
    std::size_t block = 0;
    for (; block + 2 <= blocks; block += 2) {
        const Stage stages[] = {{view.output, block * 8}, {view.output, block * 8 + 8}};
        conv_blocks(walk, view, stages, canvas, block, y);
    }
    if (block < blocks) {
        const Stage stages[] = {{view.output, block * 8}};
        conv_blocks(walk, view, stages, canvas, block, y);
    }
}

template <ConvGeometry G>
using PackedConv = blocked::PackedConv<G, 8, 2, std::int16_t, 0>;

}  // namespace avx2

inline void requantize(isa::Avx2, const std::int32_t* accumulators, const StageView& stage, std::int8_t* y,
                       std::size_t n) {
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256i sums = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(accumulators + i));
        avx2::store_bytes(y + i, avx2::Stage(stage, i).bytes(sums), 8);
    }
    for (; i < n; ++i) y[i] = reference::requantize(accumulators[i], stage, i);
}

template <ConvGeometry G>
constexpr auto pack(isa::Avx2, const QuantizedConv<G>& layer) {
    return avx2::PackedConv<G>(layer);
}

template <ConvGeometry G>
void run(isa::Avx2, const avx2::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = avx2::PackedConv<G>;
    auto* canvas = reinterpret_cast<std::int16_t*>(scratch);
    avx2::paint(Packed::canvas, x, G.width, packed.input_zero_point, canvas);
    avx2::conv(Packed::walk, blocked::view(packed), canvas, y);
}

}  // namespace mote::kernels::impl

#endif
