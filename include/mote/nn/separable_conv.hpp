// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/conv1d.hpp"
#include "mote/nn/sequential.hpp"

namespace mote::nn {

struct SeparableConfig {
    std::size_t filters = 1;
    Extent kernel = 3;
    Extent stride = 1;
    Extent dilation = 1;
    std::size_t multiplier = 1;  // filters of the depthwise half for each channel
    Padding padding = Padding::valid;
    Activation activation = Activation::none;

    [[nodiscard]] constexpr DepthwiseConfig depthwise() const {
        return {multiplier, kernel, stride, dilation, padding, Activation::none};
    }
    [[nodiscard]] constexpr ConvConfig pointwise() const {
        return {.filters = filters, .kernel = 1, .activation = activation};
    }
};

/// A convolution in two: every channel for itself, then a mixture of the channels at each pixel. In a
/// Sequential it stands for these two layers; the depthwise half has a bias here, which Keras's has not.
///
/// Shapes  x: [height][width][channels], y: [rows][columns][filters]. Weights of the depthwise half, then of
///         the pointwise half, each with its biases.
/// Errors  NaN reaches the outputs whose window sees it, and no other.
/// Memory  (kernel area + 1) * channels * multiplier + (channels * multiplier + 1) * filters weights; what
///         lies between the halves in the arena.
/// Time    pixels of the output * channels * multiplier * (kernel area + filters).
/// Source  Chollet 2017, CVPR, pages 1251-1258.
template <SeparableConfig Config>
using SeparableConv2D = Path<DepthwiseConv2D<Config.depthwise()>, Conv2D<Config.pointwise()>>;

struct Separable1DConfig {
    std::size_t filters = 1;
    std::size_t kernel = 3;
    std::size_t stride = 1;
    std::size_t dilation = 1;
    std::size_t multiplier = 1;  // filters of the depthwise half for each feature
    Padding padding = Padding::valid;
    Activation activation = Activation::none;

    [[nodiscard]] constexpr Depthwise1DConfig depthwise() const {
        return {multiplier, kernel, stride, dilation, padding, Activation::none};
    }
    [[nodiscard]] constexpr Conv1DConfig pointwise() const {
        return {.filters = filters, .kernel = 1, .activation = activation};
    }
};

/// The same along time: x: [steps][features], y: [windows][filters].
template <Separable1DConfig Config>
using SeparableConv1D = Path<DepthwiseConv1D<Config.depthwise()>, Conv1D<Config.pointwise()>>;

}  // namespace mote::nn
