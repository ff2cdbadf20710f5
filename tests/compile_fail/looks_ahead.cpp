// SPDX-License-Identifier: MIT
// message: runs_frame_by_frame
// message: Conv1D
// With padding on both sides a convolution needs frames that have not come yet.
#include "mote/nn/network.hpp"
#include "mote/nn/streaming.hpp"

namespace nn = mote::nn;
#ifdef WRONG
constexpr nn::Padding padding = nn::Padding::same;
#else
constexpr nn::Padding padding = nn::Padding::causal;
#endif
using Architecture =
    nn::Sequential<nn::Shape{8, 2}, nn::Conv1D<nn::Conv1DConfig{.filters = 4, .padding = padding}>, nn::Tanh>;

using Stream = nn::Streaming<nn::Network<float, Architecture>>;

int main() {}
