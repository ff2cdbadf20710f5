// SPDX-License-Identifier: MIT
// message: accepts_output_of
// message: Dense
// A dense layer takes a vector; an image has to be flattened first.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Architecture =
    nn::Sequential<nn::Shape{4, 4, 1}, nn::MaxPool2D<>, nn::Dense<nn::DenseConfig{.units = 2}>>;
#else
using Architecture =
    nn::Sequential<nn::Shape{4, 4, 1}, nn::MaxPool2D<>, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 2}>>;
#endif

int main() {}
