// SPDX-License-Identifier: MIT
// board: m0 large
// MobileNetV1 0.25 of MLPerf Tiny, int8, with random weights.
#include "tests/nn/models/mobilenet_v1_025.hpp"

#include "tests/firmware/network_row.hpp"

using Model = mote::testing::SeededNetwork<mote::testing::mobilenet_v1_025::Architecture>;

constexpr Model model{mote::testing::seeded_weights<Model::Architecture>(/*seed=*/1)};
constinit mote::firmware::NetworkMemory<Model> memory{};

int main() {
    return mote::firmware::report_network("mobilenet_v1_025", model, memory);
}
