// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/x86_avx2_conv.hpp"

/// The int8 primitives for AVX-512 VNNI. VPDPBUSD adds four products of unsigned and signed bytes to a
/// 32-bit sum, exactly; inputs become unsigned by adding 128, which is taken off the sum or the bias again.
/// All else falls back to AVX2.
namespace mote::kernels::impl {

namespace avx512 {

constexpr std::int32_t offset = 128;

/// 64 bytes, zeros beyond `count`.
[[gnu::always_inline]] inline __m512i load(const void* x, std::size_t count = 64) {
    return _mm512_maskz_loadu_epi8(~__mmask64{0} >> (64 - count), x);
}

/// Masked because g++ 12 warns of an uninitialised value inside the plain intrinsics.
template <int Index>
[[gnu::always_inline]] inline __m256i half(__m512i v) {
    return _mm512_maskz_extracti64x4_epi64(0xf, v, Index);
}

template <ConvGeometry G>
using PackedConv = blocked::PackedConv<G, 16, 4, std::uint8_t, offset>;

/// n bytes plus the offset.
inline void shift_row(const std::int8_t* x, std::size_t n, std::uint8_t* to) {
    const __m512i sign = _mm512_set1_epi8(static_cast<char>(-128));
    for (std::size_t i = 0; i < n; i += 64) {
        const std::size_t count = std::min<std::size_t>(n - i, 64);
        const __m512i bytes = _mm512_xor_si512(load(x + i, count), sign);
        _mm512_mask_storeu_epi8(to + i, ~__mmask64{0} >> (64 - count), bytes);
    }
}

[[gnu::noinline]] inline void paint(const blocked::Canvas& canvas, const std::int8_t* x,
                                    std::size_t image_width, std::int8_t zero_point, std::uint8_t* to) {
    blocked::paint(canvas, x, image_width, static_cast<std::uint8_t>(zero_point + offset), to, shift_row);
}

[[gnu::always_inline]] inline __m512i broadcast_four(const std::uint8_t* x) {
    std::int32_t four;
    std::memcpy(&four, x, sizeof four);
    return _mm512_set1_epi32(four);
}

/// Adds the products of every tap in Pixels windows to the sums of Blocks * 16 filters.
template <std::size_t Pixels, std::size_t Blocks>
[[gnu::always_inline]] inline void accumulate(const blocked::Walk& walk, const std::int8_t* weights,
                                              const std::uint8_t* const (&windows)[Pixels],
                                              __m512i (&sums)[Pixels][Blocks]) {
    const std::size_t block_bytes = walk.runs_y * walk.runs_x * walk.groups * 64;
    for (std::size_t ky = 0; ky < walk.runs_y; ++ky) {
        for (std::size_t kx = 0; kx < walk.runs_x; ++kx) {
            const std::size_t run = ky * walk.step_y + kx * walk.step_x;
            for (std::size_t g = 0; g < walk.groups; ++g, weights += 64) {
                __m512i w[Blocks];
#pragma GCC unroll 4
                for (std::size_t b = 0; b < Blocks; ++b) w[b] = load(weights + b * block_bytes);
#pragma GCC unroll 4
                for (std::size_t p = 0; p < Pixels; ++p) {
                    const __m512i x = broadcast_four(windows[p] + run + 4 * g);
#pragma GCC unroll 4
                    for (std::size_t b = 0; b < Blocks; ++b)
                        sums[p][b] = _mm512_dpbusd_epi32(sums[p][b], x, w[b]);
                }
            }
        }
    }
}

/// The outputs of Pixels windows for Blocks * 16 filters from `block` on; two stages for each block.
template <std::size_t Pixels, std::size_t Blocks, class Stage>
[[gnu::always_inline]] inline void conv_tile(const blocked::Walk& walk, const blocked::ConvView& conv,
                                             const avx2::Range& range, const Stage (&stages)[2 * Blocks],
                                             blocked::Windows<std::uint8_t>& next, std::size_t block,
                                             std::int8_t* y) {
    const std::uint8_t* windows[Pixels];
    __m512i sums[Pixels][Blocks];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        windows[p] = next.next(walk);
#pragma GCC unroll 4
        for (std::size_t b = 0; b < Blocks; ++b) sums[p][b] = load(conv.bias + (block + b) * 16);
    }
    accumulate(walk, conv.weights + block * walk.runs_y * walk.runs_x * walk.groups * 64, windows, sums);
    __m256i halves[Pixels][2 * Blocks];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
#pragma GCC unroll 4
        for (std::size_t b = 0; b < Blocks; ++b) {
            halves[p][2 * b] = half<0>(sums[p][b]);
            halves[p][2 * b + 1] = half<1>(sums[p][b]);
        }
    }
    avx2::store_outputs(range, stages, halves, y + block * 16, walk.filters, walk.filters - block * 16);
}

template <std::size_t Blocks, class Stage>
[[gnu::always_inline]] inline void conv_blocks(const blocked::Walk& walk, const blocked::ConvView& conv,
                                               const Stage (&stages)[2 * Blocks], const std::uint8_t* canvas,
                                               std::size_t block, std::int8_t* y) {
    const avx2::Range range(conv.output);
    blocked::Windows<std::uint8_t> windows{canvas};
    std::size_t left = walk.pixels;
    for (; left >= 4; left -= 4, y += 4 * walk.filters)
        conv_tile<4, Blocks, Stage>(walk, conv, range, stages, windows, block, y);
    for (; left > 0; --left, y += walk.filters)
        conv_tile<1, Blocks, Stage>(walk, conv, range, stages, windows, block, y);
}

template <class Stage>
[[gnu::noinline]] void conv(const blocked::Walk& walk, const blocked::ConvView& view,
                            const std::uint8_t* canvas, std::int8_t* y) {
    const std::size_t blocks = (walk.filters + 15) / 16;
    const auto stage = [&](std::size_t eight) { return Stage({view.output, 8 * eight}); };
    std::size_t block = 0;
    for (; block + 2 <= blocks; block += 2) {
        const Stage stages[] = {stage(2 * block), stage(2 * block + 1), stage(2 * block + 2),
                                stage(2 * block + 3)};
        conv_blocks<2, Stage>(walk, view, stages, canvas, block, y);
    }
    if (block < blocks) {
        const Stage stages[] = {stage(2 * block), stage(2 * block + 1)};
        conv_blocks<1, Stage>(walk, view, stages, canvas, block, y);
    }
}

}  // namespace avx512

/// sum of (x + 128) * y - 128 * y
[[gnu::always_inline]] inline std::int32_t dot(isa::Avx512Vnni, const std::int8_t* x, const std::int8_t* y,
                                               std::size_t n) {
    const __m512i offset = _mm512_set1_epi8(static_cast<char>(-128));
    __m512i sums = _mm512_setzero_si512(), excess = sums;
    for (std::size_t i = 0; i < n; i += 64) {
        const std::size_t count = n - i < 64 ? n - i : 64;
        const __m512i b = avx512::load(y + i, count);
        sums = _mm512_dpbusd_epi32(sums, _mm512_xor_si512(avx512::load(x + i, count), offset), b);
        excess = _mm512_dpbusd_epi32(excess, offset, b);
    }
    const __m512i lanes = _mm512_sub_epi32(sums, excess);
    return avx2::total(_mm256_add_epi32(avx512::half<0>(lanes), avx512::half<1>(lanes)));
}

/// A layer of eight filters or fewer, which would leave half of each register idle, is left to AVX2.
template <ConvGeometry G>
requires(G.filters > 8) constexpr auto pack(isa::Avx512Vnni, const QuantizedConv<G>& layer) {
    return avx512::PackedConv<G>(layer);
}

template <ConvGeometry G>
void run(isa::Avx512Vnni, const avx512::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = avx512::PackedConv<G>;
    auto* canvas = reinterpret_cast<std::uint8_t*>(scratch);
    avx512::paint(Packed::canvas, x, G.width, packed.input_zero_point, canvas);
    const auto view = blocked::view(packed);
    if (avx2::rectifies(view.output, G.filters)) {
        avx512::conv<avx2::RectifiedStage>(Packed::walk, view, canvas, y);
    } else {
        avx512::conv<avx2::Stage>(Packed::walk, view, canvas, y);
    }
}

}  // namespace mote::kernels::impl

#endif
