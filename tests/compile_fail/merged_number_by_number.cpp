// SPDX-License-Identifier: MIT
// message: merges_number_by_number
// Constants meet each number in a sum, a difference or a product; there is nothing to stand beside.
#include "mote/nn/network.hpp"

namespace nn = mote::nn;

#ifdef WRONG
using Merge = nn::Concatenate;
#else
using Merge = nn::Multiply;
#endif
using Layer = nn::Channelwise<Merge>;

int main() {}
