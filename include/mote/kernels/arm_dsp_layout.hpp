// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"
#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/patch.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// A convolution as the assembly reads it: filter after filter, the weights of a window by fours, then how
/// the filter ends.
namespace mote::kernels::impl::arm_dsp {

/// w0 .. w3 as the halves 256 w1 + w0 and 256 w3 + w2.
constexpr std::uint32_t pack_weights(std::int32_t w0, std::int32_t w1, std::int32_t w2, std::int32_t w3) {
    return (static_cast<std::uint32_t>(256 * w1 + w0) & 0xFFFF) | static_cast<std::uint32_t>(256 * w3 + w2)
                                                                      << 16;
}

constexpr std::array<std::int8_t, 4> unpack_weights(std::uint32_t word) {
    std::array<std::int8_t, 4> w{};
    for (std::size_t half = 0; half < 2; ++half) {
        const auto both = static_cast<std::int16_t>(word >> (16 * half));
        w[2 * half] = static_cast<std::int8_t>(both);
        w[2 * half + 1] = static_cast<std::int8_t>((both - w[2 * half]) >> 8);
    }
    return w;
}

/// Sums over one filter that pack() and unpack() need.
struct FilterSums {
    std::int32_t weights = 0;
    std::int32_t odd_weights = 0;  // those at odd positions in the window
    std::int32_t magnitude = 0;

    /// The weights of two neighbouring taps, the first at an even position.
    constexpr void add(std::int32_t even, std::int32_t odd) {
        weights += even + odd;
        odd_weights += odd;
        magnitude += (even < 0 ? -even : even) + (odd < 0 ? -odd : odd);
    }
    /// What the bias takes for elements as the tiles see them: x, or x - 127 at odd positions.
    constexpr std::int32_t fold(std::int32_t bias, std::int32_t zero_point) const {
        return subtract_product(subtract_product(bias, zero_point, weights), -127, odd_weights);
    }
    constexpr std::int32_t unfold(std::int32_t bias, std::int32_t zero_point) const {
        return subtract_product(subtract_product(bias, -zero_point, weights), 127, odd_weights);
    }
    /// The accumulator's range over all inputs.
    constexpr Reach reach(std::int32_t bias, std::int32_t zero_point) const {
        const std::int64_t positive = (magnitude + weights) / 2, negative = (magnitude - weights) / 2;
        const std::int32_t above = 127 - zero_point, below = 128 + zero_point;
        return {bias - positive * below - negative * above, bias + positive * above + negative * below};
    }
};

/// The weights of a filter by fours. Compilers evaluate this for every layer that is a constant: hence plain
/// pointers and few calls.
constexpr FilterSums pack_filter(const std::int8_t* weights, std::size_t taps, std::uint32_t* words) {
    FilterSums sums;
    const std::int8_t* const whole = weights + taps / 4 * 4;
    for (; weights != whole; weights += 4) {
        const std::int32_t w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
        sums.add(w0, w1);
        sums.add(w2, w3);
        *words++ = pack_weights(w0, w1, w2, w3);
    }
    if (taps % 4 == 0) return sums;
    std::array<std::int32_t, 4> rest{};
    for (std::size_t i = 0; i < taps % 4; ++i) rest[i] = weights[i];
    sums.add(rest[0], rest[1]);
    sums.add(rest[2], rest[3]);
    *words = pack_weights(rest[0], rest[1], rest[2], rest[3]);
    return sums;
}

template <ConvGeometry G>
struct PackedConv {
    using Layer = QuantizedConv<G>;
    static constexpr std::size_t octets = (G.taps() + octet - 1) / octet;
    static constexpr std::size_t pixels = G.output_height * G.output_width;
    static constexpr bool tiled = pixels >= tile_pixels;
    static constexpr std::size_t patch_bytes = (tiled ? tile_pixels : 1) * octets * octet * 2;
    static constexpr std::size_t scratch_bytes = patch_bytes + (G.channels % 4 == 0 ? 0 : octets * octet);
    static constexpr bool in_place = pointwise(G) && G.filters == G.channels;
    static constexpr bool in_order = true;
    static constexpr std::size_t filter_words = 2 * octets + FilterStage::words;

    std::array<std::uint32_t, G.filters * filter_words> stream{};
    LayerStage stage{};

    constexpr Layer unpack() const;
};

template <ConvGeometry G>
constexpr PackedConv<G> pack_conv(const QuantizedConv<G>& layer) {
    PackedConv<G> packed;
    const OutputStage<G.filters>& out = layer.output;
    packed.stage = {layer.input_zero_point, out.zero_point, out.lowest, out.highest, true};
    for (std::size_t f = 0; f < G.filters; ++f) {
        std::uint32_t* words = packed.stream.data() + f * packed.filter_words;
        const FilterSums sums =
            pack_filter(layer.weights.data() + f * G.taps(), G.taps(), words + FilterStage::words_before);
        const std::int32_t bias = layer.bias[f];
        const bool fast = short_form_is_exact(sums.reach(bias, layer.input_zero_point), out.shift[f],
                                              out.lowest, out.highest);
        const std::int32_t folded = sums.fold(bias, layer.input_zero_point);
        packed.stage.fast = packed.stage.fast && fast;
        store({folded, out.multiplier[f], out.shift[f], fast}, out.zero_point, words, 2 * packed.octets);
    }
    return packed;
}

template <ConvGeometry G>
constexpr QuantizedConv<G> PackedConv<G>::unpack() const {
    Layer layer;
    layer.input_zero_point = stage.input_zero_point;
    layer.output.zero_point = stage.zero_point;
    layer.output.lowest = stage.lowest;
    layer.output.highest = stage.highest;
    for (std::size_t f = 0; f < G.filters; ++f) {
        const std::uint32_t* words = stream.data() + f * filter_words;
        FilterSums sums;
        for (std::size_t tap = 0; tap < G.taps(); ++tap) {
            const std::int8_t weight = unpack_weights(words[FilterStage::words_before + tap / 4])[tap % 4];
            layer.weights[f * G.taps() + tap] = weight;
            tap % 2 == 0 ? sums.add(weight, 0) : sums.add(0, weight);
        }
        const FilterStage filter = load_stage(words, 2 * octets);
        const std::int32_t bias = sums.unfold(filter.bias, stage.input_zero_point);
        layer.bias[f] =
            filter.fast ? static_cast<std::int32_t>(static_cast<std::uint32_t>(bias) << 8) >> 8 : bias;
        layer.output.multiplier[f] = filter.multiplier;
        layer.output.shift[f] = filter.shift;
    }
    return layer;
}

}  // namespace mote::kernels::impl::arm_dsp
