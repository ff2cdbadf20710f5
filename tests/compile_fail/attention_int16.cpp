// SPDX-License-Identifier: MIT
// message: has_integer_layers_for
// message: SelfAttention
// Attention has a form in bytes, and none whose activations have 16 bits.
#include <array>
#include <cstdint>

#include "mote/core/dataset.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/self_attention.hpp"

namespace nn = mote::nn;
using Architecture = nn::Sequential<nn::Shape{6, 4}, nn::SelfAttention<nn::AttentionConfig{.units = 4}>>;

#ifdef WRONG
using Integer = std::int16_t;
#else
using Integer = std::int8_t;
#endif

int main() {
    const nn::Network<float, Architecture> model{};
    const std::array<std::array<float, 24>, 1> rows{};
    nn::quantize<Integer>(model, mote::Rows<float, 24>(rows));
}
