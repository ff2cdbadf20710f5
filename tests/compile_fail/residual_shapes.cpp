// SPDX-License-Identifier: MIT
// message: accepts_output_of
// message: Residual
// What went round and what came through must have one shape to be added.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
constexpr std::size_t filters = 5;
#else
constexpr std::size_t filters = 4;
#endif
using Branch =
    nn::Path<nn::Conv2D<nn::ConvConfig{.filters = filters, .kernel = 3, .padding = nn::Padding::same}>>;
using Architecture = nn::Sequential<nn::Shape{8, 8, 4}, nn::Residual<Branch>>;

int main() {}
