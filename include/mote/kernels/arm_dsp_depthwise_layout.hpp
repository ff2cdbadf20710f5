// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/arm_dsp_strip.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// A depthwise convolution as arm_dsp_strip.hpp reads it: channel after channel the folded bias, six words of
/// weights and how the channel ends.
namespace mote::kernels::impl::arm_dsp {

constexpr bool has_strips(const ConvGeometry& g) {
    return g.kernel_height == 3 && g.kernel_width == 3 && g.dilation_height == 1 && g.dilation_width == 1 &&
           g.stride_height == g.stride_width && (g.stride_width == 1 || g.stride_width == 2) &&
           g.filters == g.channels && g.channels % strip_channels == 0;
}

/// Columns of a plane: what the windows of the output row see, and of five at least.
constexpr std::size_t plane_columns(const ConvGeometry& g) {
    const std::size_t first_behind = (std::max(g.output_width, strip_pixels) - 1) * g.stride_width + 3;
    return std::max(first_behind, g.padding_left + g.width);
}

template <ConvGeometry G>
struct PackedDepthwise {
    using Layer = QuantizedDepthwise<G>;
    static constexpr std::size_t scratch_bytes =
        2 * strip_channels * plane_columns(G) * sizeof(std::uint32_t);
    static constexpr bool in_place =
        G.stride_width == 1 && G.output_height == G.height && G.output_width == G.width;

    std::array<std::uint32_t, G.filters * channel_words> stream{};
    LayerStage stage{};

    constexpr Layer unpack() const;
};

constexpr std::uint32_t pair_of(std::int32_t lower, std::int32_t upper) {
    return (static_cast<std::uint32_t>(lower) & 0xFFFF) | static_cast<std::uint32_t>(upper) << 16;
}

template <ConvGeometry G>
constexpr PackedDepthwise<G> pack_depthwise(const QuantizedDepthwise<G>& layer) {
    PackedDepthwise<G> packed;
    const OutputStage<G.filters>& out = layer.output;
    packed.stage = {layer.input_zero_point, out.zero_point, out.lowest, out.highest, true};
    for (std::size_t f = 0; f < G.filters; ++f) {
        std::uint32_t* words = packed.stream.data() + f * channel_words;
        const auto doubled = [&](std::size_t tap) { return 2 * layer.weights[tap * G.filters + f]; };
        std::int32_t sum = 0;
        std::int64_t magnitude = layer.bias[f] < 0 ? -std::int64_t{layer.bias[f]} : layer.bias[f];
        for (std::size_t tap = 0; tap < 9; ++tap) {
            const std::int32_t weight = layer.weights[tap * G.filters + f];
            sum += weight;
            magnitude += 255 * (weight < 0 ? -weight : weight);
        }
        for (std::size_t kx = 0; kx < 3; ++kx) {
            words[1 + kx] = pair_of(doubled(kx), doubled(3 + kx));
            words[4 + kx] = pair_of(doubled(3 + kx), doubled(6 + kx));
        }
        const bool fast = short_form_is_exact(magnitude, out.shift[f], out.lowest, out.highest);
        packed.stage.fast = packed.stage.fast && fast;
        std::array<std::uint32_t, FilterStage::words> ending{};
        store({subtract_product(layer.bias[f], layer.input_zero_point, sum), out.multiplier[f], out.shift[f],
               fast},
              ending.data());
        words[0] = ending[0];
        words[7] = ending[1];
        words[8] = ending[2];
    }
    return packed;
}

constexpr FilterStage stage_of_channel(const std::uint32_t* words) {
    const std::array<std::uint32_t, FilterStage::words> ending{words[0], words[7], words[8]};
    return load_stage(ending.data());
}

template <ConvGeometry G>
constexpr QuantizedDepthwise<G> PackedDepthwise<G>::unpack() const {
    Layer layer;
    layer.input_zero_point = stage.input_zero_point;
    layer.output.zero_point = stage.zero_point;
    layer.output.lowest = stage.lowest;
    layer.output.highest = stage.highest;
    for (std::size_t f = 0; f < G.filters; ++f) {
        const std::uint32_t* words = stream.data() + f * channel_words;
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < 9; ++tap) {
            const std::uint32_t pair = tap < 3 ? words[1 + tap] : words[4 + tap % 3];
            const auto half = static_cast<std::int16_t>(tap < 6 ? pair : pair >> 16);
            layer.weights[tap * G.filters + f] = static_cast<std::int8_t>(half / 2);
            sum += half / 2;
        }
        const FilterStage filter = stage_of_channel(words);
        layer.bias[f] = subtract_product(filter.bias, -stage.input_zero_point, sum);
        layer.output.multiplier[f] = filter.multiplier;
        layer.output.shift[f] = filter.shift;
    }
    return layer;
}

}  // namespace mote::kernels::impl::arm_dsp
