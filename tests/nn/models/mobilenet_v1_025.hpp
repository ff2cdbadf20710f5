// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/network.hpp"

namespace mote::testing {

/// The person detection network of MLPerf Tiny: 96 x 96 colour pixels to two classes.
/// Source  Howard et al. 2017, arXiv:1704.04861, table 1, a quarter of its width; Banbury et al. 2021,
/// NeurIPS
///         Datasets and Benchmarks.
namespace mobilenet_v1_025 {

inline constexpr auto relu = nn::Activation::relu;
inline constexpr auto same = nn::Padding::same;
template <std::size_t Stride>
using Depthwise =
    nn::DepthwiseConv2D<nn::DepthwiseConfig{.stride = Stride, .padding = same, .activation = relu}>;
template <std::size_t Filters>
using Pointwise = nn::Conv2D<nn::ConvConfig{.filters = Filters, .kernel = 1, .activation = relu}>;

using Architecture =
    nn::Sequential<nn::Shape{96, 96, 3},
                   nn::Conv2D<nn::ConvConfig{.filters = 8, .stride = 2, .padding = same, .activation = relu}>,
                   Depthwise<1>, Pointwise<16>, Depthwise<2>, Pointwise<32>, Depthwise<1>, Pointwise<32>,
                   Depthwise<2>, Pointwise<64>, Depthwise<1>, Pointwise<64>, Depthwise<2>, Pointwise<128>,
                   Depthwise<1>, Pointwise<128>, Depthwise<1>, Pointwise<128>, Depthwise<1>, Pointwise<128>,
                   Depthwise<1>, Pointwise<128>, Depthwise<1>, Pointwise<128>, Depthwise<2>, Pointwise<256>,
                   Depthwise<1>, Pointwise<256>, nn::GlobalAveragePool,
                   nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>;

}  // namespace mobilenet_v1_025
}  // namespace mote::testing
