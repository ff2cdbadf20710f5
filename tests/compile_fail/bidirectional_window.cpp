// SPDX-License-Identifier: MIT
// message: accepts_output_of
// message: Bidirectional
// Only what remembers steps has a direction; a convolution reads both sides of a step anyway.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Layer = nn::Conv1D<nn::Conv1DConfig{.filters = 2}>;
#else
using Layer = nn::Recurrent<nn::LstmCell, nn::RecurrentConfig{.units = 2}>;
#endif
using Architecture = nn::Sequential<nn::Shape{8, 4}, nn::Bidirectional<Layer>>;

int main() {}
