// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/network.hpp"

namespace mote::testing {

/// The keyword spotting network of MLPerf Tiny: 49 frames of 10 cepstral coefficients to 12 words.
/// Source  Zhang et al. 2017, arXiv:1711.07128 (DS-CNN); Banbury et al. 2021, NeurIPS Datasets and
/// Benchmarks.
namespace keyword_spotting {

inline constexpr auto relu = nn::Activation::relu;
inline constexpr auto same = nn::Padding::same;
using Depthwise = nn::DepthwiseConv2D<nn::DepthwiseConfig{.padding = same, .activation = relu}>;
using Pointwise = nn::Conv2D<nn::ConvConfig{.filters = 64, .kernel = 1, .activation = relu}>;

using Architecture =
    nn::Sequential<nn::Shape{49, 10, 1},
                   nn::Conv2D<nn::ConvConfig{
                       .filters = 64, .kernel = {10, 4}, .stride = 2, .padding = same, .activation = relu}>,
                   Depthwise, Pointwise, Depthwise, Pointwise, Depthwise, Pointwise, Depthwise, Pointwise,
                   nn::GlobalAveragePool, nn::Dense<nn::DenseConfig{.units = 12}>, nn::Softmax>;

}  // namespace keyword_spotting
}  // namespace mote::testing
