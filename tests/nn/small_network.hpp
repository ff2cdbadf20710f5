// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/network.hpp"
#include "tests/nn/reference.hpp"

/// The chain that reference.py computes: every layer once, with padding, stride and dilation.
namespace mote::testing {

using SmallNetwork =
    nn::Sequential<nn::Shape{9, 6, 2},
                   nn::Conv2D<nn::ConvConfig{.filters = 4,
                                             .kernel = {3, 2},
                                             .stride = {2, 1},
                                             .padding = nn::Padding::same,
                                             .activation = nn::Activation::relu}>,
                   nn::MaxPool2D<>,
                   nn::Conv2D<nn::ConvConfig{.filters = 3, .kernel = {1, 2}, .dilation = {1, 2}}>,
                   nn::Flatten, nn::Dense<nn::DenseConfig{.units = 5, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;

/// The int8 numbers of reference.py, layer by layer.
constexpr nn::QuantizedWeights<SmallNetwork> small_bytes() {
    nn::QuantizedWeights<SmallNetwork> all;
    const auto fill = [](auto& layer, const auto& weights, const auto& bias, const auto& multiplier,
                         const auto& shift, const auto& zero_points, bool relu) {
        layer.weights = weights;
        layer.bias = bias;
        layer.output.multiplier = multiplier;
        layer.output.shift = shift;
        layer.input_zero_point = zero_points[0];
        layer.output.zero_point = zero_points[1];
        if (relu) layer.output.lowest = zero_points[1];
    };
    using namespace reference;
    fill(nn::get<0>(all.layers), q_conv_weights, q_conv_bias, q_conv_multiplier, q_conv_shift,
         q_conv_zero_points, true);
    fill(nn::get<2>(all.layers), q_dilated_weights, q_dilated_bias, q_dilated_multiplier, q_dilated_shift,
         q_dilated_zero_points, false);
    fill(nn::get<4>(all.layers), q_hidden_weights, q_hidden_bias, q_hidden_multiplier, q_hidden_shift,
         q_hidden_zero_points, true);
    fill(nn::get<5>(all.layers), q_scores_weights, q_scores_bias, q_scores_multiplier, q_scores_shift,
         q_scores_zero_points, false);
    nn::get<6>(all.layers) = SmallNetwork::Layer<6>::quantize(&weights[0], {0.05f, 10}, {});
    all.output = {1.0f / 256, -128};
    return all;
}

}  // namespace mote::testing
