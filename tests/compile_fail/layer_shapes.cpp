// SPDX-License-Identifier: MIT
// message: accepts_output_of
// message: Conv2D
// A convolution reads an image; after Flatten there is none.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;
using Conv = nn::Conv2D<nn::ConvConfig{.filters = 4, .kernel = {3, 3}}>;
using Dense = nn::Dense<nn::DenseConfig{.units = 2}>;

#ifdef WRONG
using Architecture = nn::Sequential<nn::Shape{8, 8, 1}, nn::Flatten, Conv, Dense>;
#else
using Architecture = nn::Sequential<nn::Shape{8, 8, 1}, Conv, nn::Flatten, Dense>;
#endif

int main() {}
