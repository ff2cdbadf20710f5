// SPDX-License-Identifier: MIT
// One prediction among 64 rows of 4 features and 3 classes, learnt on the board.
#include "mote/supervised/k_nearest_neighbors.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::KNearestNeighbors<float, 4, 3, 64>;
using Row = std::array<float, 4>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() + 0.4f * static_cast<float>(label);
    return row;
}

constinit Model model;
constinit Row input{0.7f, 0.9f, 0.4f, 0.8f};
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < 100; ++i) {
        model.update(draw(random, i % 3), static_cast<std::uint8_t>(i % 3));
    }
    return mote::firmware::report(
        "k_nearest_neighbors", /*macs=*/256, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(other, i % 3));
            return mote::firmware::checksum(labels);
        });
}
