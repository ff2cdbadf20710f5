// SPDX-License-Identifier: MIT
// message: has_integer_layers_for
// message: SelfAttention
// Attention has no form in bytes: a network with it stays in floats.
#include <array>

#include "mote/core/dataset.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/self_attention.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Sequence = nn::SelfAttention<nn::AttentionConfig{.units = 4}>;
#else
using Sequence = nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = 4}>;
#endif
using Architecture = nn::Sequential<nn::Shape{6, 4}, Sequence>;

int main() {
    const nn::Network<float, Architecture> model{};
    const std::array<std::array<float, 24>, 1> rows{};
    nn::quantize<std::int8_t>(model, mote::Rows<float, 24>(rows));
}
