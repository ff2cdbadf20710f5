// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/conv2d.hpp"
#include "mote/nn/depthwise_conv2d.hpp"
#include "mote/nn/sequence.hpp"

namespace mote::nn {

struct Conv1DConfig {
    std::size_t filters = 1;
    std::size_t kernel = 3;
    std::size_t stride = 1;
    std::size_t dilation = 1;
    Padding padding = Padding::valid;
    Activation activation = Activation::none;

    [[nodiscard]] constexpr ConvConfig of_image() const {
        return {filters, {kernel, 1}, {stride, 1}, {dilation, 1}, padding, activation};
    }
};

/// Convolution along time: Conv2D of an image that is one column wide, with all its kernels.
///
/// Shapes  x: [steps][features], y: [windows][filters].
///         Weights W [filter][tap][feature], then b [filters]; Keras keeps [tap][feature][filter], PyTorch
///         [filter][feature][tap].
/// Errors  NaN reaches the outputs whose window sees it, and no other.
/// Memory  (kernel * features + 1) * filters weights; float scratch: one window.
/// Time    windows * kernel * features * filters. Padding counts as zeros.
/// Source  Waibel et al. 1989, IEEE Transactions on Acoustics, Speech, and Signal Processing 37(3):328-339;
///         Padding::causal after van den Oord et al. 2016, arXiv:1609.03499, section 2.1.
template <Conv1DConfig Config>
struct Conv1D : OfSequence<Conv2D<Config.of_image()>> {
    template <Activation Next>
    requires(Config.activation == Activation::none) using Fused = Conv1D<fused(Config, Next)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Conv1D<mote::nn::Conv1DConfig{.filters = ", Config.filters);
        describe_steps(Config, print);
    }
};

struct Depthwise1DConfig {
    std::size_t multiplier = 1;  // filters for each feature
    std::size_t kernel = 3;
    std::size_t stride = 1;
    std::size_t dilation = 1;
    Padding padding = Padding::valid;
    Activation activation = Activation::none;

    [[nodiscard]] constexpr DepthwiseConfig of_image() const {
        return {multiplier, {kernel, 1}, {stride, 1}, {dilation, 1}, padding, activation};
    }
};

/// Depthwise convolution along time: every feature for itself.
///
/// Shapes  x: [steps][features], y: [windows][features * multiplier], the filters of one feature next to each
///         other. Weights W [tap][filter], then b [filters].
/// Errors  NaN reaches the outputs of its feature whose window sees it, and no other.
/// Memory  (kernel + 1) * features * multiplier weights, no float scratch.
/// Time    windows * kernel * features * multiplier. Padding counts as zeros.
/// Source  Howard et al. 2017, arXiv:1704.04861, along time. Integers: as DepthwiseConv2D.
template <Depthwise1DConfig Config = Depthwise1DConfig{}>
struct DepthwiseConv1D : OfSequence<DepthwiseConv2D<Config.of_image()>> {
    template <Activation Next>
    requires(Config.activation == Activation::none) using Fused = DepthwiseConv1D<fused(Config, Next)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::DepthwiseConv1D<mote::nn::Depthwise1DConfig{.multiplier = ", Config.multiplier);
        describe_steps(Config, print);
    }
};

}  // namespace mote::nn
