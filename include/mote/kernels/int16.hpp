// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/quantized.hpp"

/// The layers of TensorFlow Lite's 16x8 arithmetic as data: activations of 16 bits whose zero point is 0,
/// weights of 8 bits. Numbers are in TensorFlow Lite's own order.
namespace mote::kernels {

/// What turns a sum into an output: clamp(round(sum * multiplier * 2^(shift - 31))). Sums of products have 64
/// bits and are rounded once, by a multiplier of 15 bits; those of models whose biases have 32 bits are
/// rounded twice, as bytes are.
template <std::size_t Filters>
struct Int16Stage {
    std::array<std::int32_t, Filters> multiplier{};  // in [2^30, 2^31), or 0
    std::array<std::int8_t, Filters> shift{};        // left when positive; -31 .. 7
    std::int16_t lowest = -32768;                    // the fused activation's range
    std::int16_t highest = 32767;
    bool bias32 = false;
};

/// Ordinary convolution; a dense layer is a 1x1 convolution of a 1x1 image.
/// Weights lie in -127 .. 127, and up to 511 may be -128, [filter][ky][kx][channel]; biases in +-2^46, and in
/// +-2^31 where bias32.
template <ConvGeometry G>
struct Int16Conv {
    static constexpr ConvGeometry geometry = G;
    std::array<std::int8_t, G.filters * G.taps()> weights{};
    std::array<std::int64_t, G.filters> bias{};
    Int16Stage<G.filters> output{};
};

/// Depthwise convolution; filters == channels * multiplier. Weights [ky][kx][filter].
template <ConvGeometry G>
struct Int16Depthwise {
    static constexpr ConvGeometry geometry = G;
    static_assert(G.filters % G.channels == 0,
                  "mote: a depthwise layer has a whole number of filters per channel");
    std::array<std::int8_t, G.kernel_height * G.kernel_width * G.filters> weights{};
    std::array<std::int64_t, G.filters> bias{};
    Int16Stage<G.filters> output{};
};

/// The sum of two images on scales of their own. Each summand is brought to half the larger of the two
/// scales, as round(x * 2^15 * multiplier * 2^(shift - 31)); the output stage then takes the sum of both, or
/// what the second leaves of the first. All is rounded twice. Shifts are -31 .. 0.
struct Int16Add {
    struct Summand {
        std::int32_t multiplier = 1 << 30;
        std::int8_t shift = 0;
    };
    std::array<Summand, 2> summands{};
    Int16Stage<1> output{};
};

/// A layer of any size.
struct Int16View {
    const std::int8_t* weights;
    const std::int64_t* bias;
    const std::int32_t* multiplier;
    const std::int8_t* shift;
    std::int32_t lowest, highest;
    bool bias32;
};

template <class Layer>
constexpr Int16View view_int16(const Layer& layer) {
    const auto& out = layer.output;
    return {layer.weights.data(), layer.bias.data(), out.multiplier.data(), out.shift.data(), out.lowest,
            out.highest,          out.bias32};
}

}  // namespace mote::kernels
