// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/arm_dsp_strip.hpp"
#include "mote/kernels/arm_dsp_strip_stage.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// A depthwise convolution as arm_dsp_strip.hpp reads it: channel after channel the folded bias, six words of
/// weights, multiplier, offset and ending.
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

/// The sum of a channel's weights, and how large its accumulator can get.
struct ChannelReach {
    std::int32_t weights = 0;
    std::int64_t magnitude = 0;
};

template <ConvGeometry G>
constexpr ChannelReach reach_of(const QuantizedDepthwise<G>& layer, std::size_t f) {
    ChannelReach reach{0, layer.bias[f] < 0 ? -std::int64_t{layer.bias[f]} : layer.bias[f]};
    for (std::size_t tap = 0; tap < 9; ++tap) {
        const std::int32_t weight = layer.weights[tap * G.filters + f];
        reach.weights += weight;
        reach.magnitude += 255 * (weight < 0 ? -weight : weight);
    }
    return reach;
}

/// What the channel could end as by itself; one that needs sums makes its neighbours in the strip do the
/// same.
template <ConvGeometry G>
constexpr StripEnding ending_of(const QuantizedDepthwise<G>& layer, std::size_t f) {
    const OutputStage<G.filters>& out = layer.output;
    return choose_ending(reach_of(layer, f).magnitude, out.shift[f], out.lowest, out.highest,
                         out.lowest == out.zero_point);
}

template <ConvGeometry G>
constexpr void pack_channel(const QuantizedDepthwise<G>& layer, std::size_t f, bool sums,
                            std::uint32_t* words) {
    const ChannelStage stage{
        subtract_product(layer.bias[f], layer.input_zero_point, reach_of(layer, f).weights),
        layer.output.multiplier[f], layer.output.shift[f], sums ? StripEnding::sums : ending_of(layer, f)};
    const auto scaled = [&](std::size_t tap) {
        return layer.weights[tap * G.filters + f] * (1 << stage.scale());
    };
    words[0] = static_cast<std::uint32_t>(stage.bias) << stage.scale();
    for (std::size_t kx = 0; kx < 3; ++kx) {
        words[1 + kx] = pair_of(scaled(kx), scaled(3 + kx));
        words[4 + kx] = pair_of(scaled(3 + kx), scaled(6 + kx));
    }
    words[7] = static_cast<std::uint32_t>(stage.multiplier);
    words[8] = offset_word(stage, layer.output.zero_point);
    const bool is_last = f % strip_channels == strip_channels - 1;
    words[9] = static_cast<std::uint32_t>(is_last ? last(stage.ending) : stage.ending);
}

template <ConvGeometry G>
constexpr PackedDepthwise<G> pack_depthwise(const QuantizedDepthwise<G>& layer) {
    PackedDepthwise<G> packed;
    const OutputStage<G.filters>& out = layer.output;
    packed.stage = {layer.input_zero_point, out.zero_point, out.lowest, out.highest, true};
    for (std::size_t first = 0; first < G.filters; first += strip_channels) {
        bool sums = false;
        for (std::size_t c = 0; c < strip_channels; ++c) {
            sums = sums || ending_of(layer, first + c) == StripEnding::sums;
        }
        packed.stage.fast = packed.stage.fast && !sums;
        for (std::size_t f = first; f < first + strip_channels; ++f) {
            pack_channel(layer, f, sums, packed.stream.data() + f * channel_words);
        }
    }
    return packed;
}

constexpr ChannelStage stage_of_channel(const std::uint32_t* words) {
    ChannelStage stage{0, static_cast<std::int32_t>(words[7]), 0, static_cast<StripEnding>(words[9])};
    stage.shift = shift_of_offset(words[8], stage.ending);
    stage.bias = static_cast<std::int32_t>(words[0]) >> stage.scale();
    return stage;
}

/// The same for a channel that ends in sums, where nothing is scaled.
constexpr FilterStage stage_of_sums(const std::uint32_t* words) {
    return {static_cast<std::int32_t>(words[0]), static_cast<std::int32_t>(words[7]),
            static_cast<std::int8_t>(words[8]), false};
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
        const ChannelStage channel = stage_of_channel(words);
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < 9; ++tap) {
            const std::uint32_t pair = tap < 3 ? words[1 + tap] : words[4 + tap % 3];
            const auto half = static_cast<std::int16_t>(tap < 6 ? pair : pair >> 16);
            const std::int32_t weight = half >> channel.scale();
            layer.weights[tap * G.filters + f] = static_cast<std::int8_t>(weight);
            sum += weight;
        }
        layer.bias[f] = subtract_product(channel.bias, -stage.input_zero_point, sum);
        layer.output.multiplier[f] = channel.multiplier;
        layer.output.shift[f] = channel.shift;
    }
    return layer;
}

}  // namespace mote::kernels::impl::arm_dsp
