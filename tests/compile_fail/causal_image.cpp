// SPDX-License-Identifier: MIT
// message: accepts_output_of
// message: Conv1D
// A convolution along time reads a sequence; an image has to become one first.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;
using Conv = nn::Conv1D<nn::Conv1DConfig{.filters = 4, .padding = nn::Padding::causal}>;

#ifdef WRONG
using Architecture = nn::Sequential<nn::Shape{8, 8, 1}, Conv, nn::GlobalMaxPool>;
#else
using Architecture =
    nn::Sequential<nn::Shape{8, 8, 1}, nn::Reshape<nn::Shape{8, 8}>, Conv, nn::GlobalMaxPool>;
#endif

int main() {}
