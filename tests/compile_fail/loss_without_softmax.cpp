// SPDX-License-Identifier: MIT
// message: ends_in_softmax_for
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Architecture = nn::Sequential<nn::Shape{4}, nn::Dense<nn::DenseConfig{.units = 3}>>;
#else
using Architecture = nn::Sequential<nn::Shape{4}, nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;
#endif

nn::Trainer<nn::Network<float, Architecture>> trainer;
