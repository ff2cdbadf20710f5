// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/int16.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The specification of the 16x8 layers, bit by bit that of TensorFlow Lite's reference kernels.
namespace mote::kernels::reference {

/// round(x * multiplier * 2^(shift - 31)) with the multiplier rounded to 15 bits, ties up. |x| < 2^47,
/// multiplier >= 0, -31 <= shift <= 7. What does not fit 32 bits saturates; TensorFlow Lite leaves that open.
constexpr std::int32_t rescale_sum(std::int64_t x, std::int32_t multiplier, int shift) {
    const std::int64_t reduced = multiplier < 0x7fff0000 ? (multiplier + (1 << 15)) >> 16 : 0x7fff;
    const int right = 15 - shift;
    const std::int64_t result = (x * reduced + (std::int64_t{1} << (right - 1))) >> right;
    return static_cast<std::int32_t>(
        std::clamp(result, -std::int64_t{0x7fffffff} - 1, std::int64_t{0x7fffffff}));
}

/// The output of filter `filter` whose sum is given.
constexpr std::int16_t requantize(std::int64_t sum, const Int16View& layer, std::size_t filter) {
    const std::int32_t multiplier = layer.multiplier[filter];
    const std::int32_t scaled = layer.bias32
                                    ? rescale(static_cast<std::int32_t>(sum), multiplier, layer.shift[filter])
                                    : rescale_sum(sum, multiplier, layer.shift[filter]);
    return static_cast<std::int16_t>(std::clamp(scaled, layer.lowest, layer.highest));
}

/// x: [height][width][channels], y: [output_height][output_width][filters].
constexpr void convolve(const ConvGeometry& g, const Int16View& layer, const std::int16_t* x,
                        std::int16_t* y) {
    for (std::size_t pixel = 0; pixel < g.output_height * g.output_width; ++pixel) {
        for (std::size_t filter = 0; filter < g.filters; ++filter) {
            std::int64_t sum = layer.bias[filter];
            for_each_tap(g, pixel / g.output_width, pixel % g.output_width,
                         [&](std::size_t from, std::size_t tap) {
                             const std::size_t weight = filter * g.taps() + tap * g.channels;
                             for (std::size_t c = 0; c < g.channels; ++c) {
                                 sum += layer.weights[weight + c] * x[from + c];
                             }
                         });
            y[pixel * g.filters + filter] = requantize(sum, layer, filter);
        }
    }
}

constexpr void convolve_depthwise(const ConvGeometry& g, const Int16View& layer, const std::int16_t* x,
                                  std::int16_t* y) {
    const std::size_t filters_per_channel = g.filters / g.channels;
    for (std::size_t pixel = 0; pixel < g.output_height * g.output_width; ++pixel) {
        for (std::size_t filter = 0; filter < g.filters; ++filter) {
            std::int64_t sum = layer.bias[filter];
            for_each_tap(
                g, pixel / g.output_width, pixel % g.output_width, [&](std::size_t from, std::size_t tap) {
                    sum += layer.weights[tap * g.filters + filter] * x[from + filter / filters_per_channel];
                });
            y[pixel * g.filters + filter] = requantize(sum, layer, filter);
        }
    }
}

/// Transposed convolution: each input adds its window, at its place times the stride, to the output. Padding
/// is what is cut off before the first row and column. Weights [filter][ky][kx][channel].
constexpr void convolve_transposed(const ConvGeometry& g, const Int16View& layer, const std::int16_t* x,
                                   std::int16_t* y) {
    // The input whose tap reaches output `at`, g's size where there is none.
    const auto source = [](std::size_t at, std::size_t tap, std::size_t stride, std::size_t size) {
        return at < tap || (at - tap) % stride != 0 ? size : std::min((at - tap) / stride, size);
    };
    for (std::size_t i = 0; i < g.outputs(); ++i) {
        const std::size_t filter = i % g.filters, pixel = i / g.filters;
        const std::size_t row = pixel / g.output_width + g.padding_top;
        const std::size_t column = pixel % g.output_width + g.padding_left;
        std::int64_t sum = layer.bias[filter];
        for (std::size_t ky = 0; ky < g.kernel_height; ++ky) {
            const std::size_t from_y = source(row, ky, g.stride_height, g.height);
            for (std::size_t kx = 0; kx < g.kernel_width && from_y < g.height; ++kx) {
                const std::size_t from_x = source(column, kx, g.stride_width, g.width);
                if (from_x == g.width) continue;
                const std::size_t from = (from_y * g.width + from_x) * g.channels;
                const std::size_t weight = filter * g.taps() + (ky * g.kernel_width + kx) * g.channels;
                for (std::size_t c = 0; c < g.channels; ++c) sum += layer.weights[weight + c] * x[from + c];
            }
        }
        y[i] = requantize(sum, layer, filter);
    }
}

template <ConvGeometry G>
constexpr void run(const Int16Conv<G>& layer, const std::int16_t* x, std::int16_t* y) {
    convolve(G, view_int16(layer), x, y);
}
template <ConvGeometry G>
constexpr void run(const Int16Depthwise<G>& layer, const std::int16_t* x, std::int16_t* y) {
    convolve_depthwise(G, view_int16(layer), x, y);
}

/// y[i] = a[i] + Sign b[i], as real numbers.
template <int Sign = 1>
constexpr void add(const Int16Add& layer, const std::int16_t* a, const std::int16_t* b, std::int16_t* y,
                   std::size_t n) {
    const auto scaled = [](std::int16_t x, const Int16Add::Summand& summand) {
        return rescale(x * (1 << 15), summand.multiplier, summand.shift);
    };
    const auto& out = layer.output;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t sum = scaled(a[i], layer.summands[0]) + Sign * scaled(b[i], layer.summands[1]);
        const std::int32_t raw = rescale(sum, out.multiplier[0], out.shift[0]);
        y[i] = static_cast<std::int16_t>(std::clamp<std::int32_t>(raw, out.lowest, out.highest));
    }
}

}  // namespace mote::kernels::reference
