// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_channels.hpp"
#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/arm_mve_planes.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Depthwise convolution with Helium of other shapes than arm_mve_squares.hpp and arm_mve_channels.hpp take.
/// Eight channels at a time are transposed into planes with their padding;
/// then one gather brings a patch of a plane into a vector, and VMLADAV sums its products. Where they fit 16
/// lanes, as for 3x3 windows, the patch is that of a square of 2x2 outputs, and serves four times.
namespace mote::kernels::impl {

namespace arm_mve {

template <ConvGeometry G>
struct PackedDepthwise {
    using Layer = QuantizedDepthwise<G>;
    static constexpr Cut cut{G};
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width;
    static constexpr std::size_t filter_bytes = cut.vectors * lanes;
    static constexpr std::size_t sums_bytes = (cut.output_rows * G.output_width + 2) * sizeof(std::int32_t);
    static constexpr std::size_t scratch_bytes = round_up(block * cut.plane, 16) + sums_bytes;
    /// Rows are transposed before the outputs of their place are written, and what the next strip shares
    /// stays.
    static constexpr bool in_place = G.filters == G.channels && G.stride_height == 1 &&
                                     G.output_height == G.height && G.output_width == G.width &&
                                     G.padding_top < cut.reach;

    /// A square's other three outputs read their weights so many lanes earlier that zeros come first.
    std::array<std::int8_t, lanes + G.filters * filter_bytes> weights{};
    std::array<std::int32_t, G.filters> bias{};  // the zero point folded in
    OutputStage<G.filters> output{};
    Limits limits{};
    std::int8_t input_zero_point = 0;

    constexpr PackedDepthwise() = default;

    constexpr explicit PackedDepthwise(const Layer& layer)
        : output(layer.output),
          limits{output.zero_point, output.lowest, output.highest},
          input_zero_point(layer.input_zero_point) {
        const auto sums = portable::weight_sums(layer);
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            for (std::size_t tap = 0; tap < taps; ++tap) {
                weights[place(filter, tap)] = layer.weights[tap * G.filters + filter];
            }
            bias[filter] = subtract_product(layer.bias[filter], input_zero_point, sums[filter]);
            limits.unusual |= output.shift[filter] >= 0;
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{.output = output, .input_zero_point = input_zero_point};
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            for (std::size_t tap = 0; tap < taps; ++tap) {
                layer.weights[tap * G.filters + filter] = weights[place(filter, tap)];
            }
        }
        const auto sums = portable::weight_sums(layer);
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            layer.bias[filter] = subtract_product(bias[filter], -input_zero_point, sums[filter]);
        }
        return layer;
    }

    [[nodiscard]] const std::int8_t* weights_of(std::size_t filter) const {
        return weights.data() + lanes + filter * filter_bytes;
    }
    [[nodiscard]] FilterStage stage_of(std::size_t filter) const {
        return {bias[filter], output.multiplier[filter], output.shift[filter], limits};
    }

private:
    static constexpr std::size_t place(std::size_t filter, std::size_t tap) {
        return lanes + filter * filter_bytes + cut.lane(G, tap);
    }
};

/// Where the lanes of a patch lie in a plane. Lanes without a tap have no weight and read its corner.
template <ConvGeometry G>
constexpr auto patch_offsets() {
    constexpr Cut cut{G};
    std::array<std::uint8_t, cut.vectors * lanes> offsets{};
    for (std::size_t lane = 0; lane < cut.patch_lanes(G); ++lane) {
        offsets[lane] = static_cast<std::uint8_t>(cut.offset(G, lane));
    }
    return offsets;
}

/// Every offset fits a byte, as the gather wants.
template <ConvGeometry G>
concept fits_gather = Cut(G)
.offset(G, Cut(G).patch_lanes(G) - 1) <= 255 && Cut(G).plane <= 8192;

/// The sums of one filter over a strip.
template <ConvGeometry G>
[[gnu::noinline]] void sum_strip(const std::int8_t* plane, std::size_t output_rows,
                                 const std::int8_t* weights, std::int32_t* sums) {
    static constexpr auto offsets = patch_offsets<G>();
    constexpr Cut cut{G};
    if constexpr (cut.square) {
        constexpr std::size_t squares = (G.output_width + 1) / 2, last = 2 * (squares - 1);
        const int8x16_t w[4] = {vldrbq_s8(weights), vldrbq_s8(weights - 1), vldrbq_s8(weights - cut.columns),
                                vldrbq_s8(weights - cut.columns - 1)};
        for (std::size_t row = 0; row < output_rows; row += 2, sums += 2 * G.output_width) {
            square_row(plane + row * cut.line + last, squares, vldrbq_u8(offsets.data()), w, sums + last,
                       sums + G.output_width + last);
        }
    } else {
        for (std::size_t row = 0; row < output_rows; ++row) {
            const std::int8_t* patch = plane + row * G.stride_height * cut.line;
            for (std::size_t column = 0; column < G.output_width; ++column, patch += G.stride_width) {
                std::int32_t sum = 0;
                for (std::size_t i = 0; i < cut.vectors * lanes; i += lanes) {
                    const int8x16_t values = vldrbq_gather_offset_s8(patch, vldrbq_u8(offsets.data() + i));
                    sum = vmladavaq_s8(sum, values, vldrbq_s8(weights + i));
                }
                *sums++ = sum;
            }
        }
    }
}

/// Brings rows [from, to) of a strip whose first row is `top` into the planes.
template <ConvGeometry G>
void fill_planes(const std::int8_t* x, std::size_t channels, std::ptrdiff_t top, std::size_t from,
                 std::size_t to, std::int8_t zero, std::int8_t* planes) {
    constexpr Cut cut{G};
    for (std::size_t row = from; row < to; ++row) {
        const std::ptrdiff_t image_row = top + static_cast<std::ptrdiff_t>(row);
        std::int8_t* const line = planes + row * cut.line;
        if (reference::inside(image_row, G.height)) {
            transpose_row(x + static_cast<std::size_t>(image_row) * G.width * G.channels, G.width, G.channels,
                          channels, line + G.padding_left, cut.plane);
        } else {
            for (std::size_t c = 0; c < channels; ++c) Copy::fill(line + c * cut.plane, cut.line, zero);
        }
    }
}

/// All outputs of up to eight channels, strip by strip.
template <ConvGeometry G>
void run_block(const PackedDepthwise<G>& packed, std::size_t first_channel, std::size_t channels,
               const std::int8_t* x, std::int8_t* y, std::int8_t* planes, std::int32_t* sums) {
    constexpr Cut cut{G};
    constexpr std::size_t filters_per_channel = G.filters / G.channels;
    Copy::fill(planes, block * cut.plane, packed.input_zero_point);
    std::size_t kept = 0;  // rows of the strip that the one before has left
    for (std::size_t first = 0; first < G.output_height; first += cut.output_rows) {
        const std::size_t outputs = std::min(cut.output_rows, G.output_height - first);
        const std::size_t rows = cut.rows_for(G, outputs);
        const auto top =
            static_cast<std::ptrdiff_t>(first * G.stride_height) - static_cast<std::ptrdiff_t>(G.padding_top);
        fill_planes<G>(x + first_channel, channels, top, kept, rows, packed.input_zero_point, planes);
        for (std::size_t i = 0; i < channels * filters_per_channel; ++i) {
            const std::size_t filter = first_channel * filters_per_channel + i;
            sum_strip<G>(planes + i / filters_per_channel * cut.plane, outputs, packed.weights_of(filter),
                         sums);
            const auto requantize = packed.limits.unusual  ? requantize_unusual
                                    : packed.limits.relu() ? requantize_run<true>
                                                           : requantize_run<false>;
            requantize(sums, outputs * G.output_width, packed.stage_of(filter),
                       y + first * G.output_width * G.filters + filter, G.filters);
        }
        const std::size_t advance = std::min(outputs * G.stride_height, rows);
        kept = rows - advance;
        for (std::size_t c = 0; c < channels && kept > 0; ++c) {
            std::int8_t* const plane = planes + c * cut.plane;
            Copy::copy(plane + advance * cut.line, kept * cut.line, plane);
        }
    }
}

}  // namespace arm_mve

template <ConvGeometry G>
requires(arm_mve::fits_gather<G> && !arm_mve::has_channels(G) &&
         !arm_mve::has_squares(G)) constexpr auto pack(isa::ArmMve, const QuantizedDepthwise<G>& layer) {
    return arm_mve::PackedDepthwise<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmMve, const arm_mve::PackedDepthwise<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    auto* const planes = reinterpret_cast<std::int8_t*>(scratch);
    auto* const sums =
        reinterpret_cast<std::int32_t*>(scratch + arm_mve::round_up(arm_mve::block * packed.cut.plane, 16));
    for (std::size_t channel = 0; channel < G.channels; channel += arm_mve::block) {
        const std::size_t channels = std::min(arm_mve::block, G.channels - channel);
        arm_mve::run_block(packed, channel, channels, x, y, planes, sums);
    }
}

}  // namespace mote::kernels::impl
