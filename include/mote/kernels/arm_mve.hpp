// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/arm_mve_pixels.hpp"
#include "mote/kernels/arm_mve_tile.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/patch.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// Convolution with Helium: every pixel's inputs become whole vectors in scratch, and two pixels at a time
/// run through tiles of four filters.
namespace mote::kernels::impl {

namespace arm_mve {

/// Whether a vector holds a row of a window.
constexpr bool has_short_rows(const ConvGeometry& g) {
    return !pointwise(g) && g.dilation_height * g.dilation_width == 1 && g.kernel_width * g.channels <= lanes;
}

template <ConvGeometry G>
struct PackedConv {
    using Layer = QuantizedConv<G>;
    static constexpr std::size_t vectors = round_up(G.taps(), lanes) / lanes;
    static constexpr std::size_t scratch_bytes = 2 * vectors * lanes;
    static constexpr bool in_place = pointwise(G) && G.filters <= G.channels;
    static constexpr bool in_order = true;

    std::array<Tile<vectors>, round_up(G.filters, tile) / tile> tiles{};
    Limits limits{};
    std::int8_t input_zero_point = 0;

    constexpr PackedConv() = default;

    constexpr explicit PackedConv(const Layer& layer)
        : limits{layer.output.zero_point, layer.output.lowest, layer.output.highest},
          input_zero_point(layer.input_zero_point) {
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            Tile<vectors>& target = tiles[filter / tile];
            const std::size_t lane = filter % tile;
            const std::int32_t sum = place_weights(layer.weights.data() + filter * G.taps(), G.taps(),
                                                   target.weights.data() + lane * lanes);
            target.bias[lane] = subtract_product(layer.bias[filter], input_zero_point, sum);
            target.bias[lane + tile] = target.bias[lane];
            target.multiplier[lane] = layer.output.multiplier[filter];
            target.shift[lane] = layer.output.shift[filter];
            limits.unusual |= target.shift[lane] >= 0;
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{
            .output = {.zero_point = limits.zero_point, .lowest = limits.lowest, .highest = limits.highest},
            .input_zero_point = input_zero_point};
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            const Tile<vectors>& source = tiles[filter / tile];
            const std::size_t lane = filter % tile;
            std::int32_t sum = 0;
            for (std::size_t tap = 0; tap < G.taps(); ++tap) {
                const std::int8_t weight = source.weights[place(lane, tap)];
                layer.weights[filter * G.taps() + tap] = weight;
                sum += weight;
            }
            layer.bias[filter] = subtract_product(source.bias[lane], -input_zero_point, sum);
            layer.output.multiplier[filter] = source.multiplier[lane];
            layer.output.shift[filter] = static_cast<std::int8_t>(source.shift[lane]);
        }
        return layer;
    }

private:
    /// As vectors, `tile` of which lie side by side; their sum. Compilers evaluate this for every layer that
    /// is a constant: hence plain pointers.
    static constexpr std::int32_t place_weights(const std::int8_t* weights, std::size_t n, std::int8_t* to) {
        std::int32_t sum = 0;
        for (std::size_t done = 0; done < n; done += lanes, to += tile * lanes) {
            const std::size_t left = n - done < lanes ? n - done : lanes;
            for (std::size_t i = 0; i < left; ++i) {
                const std::int8_t weight = *weights++;
                to[i] = weight;
                sum += weight;
            }
        }
        return sum;
    }

    static constexpr std::size_t place(std::size_t lane, std::size_t tap) {
        return (tap / lanes * tile + lane) * lanes + tap % lanes;
    }
};

/// The window of an output pixel, where its rows are short. Networks have one such layer, their first: code
/// of its own.
template <ConvGeometry G>
void gather_short_rows(const std::int8_t* image, std::size_t pixel, std::int8_t zero, std::int8_t* to) {
    static constexpr ConvGeometry g = G;
    const auto top = reference::tap_position(pixel / G.output_width, G.stride_height, 0, 1, G.padding_top);
    const auto left = reference::tap_position(pixel % G.output_width, G.stride_width, 0, 1, G.padding_left);
    const std::size_t row = g.width * g.channels, window_row = g.kernel_width * g.channels;
    const auto height = static_cast<std::ptrdiff_t>(g.height),
               rows = static_cast<std::ptrdiff_t>(g.kernel_height);
    const auto last = std::clamp<std::ptrdiff_t>(height - top, 0, rows);
    const auto first = std::clamp<std::ptrdiff_t>(-top, 0, last);
    const Run run = run_at(g, left, g.kernel_width);
    const auto inside = static_cast<std::size_t>(last - first);
    if (inside != g.kernel_height || run.inside != window_row) Copy::fill(to, g.taps(), zero);
    copy_short_rows(image + (top + first) * static_cast<std::ptrdiff_t>(row) + run.from, row, inside,
                    run.inside, to + static_cast<std::size_t>(first) * window_row + run.before, window_row);
}

/// A pixel's inputs as whole vectors. Lanes beyond the taps may hold anything: their weights are 0. They stay
/// where they are if no output can come to lie there, and if the last vector does not reach beyond the image.
template <ConvGeometry G>
const std::int8_t* inputs_of(const PackedConv<G>& packed, std::size_t pixel, const std::int8_t* x,
                             std::byte* scratch) {
    static constexpr ConvGeometry geometry = G;
    auto* patch = reinterpret_cast<std::int8_t*>(scratch) + pixel % 2 * packed.vectors * lanes;
    if constexpr (pointwise(G)) {
        const std::size_t first = pixel * G.channels;
        if (G.filters > G.channels && first + packed.vectors * lanes <= G.inputs()) return x + first;
        Copy::copy(x + first, G.channels, patch);
    } else if constexpr (has_short_rows(G)) {
        gather_short_rows<G>(x, pixel, packed.input_zero_point, patch);
    } else {
        gather<Copy>(geometry, x, pixel / G.output_width, pixel % G.output_width, packed.input_zero_point,
                     patch);
    }
    return patch;
}

}  // namespace arm_mve

template <ConvGeometry G>
constexpr auto pack(isa::ArmMve, const QuantizedConv<G>& layer) {
    return arm_mve::PackedConv<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmMve, const arm_mve::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    constexpr std::size_t outputs = G.output_height * G.output_width;
    arm_mve::Job job{reinterpret_cast<const std::int8_t*>(packed.tiles.data()),
                     reinterpret_cast<const std::int8_t*>(packed.tiles.data() + packed.tiles.size()),
                     packed.vectors, packed.limits, nullptr};
    if constexpr (outputs > 1) {
        static_assert(G.filters < 65536, "mote: two pixels' outputs must lie within 16 bits of one another");
        constexpr std::size_t vectors = packed.vectors <= arm_mve::unrolled ? packed.vectors : 0;
        job.two_pixels = packed.limits.whole_relu() ? arm_mve::two_pixels<vectors, true>
                                                    : arm_mve::two_pixels<vectors, false>;
    }
    for (std::size_t pixel = 0; pixel < outputs; pixel += 2, y += 2 * G.filters) {
        const std::int8_t* x0 = arm_mve::inputs_of(packed, pixel, x, scratch);
        const std::int8_t* x1 =
            pixel + 1 < outputs ? arm_mve::inputs_of(packed, pixel + 1, x, scratch) : nullptr;
        arm_mve::pixels(x0, x1, job, y, G.filters);
    }
}

}  // namespace mote::kernels::impl
