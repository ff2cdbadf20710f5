// SPDX-License-Identifier: MIT
// The keyword spotting network of MLPerf Tiny, int8, with random weights of four bits.
#include "tests/nn/models/keyword_spotting.hpp"

#include "tests/firmware/network_row.hpp"

using Architecture = mote::nn::Aware<mote::testing::keyword_spotting::Architecture, 4>;
using Model = mote::testing::SeededNetwork<Architecture>;

constexpr Model model{mote::testing::seeded_narrow_weights<Architecture>(/*seed=*/1)};
constinit mote::firmware::NetworkMemory<Model> memory{};

int main() {
    return mote::firmware::report_network("keyword_spotting_int4", model, memory);
}
