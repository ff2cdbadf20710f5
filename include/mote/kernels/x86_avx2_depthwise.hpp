// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/blocked_depthwise.hpp"
#include "mote/kernels/x86_avx2_conv.hpp"

/// The int8 depthwise layer for AVX2: sixteen filters at a time, two taps in each VPMADDWD.
namespace mote::kernels::impl {

namespace avx2 {

/// Weights are 16 bits wide, [block of 16 filters][pair of taps][32] in the order in which unpacking two
/// registers of inputs interleaves them; an odd last tap is paired with itself and a zero weight.
struct DepthwiseLayout {
    using Element = std::int16_t;
    using Weight = std::int16_t;
    static constexpr std::size_t lanes = 16, unit = 2;
    static constexpr std::size_t position(std::size_t tap, std::size_t lane) {
        return tap / 2 * 32 + lane / 4 % 2 * 16 + lane / 8 * 8 + lane % 4 * 2 + tap % 2;
    }
};

template <ConvGeometry G>
using PackedDepthwise = blocked::PackedDepthwise<G, DepthwiseLayout>;

using DepthwiseView = blocked::DepthwiseView<std::int16_t>;

/// Adds the products of every tap in Pixels windows to the sums of sixteen filters, which come out of the
/// multiplication as 0-3 and 8-11, 4-7 and 12-15.
template <std::size_t Pixels>
[[gnu::always_inline]] inline void accumulate(const DepthwiseView& view, const std::int16_t* weights,
                                              const std::int16_t* const (&windows)[Pixels],
                                              __m256i (&sums)[Pixels][2]) {
    const auto load = [](const std::int16_t* x) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
    };
    for (std::size_t tap = 0; tap < view.taps; tap += 2, weights += 32) {
        const __m256i low = load(weights), high = load(weights + 16);
#pragma GCC unroll 4
        for (std::size_t p = 0; p < Pixels; ++p) {
            const __m256i a = load(windows[p] + view.offsets[tap]);
            const __m256i b = load(windows[p] + view.offsets[tap + 1]);
            sums[p][0] = _mm256_add_epi32(sums[p][0], _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), low));
            sums[p][1] = _mm256_add_epi32(sums[p][1], _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), high));
        }
    }
}

/// The outputs of Pixels windows for the sixteen filters from `filter` on.
template <std::size_t Pixels>
[[gnu::always_inline]] inline void depthwise_tile(const DepthwiseView& view, const Range& range,
                                                  const Stage (&stages)[2],
                                                  blocked::Windows<std::int16_t>& next, std::size_t filter,
                                                  std::int8_t* y) {
    const std::int16_t* windows[Pixels];
    __m256i sums[Pixels][2];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        windows[p] = next.next(view.walk);
        sums[p][0] = sums[p][1] = _mm256_setzero_si256();
    }
    accumulate(view, view.weights + filter * view.taps, windows, sums);
    const auto* bias = reinterpret_cast<const __m256i*>(view.bias + filter);
    const __m256i first = _mm256_loadu_si256(bias), second = _mm256_loadu_si256(bias + 1);
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        const __m256i low = sums[p][0], high = sums[p][1];
        sums[p][0] = _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20), first);
        sums[p][1] = _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x31), second);
    }
    store_outputs(range, stages, sums, y + filter, view.walk.filters, view.walk.filters - filter);
}

[[gnu::noinline]] inline void depthwise(const DepthwiseView& view, const std::int16_t* canvas,
                                        std::int8_t* outputs) {
    const std::size_t filters = view.walk.filters;
    const Range range(view.output);
    for (std::size_t filter = 0; filter < filters; filter += 16) {
        const Stage stages[] = {{view.output, filter}, {view.output, filter + 8}};
        blocked::Windows<std::int16_t> windows{canvas + filter};
        std::int8_t* y = outputs;
        std::size_t left = view.walk.pixels;
        for (; left >= 4; left -= 4, y += 4 * filters)
            depthwise_tile<4>(view, range, stages, windows, filter, y);
        for (; left > 0; --left, y += filters) depthwise_tile<1>(view, range, stages, windows, filter, y);
    }
}

}  // namespace avx2

template <ConvGeometry G>
constexpr auto pack(isa::Avx2, const QuantizedDepthwise<G>& layer) {
    return avx2::PackedDepthwise<G>(layer);
}

template <ConvGeometry G>
void run(isa::Avx2, const avx2::PackedDepthwise<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = avx2::PackedDepthwise<G>;
    auto* canvas = reinterpret_cast<std::int16_t*>(scratch);
    avx2::paint(Packed::canvas, x, G.width, packed.input_zero_point, canvas);
    avx2::depthwise(blocked::view(packed), canvas, y);
}

}  // namespace mote::kernels::impl

#endif
