// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/network.hpp"
#include "mote/nn/svdf_bytes.hpp"
#include "tests/firmware/seeded_layer.hpp"

/// Whole integer networks with random weights, so that speed and size can be measured without a trained
/// model's file. Layers are distributed as in trained networks (seeded_layer.hpp), each with a ReLU.
namespace mote::testing {

template <kernels::ConvGeometry G>
constexpr void fill(kernels::QuantizedConv<G>& layer, std::uint64_t& seed) {
    layer = firmware::seeded_layer<kernels::QuantizedConv<G>>(seed++, G.taps());
}
template <kernels::ConvGeometry G>
constexpr void fill(kernels::QuantizedDepthwise<G>& layer, std::uint64_t& seed) {
    layer = firmware::seeded_layer<kernels::QuantizedDepthwise<G>>(seed++, G.kernel_height * G.kernel_width);
}
template <kernels::ConvGeometry G>
constexpr void fill(kernels::Int16Conv<G>& layer, std::uint64_t& seed) {
    layer = firmware::seeded_int16_layer<kernels::Int16Conv<G>>(seed++, G.taps());
}
template <kernels::ConvGeometry G>
constexpr void fill(kernels::Int16Depthwise<G>& layer, std::uint64_t& seed) {
    layer =
        firmware::seeded_int16_layer<kernels::Int16Depthwise<G>>(seed++, G.kernel_height * G.kernel_width);
}
constexpr void fill(nn::Int16Softmax& layer, std::uint64_t&) {
    layer.into_table = nn::int16::softmax_multiplier({0.001f});
}
constexpr void fill(nn::QuantizedSoftmax& layer, std::uint64_t&) {
    layer = nn::quantized_softmax(0.15f);
}
/// States that fill their 16 bits, taps of ten bits, and a ReLU.
template <class FeatureFilters, nn::SvdfConfig Config>
constexpr void fill(nn::SvdfNumbers<FeatureFilters, Config>& layer, std::uint64_t& seed) {
    Random random(seed++);
    layer.features.zero_point = -128;
    firmware::draw_weights(random, layer.features.weights.data(), layer.features.weights.size());
    layer.features.multiplier[0] = 1 << 30;
    layer.features.shift[0] = -1;
    for (std::int16_t& tap : layer.time) tap = static_cast<std::int16_t>(4 * firmware::seeded_weight(random));
    for (std::int32_t& bias : layer.bias) bias = static_cast<std::int32_t>(random.next() >> 12) - (1 << 19);
    layer.output = {{1 << 30}, {-14}, -128, -128, 127};
}

template <class... Layers>
constexpr void fill(nn::Record<Layers...>& layers, std::uint64_t& seed);

/// What meets in a residual layer: a shortcut of another scale than the branch's, neither with a ReLU's.
template <class Numbers>
requires requires(Numbers numbers) {
    numbers.add;
}
constexpr void fill(Numbers& layer, std::uint64_t& seed) {
    fill(layer.main, seed);
    fill(layer.side, seed);
    layer.add = nn::quantized_add({0.04f, -128}, {0.11f, -128}, {0.12f, -128}, nn::Activation::relu);
}

template <class... Layers>
constexpr void fill(nn::Record<Layers...>& layers, std::uint64_t& seed) {
    if constexpr (requires { layers.first; }) fill(layers.first, seed);
    if constexpr (requires { layers.rest; }) fill(layers.rest, seed);
}

template <class Architecture>
constexpr nn::QuantizedWeights<Architecture> seeded_weights(std::uint64_t seed) {
    nn::QuantizedWeights<Architecture> weights;
    weights.input = {0.05f, -128};
    weights.output = {1.0f / 256, -128};
    fill(weights.layers, seed);
    return weights;
}

/// The same network's weights in four bits: their upper halves, with outputs as large as before.
template <class... Layers>
constexpr void narrow(nn::Record<Layers...>& layers) {
    if constexpr (requires { layers.first.weights; }) {
        for (std::int8_t& weight : layers.first.weights) {
            weight = static_cast<std::int8_t>(weight < -112 ? -7 : weight >> 4);
        }
        for (std::int8_t& shift : layers.first.output.shift) shift = static_cast<std::int8_t>(shift + 4);
    }
    if constexpr (requires { layers.rest; }) narrow(layers.rest);
}

template <class Architecture>
constexpr nn::QuantizedWeights<Architecture> seeded_narrow_weights(std::uint64_t seed) {
    auto weights = seeded_weights<Architecture>(seed);
    narrow(weights.layers);
    return weights;
}

template <class Architecture>
constexpr nn::QuantizedWeights<Architecture, std::int16_t> seeded_int16_weights(std::uint64_t seed) {
    nn::QuantizedWeights<Architecture, std::int16_t> weights;
    weights.output = nn::int16::unit_output;
    fill(weights.layers, seed);
    return weights;
}

template <class Architecture>
using SeededNetwork = nn::Network<std::int8_t, Architecture>;

}  // namespace mote::testing
