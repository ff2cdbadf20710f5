// SPDX-License-Identifier: MIT
// board: m0 large
// ResNet-8 of MLPerf Tiny, int8, with random weights.
#include "tests/nn/models/resnet8.hpp"

#include "tests/firmware/network_row.hpp"

using Model = mote::testing::SeededNetwork<mote::testing::resnet8::Architecture>;

constexpr Model model{mote::testing::seeded_weights<Model::Architecture>(/*seed=*/1)};
constinit mote::firmware::NetworkMemory<Model> memory{};

int main() {
    return mote::firmware::report_network("resnet8", model, memory);
}
