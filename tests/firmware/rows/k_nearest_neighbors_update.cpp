// SPDX-License-Identifier: MIT
// One update of a full memory of 64 rows of 4 features: a reservoir chooses.
#include "mote/supervised/k_nearest_neighbors.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::KNearestNeighbors<float, 4, 3, 64> model;

constexpr std::array<float, 4> draw(mote::Random& random, std::size_t label) {
    std::array<float, 4> row{};
    for (float& value : row) value = random.uniform<float>() + 0.4f * static_cast<float>(label);
    return row;
}

int main() {
    return mote::firmware::report_update<model, std::array<float, 4>, 3>("k_nearest_neighbors_update",
                                                                         /*macs=*/0, draw);
}
