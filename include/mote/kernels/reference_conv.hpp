// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/quantized.hpp"

/// The specification of the int8 layers, bit by bit that of TensorFlow Lite's reference kernels.
/// Source  Jacob et al. 2018, CVPR, pages 2704-2713: (1) is the doubling high multiply of their section
///         2.2, (2) the rounding shift of their appendix B.
namespace mote::kernels {

/// An OutputStage of any width.
struct StageView {
    const std::int32_t* multiplier;
    const std::int8_t* shift;
    std::int32_t zero_point;
    std::int32_t lowest;
    std::int32_t highest;
};

template <std::size_t Filters>
constexpr StageView view(const OutputStage<Filters>& stage) {
    return {stage.multiplier.data(), stage.shift.data(), stage.zero_point, stage.lowest, stage.highest};
}

namespace reference {

/// x / 2^right to the nearest, ties away from zero. (2)
constexpr std::int32_t rounding_shift(std::int32_t x, int right) {
    const auto mask = static_cast<std::int32_t>((std::uint32_t{1} << right) - 1);
    const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> right) + ((x & mask) > threshold ? 1 : 0);
}

/// round(x * multiplier * 2^(shift - 31)), rounded twice. multiplier >= 0, -31 <= shift <= 30;
/// x * 2^shift must fit 32 bits where shift is positive (what does not fit wraps).
constexpr std::int32_t rescale(std::int32_t x, std::int32_t multiplier, int shift) {
    const int left = shift > 0 ? shift : 0;
    const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
    const auto high = static_cast<std::int32_t>(
        (std::int64_t{shifted} * multiplier + (std::int64_t{1} << 30)) >> 31);  // (1)
    return rounding_shift(high, shift > 0 ? 0 : -shift);
}

/// The output byte of a rescaled accumulator.
constexpr std::int8_t clamped(std::int32_t scaled, const StageView& stage) {
    const std::int32_t inside =
        std::clamp(scaled, stage.lowest - stage.zero_point, stage.highest - stage.zero_point);
    return static_cast<std::int8_t>(inside + stage.zero_point);
}

/// The output byte of one accumulator.
constexpr std::int8_t requantize(std::int32_t accumulator, const StageView& stage, std::size_t filter) {
    return clamped(rescale(accumulator, stage.multiplier[filter], stage.shift[filter]), stage);
}

/// One output byte for each of n accumulators, accumulator i by filter i.
constexpr void requantize(const std::int32_t* accumulators, const StageView& stage, std::int8_t* y,
                          std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = requantize(accumulators[i], stage, i);
}

/// Where kernel tap `tap` of output `out` reads; negative or beyond the image is padding.
constexpr std::ptrdiff_t tap_position(std::size_t out, std::size_t stride, std::size_t tap,
                                      std::size_t dilation, std::size_t padding) {
    return static_cast<std::ptrdiff_t>(out * stride + tap * dilation) - static_cast<std::ptrdiff_t>(padding);
}

constexpr bool inside(std::ptrdiff_t position, std::size_t size) {
    return position >= 0 && position < static_cast<std::ptrdiff_t>(size);
}

/// Calls use(first input element of the pixel, tap) for every tap of a window that lies in the image.
template <class Use>
[[gnu::always_inline]] constexpr void for_each_tap(const ConvGeometry& g, std::size_t out_y,
                                                   std::size_t out_x, Use use) {
    for (std::size_t ky = 0; ky < g.kernel_height; ++ky) {
        const auto in_y = tap_position(out_y, g.stride_height, ky, g.dilation_height, g.padding_top);
        if (!inside(in_y, g.height)) continue;
        for (std::size_t kx = 0; kx < g.kernel_width; ++kx) {
            const auto in_x = tap_position(out_x, g.stride_width, kx, g.dilation_width, g.padding_left);
            if (!inside(in_x, g.width)) continue;
            const std::size_t pixel =
                static_cast<std::size_t>(in_y) * g.width + static_cast<std::size_t>(in_x);
            use(pixel * g.channels, ky * g.kernel_width + kx);
        }
    }
}

template <ConvGeometry G, class Use>
[[gnu::always_inline]] constexpr void for_each_tap(std::size_t out_y, std::size_t out_x, Use use) {
    for_each_tap(G, out_y, out_x, use);
}

/// x: [height][width][channels], y: [output_height][output_width][filters].
template <ConvGeometry G>
constexpr void run(const QuantizedConv<G>& layer, const std::int8_t* x, std::int8_t* y) {
    for (std::size_t pixel = 0; pixel < G.output_height * G.output_width; ++pixel) {
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            std::int32_t total = layer.bias[filter];
            for_each_tap<G>(
                pixel / G.output_width, pixel % G.output_width, [&](std::size_t from, std::size_t tap) {
                    const std::size_t weight = filter * G.taps() + tap * G.channels;
                    for (std::size_t c = 0; c < G.channels; ++c) {
                        total += layer.weights[weight + c] * (x[from + c] - layer.input_zero_point);
                    }
                });
            y[pixel * G.filters + filter] = requantize(total, view(layer.output), filter);
        }
    }
}

template <ConvGeometry G>
constexpr void run(const QuantizedDepthwise<G>& layer, const std::int8_t* x, std::int8_t* y) {
    constexpr std::size_t filters_per_channel = G.filters / G.channels;
    for (std::size_t pixel = 0; pixel < G.output_height * G.output_width; ++pixel) {
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            std::int32_t total = layer.bias[filter];
            for_each_tap<G>(pixel / G.output_width, pixel % G.output_width,
                            [&](std::size_t from, std::size_t tap) {
                                const std::int32_t value =
                                    x[from + filter / filters_per_channel] - layer.input_zero_point;
                                total += layer.weights[tap * G.filters + filter] * value;
                            });
            y[pixel * G.filters + filter] = requantize(total, view(layer.output), filter);
        }
    }
}

/// y[i] = a[i] + Sign b[i], as real numbers.
template <int Sign = 1>
constexpr void add(const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b, std::int8_t* y,
                   std::size_t n) {
    const auto scaled = [](std::int8_t x, const QuantizedAdd::Summand& summand) {
        return rescale((x - summand.zero_point) * (1 << 20), summand.multiplier, summand.shift);
    };
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t sum = scaled(a[i], layer.summands[0]) + Sign * scaled(b[i], layer.summands[1]);
        y[i] = requantize(sum, view(layer.output), 0);
    }
}

}  // namespace reference
}  // namespace mote::kernels
