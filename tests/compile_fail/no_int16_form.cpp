// SPDX-License-Identifier: MIT
// message: mote: a layer does not run on these integers
// message: LayerNormalization
// A layer that TensorFlow Lite has no kernel of has no form for activations of 16 bits.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Second = nn::LayerNormalization<>;
#else
using Second = nn::HardSwish;
#endif
using Architecture = nn::Sequential<nn::Shape(4), nn::Dense<nn::DenseConfig{.units = 3}>, Second>;

int main() {
    nn::Network<std::int16_t, Architecture>::Workspace scratch{};
    return scratch.arena[0];
}
