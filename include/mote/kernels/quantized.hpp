// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The int8 layers of the TensorFlow Lite quantisation specification as data: shapes are types, numbers
/// are values in TensorFlow Lite's own order. Every instruction set packs these for itself.
namespace mote::kernels {

/// Images are height x width x channels. Padding is what the layer adds before the first row and column;
/// what lies beyond the last follows from the output's size.
struct ConvGeometry {
    std::size_t height = 1, width = 1, channels = 1;
    std::size_t output_height = 1, output_width = 1, filters = 1;
    std::size_t kernel_height = 1, kernel_width = 1;
    std::size_t stride_height = 1, stride_width = 1;
    std::size_t dilation_height = 1, dilation_width = 1;
    std::size_t padding_top = 0, padding_left = 0;

    [[nodiscard]] constexpr std::size_t taps() const { return kernel_height * kernel_width * channels; }
    [[nodiscard]] constexpr std::size_t inputs() const { return height * width * channels; }
    [[nodiscard]] constexpr std::size_t outputs() const { return output_height * output_width * filters; }
    [[nodiscard]] constexpr std::size_t macs() const { return outputs() * taps(); }

    /// True where some window hangs over an edge of the image.
    [[nodiscard]] constexpr bool padded() const {
        const std::size_t reach_y =
            (output_height - 1) * stride_height + (kernel_height - 1) * dilation_height;
        const std::size_t reach_x = (output_width - 1) * stride_width + (kernel_width - 1) * dilation_width;
        return padding_top > 0 || padding_left > 0 || reach_y >= height || reach_x >= width;
    }
};

/// What turns a 32-bit accumulator into an output byte:
/// clamp(zero_point + round(acc * multiplier * 2^(shift - 31))), rounded as MultiplyByQuantizedMultiplier
/// does (doubling high multiply, then a rounding shift that takes ties away from zero).
template <std::size_t Filters>
struct OutputStage {
    std::array<std::int32_t, Filters> multiplier{};  // in [2^30, 2^31), or 0
    std::array<std::int8_t, Filters> shift{};        // left when positive; -31 .. 30
    std::int8_t zero_point = 0;
    std::int8_t lowest = -128;  // the fused activation's range
    std::int8_t highest = 127;
};

/// Ordinary convolution; a dense layer is a 1x1 convolution of a 1x1 image.
/// Weights lie in -127 .. 127 (the specification's symmetric range), [filter][ky][kx][channel].
template <ConvGeometry G>
struct QuantizedConv {
    static constexpr ConvGeometry geometry = G;
    std::array<std::int8_t, G.filters * G.taps()> weights{};
    std::array<std::int32_t, G.filters> bias{};
    OutputStage<G.filters> output{};
    std::int8_t input_zero_point = 0;
};

/// Depthwise convolution; filters == channels * multiplier. Weights [ky][kx][filter].
template <ConvGeometry G>
struct QuantizedDepthwise {
    static constexpr ConvGeometry geometry = G;
    static_assert(G.filters % G.channels == 0,
                  "mote: a depthwise layer has a whole number of filters per channel");
    std::array<std::int8_t, G.kernel_height * G.kernel_width * G.filters> weights{};
    std::array<std::int32_t, G.filters> bias{};
    OutputStage<G.filters> output{};
    std::int8_t input_zero_point = 0;
};

/// The sum of two images of bytes on scales of their own. Each summand is brought to half the larger of
/// the two scales, as round((x - zero_point) * 2^20 * multiplier * 2^(shift - 31)); the output stage then
/// takes the sum of both, or what the second leaves of the first. All factors are below one: shifts are -31
/// .. 0.
struct QuantizedAdd {
    struct Summand {
        std::int32_t multiplier = 1 << 30;
        std::int8_t shift = 0;
        std::int8_t zero_point = 0;
    };
    std::array<Summand, 2> summands{};
    OutputStage<1> output{};
};

}  // namespace mote::kernels
