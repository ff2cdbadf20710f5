// SPDX-License-Identifier: MIT
// message: accepts_output_of
// message: RoundedWeights
// What has no weights has none to round.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Layer = nn::ReLU;
#else
using Layer = nn::Dense<nn::DenseConfig{.units = 2}>;
#endif
using Architecture = nn::Sequential<nn::Shape(8), nn::RoundedWeights<Layer, 4>>;

int main() {}
