// SPDX-License-Identifier: MIT
// message: reads_output_of
#include "mote/nn/fine_tuner.hpp"
#include "mote/nn/network.hpp"

namespace nn = mote::nn;
using Architecture = nn::Sequential<nn::Shape{4}, nn::Dense<nn::DenseConfig{.units = 3}>,
                                    nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>;
using Frozen = nn::Network<std::int8_t, nn::Front<Architecture, 2>>;

#ifdef WRONG
using Learning = nn::Network<float, Architecture>;
#else
using Learning = nn::Network<float, nn::Tail<Architecture, 2>>;
#endif

nn::FineTuner<Frozen, Learning> tuner;
