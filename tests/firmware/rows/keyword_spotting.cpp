// SPDX-License-Identifier: MIT
// The keyword spotting network of MLPerf Tiny, int8, with random weights.
#include "tests/nn/models/keyword_spotting.hpp"

#include "tests/firmware/network_row.hpp"

using Model = mote::testing::SeededNetwork<mote::testing::keyword_spotting::Architecture>;

constexpr Model model{mote::testing::seeded_weights<Model::Architecture>(/*seed=*/1)};
constinit mote::firmware::NetworkMemory<Model> memory{};

int main() {
    return mote::firmware::report_network("keyword_spotting", model, memory);
}
