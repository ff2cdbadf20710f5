// SPDX-License-Identifier: MIT
// message: mote: a layer does not run on these integers
// message: HardSwish
// A layer that TensorFlow Lite computes in bytes only has no form for activations of 16 bits.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Curve = nn::HardSwish;
#else
using Curve = nn::Tanh;
#endif
using Architecture = nn::Sequential<nn::Shape(4), nn::Dense<nn::DenseConfig{.units = 3}>, Curve>;

int main() {
    nn::Network<std::int16_t, Architecture>::Workspace scratch{};
    return scratch.arena[0];
}
