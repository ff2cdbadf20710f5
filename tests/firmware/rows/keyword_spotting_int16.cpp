// SPDX-License-Identifier: MIT
// board: m0 large
// The keyword spotting network of MLPerf Tiny with activations of 16 bits and random weights.
#include "tests/nn/models/keyword_spotting.hpp"

#include "tests/firmware/network_row.hpp"

using Architecture = mote::testing::keyword_spotting::Architecture;
using Model = mote::nn::Network<std::int16_t, Architecture>;

constexpr Model model{mote::testing::seeded_int16_weights<Architecture>(/*seed=*/1)};
constinit mote::firmware::NetworkMemory<Model> memory{};

int main() {
    return mote::firmware::report_network("keyword_spotting_int16", model, memory);
}
