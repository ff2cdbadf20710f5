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
#include "mote/kernels/x86_avx2_stage.hpp"

/// The int8 layers for AVX2: inputs and weights are widened to 16 bits, and VPMADDWD adds the products of
/// two taps to the sums of eight filters.
namespace mote::kernels::impl {

namespace avx2 {

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
template <std::size_t Pixels, std::size_t Blocks, class Stage>
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

template <std::size_t Blocks, class Stage>
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

template <class Stage>
[[gnu::noinline]] void conv(const blocked::Walk& walk, const blocked::ConvView& view,
                            const std::int16_t* canvas, std::int8_t* y) {
    const Range range(view.output);
    const std::size_t blocks = (walk.filters + 7) / 8;
    std::size_t block = 0;
    for (; block + 2 <= blocks; block += 2) {
        const Stage stages[] = {Stage({view.output, block * 8}), Stage({view.output, block * 8 + 8})};
        conv_blocks(walk, view, range, stages, canvas, block, y);
    }
    if (block < blocks) {
        const Stage stages[] = {Stage({view.output, block * 8})};
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
        const avx2::Stage stages[] = {avx2::Stage({view, i})};
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
    const auto view = blocked::view(packed);
    if (avx2::rectifies(view.output, G.filters)) {
        avx2::conv<avx2::RectifiedStage>(Packed::walk, view, canvas, y);
    } else {
        avx2::conv<avx2::Stage>(Packed::walk, view, canvas, y);
    }
}

}  // namespace mote::kernels::impl

#endif
