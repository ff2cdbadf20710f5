// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_multiply.hpp"
#include "mote/kernels/arm_v6m_stage.hpp"
#include "mote/kernels/arm_v6m_tile.hpp"
#include "mote/kernels/arm_v6m_widen.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/patch.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// Convolution on Armv6-M: every pixel's inputs become words in scratch, which then run through tiles of four
/// filters. A word of packed weights holds two of them.
namespace mote::kernels::impl {

namespace arm_v6m {

template <ConvGeometry G>
struct PackedConv {
    using Layer = QuantizedConv<G>;
    static constexpr std::size_t taps = round_up(G.taps(), quad);
    static constexpr std::size_t scratch_bytes = taps * sizeof(std::int32_t);
    static constexpr bool in_place = pointwise(G) && G.filters <= G.channels;
    static constexpr bool in_order = true;

    std::array<Tile<taps>, round_up(G.filters, tile) / tile> tiles{};
    OutputStage<G.filters> output{};
    std::int8_t input_zero_point = 0;

    constexpr PackedConv() = default;

    constexpr explicit PackedConv(const Layer& layer)
        : output(layer.output), input_zero_point(layer.input_zero_point) {
        for (std::size_t first = 0; first < G.filters; first += tile) {
            Tile<taps>& target = tiles[first / tile];
            std::array<bool, Tile<taps>::blocks> wide{};
            for (std::size_t filter = first; filter < std::min(first + tile, G.filters); ++filter) {
                const std::int8_t* const weights = layer.weights.data() + filter * G.taps();
                const std::int32_t sum = target.add_filter(filter, weights, G.taps(), wide);
                const std::int32_t bias = subtract_product(layer.bias[filter], input_zero_point, sum);
                const Rescaling how = rescaling(bias, largest_sum(G.taps()), view(output), filter);
                target.set_start(filter, wrapped_sum(bias, -how.lowest));
                target.rescalers[filter % tile] = how.rescaler;
                target.lowest[filter % tile] = how.lowest;
            }
            target.set_entries(wide);
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{.output = output, .input_zero_point = input_zero_point};
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            const Tile<taps>& source = tiles[filter / tile];
            std::int32_t sum = 0;
            for (std::size_t tap = 0; tap < G.taps(); ++tap) {
                const std::int32_t pair = source.stream[Tile<taps>::place(filter, tap)];
                const auto weight = filter % 2 == 0 ? static_cast<std::int16_t>(pair) : (pair + 32768) >> 16;
                layer.weights[filter * G.taps() + tap] = static_cast<std::int8_t>(weight);
                sum += weight;
            }
            const std::int32_t bias = wrapped_sum(source.start(filter), source.lowest[filter % tile]);
            layer.bias[filter] = subtract_product(bias, -input_zero_point, sum);
        }
        return layer;
    }
};

}  // namespace arm_v6m

template <ConvGeometry G>
constexpr auto pack(isa::ArmV6M, const QuantizedConv<G>& layer) {
    return arm_v6m::PackedConv<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmV6M, const arm_v6m::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    static constexpr ConvGeometry geometry = G;
    const StageView stage = view(packed.output);
    auto* patch = reinterpret_cast<std::int32_t*>(scratch);
    for (std::size_t row = 0; row < G.output_height; ++row) {
        for (std::size_t column = 0; column < G.output_width; ++column, y += G.filters) {
            if constexpr (pointwise(G)) {
                arm_v6m::Widen::copy(x + (row * G.width + column) * G.channels, G.channels, patch);
            } else {
                gather<arm_v6m::Widen>(geometry, x, row, column, packed.input_zero_point, patch);
            }
            arm_v6m::multiply_patch(patch, packed.tiles[0].stream.data(), stage, y, G.filters);
        }
    }
}

}  // namespace mote::kernels::impl
