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

/// Sixteen filters of one window: sums of filters 0-7 and 8-15.
struct SixteenSums {
    __m256i first, second;
};

[[gnu::always_inline]] inline SixteenSums depthwise_window(const DepthwiseView& view,
                                                           const std::int16_t* window,
                                                           const std::int16_t* weights) {
    const auto load = [](const std::int16_t* x) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
    };
    __m256i low = _mm256_setzero_si256(), high = low;
    for (std::size_t tap = 0; tap < view.taps; tap += 2, weights += 32) {
        const __m256i a = load(window + view.offsets[tap]);
        const __m256i b = load(window + view.offsets[tap + 1]);
        low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), load(weights)));
        high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), load(weights + 16)));
    }
    return {_mm256_permute2x128_si256(low, high, 0x20), _mm256_permute2x128_si256(low, high, 0x31)};
}

[[gnu::noinline]] inline void depthwise(const DepthwiseView& view, const std::int16_t* canvas,
                                        std::int8_t* y) {
    for (std::size_t filter = 0; filter < view.walk.filters; filter += 16) {
        const auto* bias = reinterpret_cast<const __m256i*>(view.bias + filter);
        const __m256i first_bias = _mm256_loadu_si256(bias);
        const __m256i second_bias = _mm256_loadu_si256(bias + 1);
        const Stage first(view.output, filter);
        const Stage second(view.output, filter + 8);
        const std::int16_t* weights = view.weights + filter * view.taps;
        const std::size_t left = view.walk.filters - filter;
        blocked::Windows<std::int16_t> windows{canvas + filter};
        std::int8_t* to = y + filter;
        for (std::size_t pixel = 0; pixel < view.walk.pixels; ++pixel, to += view.walk.filters) {
            const SixteenSums sums = depthwise_window(view, windows.next(view.walk), weights);
            store_bytes(to, first.bytes(_mm256_add_epi32(sums.first, first_bias)), left);
            if (left > 8)
                store_bytes(to + 8, second.bytes(_mm256_add_epi32(sums.second, second_bias)), left - 8);
        }
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
