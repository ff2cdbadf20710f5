// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/network.hpp"

namespace mote::testing {

/// The streaming wake word network of MLPerf Tiny: 30 frames of 40 mel bands to three classes.
/// Source  MLCommons Tiny, streaming wakeword benchmark; separable convolutions in time.
namespace wake_word {

template <std::size_t Taps>
using Depthwise = nn::DepthwiseConv2D<nn::DepthwiseConfig{.kernel = {Taps, 1}}>;
template <std::size_t Filters>
using Pointwise =
    nn::Conv2D<nn::ConvConfig{.filters = Filters, .kernel = 1, .activation = nn::Activation::relu}>;

using Architecture =
    nn::Sequential<nn::Shape{30, 40}, Depthwise<3>, Pointwise<128>, Depthwise<5>, Pointwise<128>,
                   Depthwise<10>, Pointwise<128>, Depthwise<15>, Pointwise<32>, nn::Flatten,
                   nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;

}  // namespace wake_word
}  // namespace mote::testing
