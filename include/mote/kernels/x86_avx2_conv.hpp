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
#include "mote/kernels/x86_avx2_integers.hpp"

/// The int8 layers for AVX2: inputs and weights are widened to 16 bits, and VPMADDWD adds the products of
/// two taps to the sums of eight filters.
namespace mote::kernels::impl {

namespace avx2 {

/// The multipliers and shifts of eight filters, prepared once for all pixels.
struct Stage {
    __m256i multiplier, odd_multiplier, left, right, mask, threshold;

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

/// The output's zero point and range, the same for all filters.
struct Range {
    __m256i zero_point, lowest, highest;

    explicit Range(const StageView& stage)
        : zero_point(_mm256_set1_epi16(static_cast<std::int16_t>(stage.zero_point))),
          lowest(_mm256_set1_epi8(static_cast<char>(stage.lowest))),
          highest(_mm256_set1_epi8(static_cast<char>(stage.highest))) {}

    /// The bytes of four times eight sums, in their order. What saturates on the way is beyond the clamp
    /// anyway. Packing works in halves of a register, which the permutation mends.
    [[nodiscard]] __m256i bytes(__m256i a, __m256i b, __m256i c, __m256i d) const {
        const __m256i first = _mm256_adds_epi16(_mm256_packs_epi32(a, b), zero_point);
        const __m256i second = _mm256_adds_epi16(_mm256_packs_epi32(c, d), zero_point);
        const __m256i packed = _mm256_packs_epi16(first, second);
        const __m256i clamped = _mm256_min_epi8(_mm256_max_epi8(packed, lowest), highest);
        return _mm256_permutevar8x32_epi32(clamped, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    }
};

/// Copies the first `count` of Width bytes, in as few steps as the count has bits.
template <std::size_t Width>
[[gnu::always_inline]] inline void copy_first(std::int8_t* to, const std::int8_t* from, std::size_t count) {
#pragma GCC unroll 6
    for (std::size_t step = Width; step > 0; step /= 2) {
        if (count < step) continue;
        std::memcpy(to, from, step);
        to += step, from += step, count -= step;
    }
}

/// Stores the outputs of Pixels windows for Blocks * 8 filters, of which the layer has `count` left.
template <std::size_t Pixels, std::size_t Blocks>
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
                                             const Range& range, const Stage (&stages)[Blocks],
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
    store_outputs(range, stages, sums, y + block * 8, walk.filters, walk.filters - block * 8);
}

template <std::size_t Blocks>
[[gnu::always_inline]] inline void conv_blocks(const blocked::Walk& walk, const blocked::ConvView& conv,
                                               const Range& range, const Stage (&stages)[Blocks],
                                               const std::int16_t* canvas, std::size_t block,
                                               std::int8_t* y) {
    blocked::Windows<std::int16_t> windows{canvas};
    std::size_t left = walk.pixels;
    for (; left >= 4; left -= 4, y += 4 * walk.filters)
        conv_tile<4>(walk, conv, range, stages, windows, block, y);
    for (; left > 0; --left, y += walk.filters) conv_tile<1>(walk, conv, range, stages, windows, block, y);
}

[[gnu::noinline]] inline void conv(const blocked::Walk& walk, const blocked::ConvView& view,
                                   const std::int16_t* canvas, std::int8_t* y) {
    const Range range(view.output);
    const std::size_t blocks = (walk.filters + 7) / 8;
    std::size_t block = 0;
    for (; block + 2 <= blocks; block += 2) {
        const Stage stages[] = {{view.output, block * 8}, {view.output, block * 8 + 8}};
        conv_blocks(walk, view, range, stages, canvas, block, y);
    }
    if (block < blocks) {
        const Stage stages[] = {{view.output, block * 8}};
        conv_blocks(walk, view, range, stages, canvas, block, y);
    }
}

template <ConvGeometry G>
using PackedConv = blocked::PackedConv<G, 8, 2, std::int16_t, 0>;

}  // namespace avx2

inline void requantize(isa::Avx2, const std::int32_t* accumulators, const StageView& view, std::int8_t* y,
                       std::size_t n) {
    const avx2::Range range(view);
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const avx2::Stage stages[] = {{view, i}};
        const __m256i sums[][1] = {{_mm256_loadu_si256(reinterpret_cast<const __m256i*>(accumulators + i))}};
        avx2::store_outputs(range, stages, sums, y + i, 8, 8);
    }
    for (; i < n; ++i) y[i] = reference::requantize(accumulators[i], view, i);
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
