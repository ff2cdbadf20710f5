// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/blocked.hpp"
#include "mote/kernels/x86_avx2_conv.hpp"

/// The int8 depthwise layer for AVX2: sixteen filters at a time, two taps in each VPMADDWD.
namespace mote::kernels::impl {

namespace avx2 {

/// Weights are 16 bits wide, [block of 16 filters][pair of taps][32] in the order in which unpacking two
/// registers of inputs interleaves them; an odd last tap is paired with itself and a zero weight.
template <ConvGeometry G>
struct PackedDepthwise {
    using Layer = QuantizedDepthwise<G>;
    static constexpr std::size_t filters = blocked::round_up(G.filters, 16);
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width;
    static constexpr std::size_t pairs = (taps + 1) / 2;
    static constexpr blocked::Canvas canvas = blocked::canvas(G, filters, G.filters / G.channels);
    static constexpr std::size_t scratch_bytes = blocked::canvas_elements(canvas) * sizeof(std::int16_t);
    static constexpr bool in_place = true;  // the canvas is complete before the first output

    std::array<std::int16_t, filters * pairs * 2> weights{};
    std::array<std::int32_t, filters> bias{};
    OutputStage<filters> output{};
    std::int8_t input_zero_point = 0;

    /// How far each tap lies from the window's first element.
    static constexpr std::array<std::size_t, 2 * pairs> offsets = [] {
        std::array<std::size_t, 2 * pairs> result{};
        for (std::size_t t = 0; t < result.size(); ++t) {
            const std::size_t tap = t < taps ? t : taps - 1;
            const std::size_t row = tap / G.kernel_width * G.dilation_height;
            result[t] = (row * canvas.width + tap % G.kernel_width * G.dilation_width) * canvas.depth;
        }
        return result;
    }();

    static constexpr std::size_t position(std::size_t tap, std::size_t filter) {
        const std::size_t lane = filter % 16;
        const std::size_t half = lane / 4 % 2;
        const std::size_t block_pair = filter / 16 * pairs + tap / 2;
        return block_pair * 32 + half * 16 + lane / 8 * 8 + lane % 4 * 2 + tap % 2;
    }

    constexpr explicit PackedDepthwise(const Layer& layer) : input_zero_point(layer.input_zero_point) {
        const auto sums = portable::weight_sums(layer);
        for (std::size_t f = 0; f < G.filters; ++f) {
            for (std::size_t t = 0; t < taps; ++t) weights[position(t, f)] = layer.weights[t * G.filters + f];
            bias[f] = subtract_product(layer.bias[f], sums[f], layer.input_zero_point);
        }
        blocked::copy_stage<G.filters>(layer.output, output);
    }

    constexpr Layer unpack() const {
        Layer layer;
        for (std::size_t i = 0; i < layer.weights.size(); ++i) {
            layer.weights[i] = static_cast<std::int8_t>(weights[position(i / G.filters, i % G.filters)]);
        }
        const auto sums = portable::weight_sums(layer);
        for (std::size_t f = 0; f < G.filters; ++f) {
            layer.bias[f] = subtract_product(bias[f], -sums[f], input_zero_point);
        }
        blocked::copy_stage<G.filters>(output, layer.output);
        layer.input_zero_point = input_zero_point;
        return layer;
    }
};

/// A packed depthwise layer without its shape's type.
struct DepthwiseView {
    blocked::Walk walk;
    const std::size_t* offsets;
    std::size_t pairs;
    const std::int16_t* weights;
    const std::int32_t* bias;
    StageView output;
};

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
    for (std::size_t pair = 0; pair < view.pairs; ++pair, weights += 32) {
        const __m256i a = load(window + view.offsets[2 * pair]);
        const __m256i b = load(window + view.offsets[2 * pair + 1]);
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
        const std::int16_t* weights = view.weights + filter * view.pairs * 2;
        const std::size_t left = view.walk.filters - filter;
        Windows<std::int16_t> windows{canvas + filter};
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
    constexpr blocked::Walk walk = {.pixels = G.output_height * G.output_width,
                                    .output_width = G.output_width,
                                    .filters = G.filters,
                                    .row_step = G.stride_height * Packed::canvas.width * Packed::canvas.depth,
                                    .pixel_step = G.stride_width * Packed::canvas.depth,
                                    .runs_y = 0,
                                    .runs_x = 0,
                                    .step_y = 0,
                                    .step_x = 0,
                                    .groups = 0};
    avx2::depthwise({walk, Packed::offsets.data(), Packed::pairs, packed.weights.data(), packed.bias.data(),
                     view(packed.output)},
                    canvas, y);
}

}  // namespace mote::kernels::impl

#endif
