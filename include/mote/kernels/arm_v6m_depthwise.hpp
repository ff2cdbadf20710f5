// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_stage.hpp"
#include "mote/kernels/arm_v6m_strip.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Depthwise convolution for Armv6-M, one channel at a time: its plane is widened to words, a strip of rows
/// at a time with the padding filled in, so that one LDM feeds five neighbouring outputs and one weight in a
/// register serves all five. Packing keeps the canonical weights, a byte each.
namespace mote::kernels::impl {

namespace arm_v6m {

template <ConvGeometry G>
struct PackedDepthwise {
    using Layer = QuantizedDepthwise<G>;
    static constexpr Strips strips{G};
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width;
    static constexpr std::size_t scratch_bytes =
        (strips.words(G, strips.output_rows) + taps) * sizeof(std::int32_t);
    /// Rows are widened before the outputs of their place are written, and what the next strip shares stays.
    static constexpr bool in_place = G.filters == G.channels && G.stride_height == 1 &&
                                     G.output_height == G.height && G.output_width == G.width &&
                                     G.padding_top < strips.reach;

    Layer layer;  // the zero point folded into the bias
    std::array<Rescaling, G.filters> rescalings{};

    constexpr PackedDepthwise() = default;

    constexpr explicit PackedDepthwise(const Layer& source) : layer(source) {
        fold(layer, layer.input_zero_point);
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            rescalings[filter] = rescaling(layer.bias[filter], largest_sum(taps), view(layer.output), filter);
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer source = layer;
        fold(source, -layer.input_zero_point);
        return source;
    }

private:
    static constexpr void fold(Layer& target, std::int32_t zero_point) {
        const auto sums = portable::weight_sums(target);
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            target.bias[filter] = subtract_product(target.bias[filter], zero_point, sums[filter]);
        }
    }
};

/// The strips' code counts in immediate operands. A single window is not worth a plane.
template <ConvGeometry G>
concept has_strips = G.stride_width <= 7 && G.dilation_width <= 5 && G.kernel_width <= 16 &&
                     G.output_height* G.output_width > 1;

/// All outputs of one filter.
template <ConvGeometry G>
void run_filter(const PackedDepthwise<G>& packed, std::size_t filter, const std::int8_t* x, std::int8_t* y,
                std::int32_t* scratch) {
    static constexpr ConvGeometry g = G;
    constexpr Strips strips = packed.strips;
    constexpr auto step = static_cast<std::ptrdiff_t>(G.dilation_height * strips.line) -
                          static_cast<std::ptrdiff_t>(G.kernel_width * G.dilation_width);
    std::int32_t* const weights = scratch;
    std::int32_t* const lines = weights + packed.taps;
    std::int32_t* const sums = lines + strips.rows * strips.line;
    for (std::size_t tap = 0; tap < packed.taps; ++tap)
        weights[tap] = packed.layer.weights[tap * G.filters + filter];
    const StageView stage = view(packed.layer.output);
    const Rescaling& rescaling = packed.rescalings[filter];
    const std::int32_t start = wrapped_sum(packed.layer.bias[filter], -rescaling.lowest);
    const std::int8_t* const channel = x + filter / (G.filters / G.channels);
    std::size_t kept = 0;  // rows of the strip that the one before has left
    for (std::size_t first = 0; first < G.output_height; first += strips.output_rows) {
        const std::size_t outputs = std::min(strips.output_rows, G.output_height - first);
        const std::size_t rows = strips.rows_for(g, outputs);
        const auto top =
            static_cast<std::ptrdiff_t>(first * G.stride_height) - static_cast<std::ptrdiff_t>(G.padding_top);
        for (std::size_t row = kept; row < rows; ++row) {
            widen_row(g, channel, top + static_cast<std::ptrdiff_t>(row), packed.layer.input_zero_point,
                      lines + row * strips.line, strips.line);
        }
        for (std::size_t row = 0; row < outputs; ++row) {
            for (std::size_t column = 0; column < G.output_width; column += run_length) {
                windows<G.kernel_width, G.stride_width, G.dilation_width>(
                    lines + row * G.stride_height * strips.line + column * G.stride_width, weights,
                    weights + packed.taps, step, start, sums + row * G.output_width + column);
            }
        }
        y = requantize_run(sums, sums + outputs * G.output_width, rescaling, stage, filter, y, G.filters);
        const std::size_t advance = outputs * G.stride_height;
        kept = rows > advance ? rows - advance : 0;
        if (first + outputs == G.output_height) return;
        std::copy_n(lines + advance * strips.line, kept * strips.line, lines);
    }
}

}  // namespace arm_v6m

template <ConvGeometry G>
requires arm_v6m::has_strips<G>
constexpr auto pack(isa::ArmV6M, const QuantizedDepthwise<G>& layer) {
    return arm_v6m::PackedDepthwise<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmV6M, const arm_v6m::PackedDepthwise<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    for (std::size_t filter = 0; filter < G.filters; ++filter) {
        arm_v6m::run_filter(packed, filter, x, y + filter, reinterpret_cast<std::int32_t*>(scratch));
    }
}

}  // namespace mote::kernels::impl
