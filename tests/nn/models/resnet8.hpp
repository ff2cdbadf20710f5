// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/network.hpp"

namespace mote::testing {

/// The image classification network of MLPerf Tiny: 32 x 32 colour pixels to 10 classes.
/// Source  He et al. 2016, CVPR, pages 770-778; Banbury et al. 2021, NeurIPS Datasets and Benchmarks.
namespace resnet8 {

inline constexpr auto relu = nn::Activation::relu;
inline constexpr auto same = nn::Padding::same;
template <std::size_t Filters, std::size_t Stride = 1, nn::Activation Fused = relu>
using Conv =
    nn::Conv2D<nn::ConvConfig{.filters = Filters, .stride = Stride, .padding = same, .activation = Fused}>;
template <std::size_t Filters>
using Halving = nn::Residual<
    nn::Path<Conv<Filters, 2>, Conv<Filters, 1, nn::Activation::none>>,
    nn::Path<nn::Conv2D<nn::ConvConfig{.filters = Filters, .kernel = 1, .stride = 2, .padding = same}>>,
    relu>;

using Architecture =
    nn::Sequential<nn::Shape{32, 32, 3}, Conv<16>,
                   nn::Residual<nn::Path<Conv<16>, Conv<16, 1, nn::Activation::none>>, nn::Path<>, relu>,
                   Halving<32>, Halving<64>, nn::GlobalAveragePool, nn::Dense<nn::DenseConfig{.units = 10}>,
                   nn::Softmax>;

}  // namespace resnet8
}  // namespace mote::testing
