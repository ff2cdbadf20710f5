// SPDX-License-Identifier: MIT
// board: m0 large
// The autoencoder of MLPerf Tiny, int8, with random weights.
#include "tests/nn/models/autoencoder.hpp"

#include "tests/firmware/network_row.hpp"

using Model = mote::testing::SeededNetwork<mote::testing::autoencoder::Architecture>;

constexpr Model model{mote::testing::seeded_weights<Model::Architecture>(/*seed=*/1)};
constinit mote::firmware::NetworkMemory<Model> memory{};

int main() {
    return mote::firmware::report_network("autoencoder", model, memory);
}
