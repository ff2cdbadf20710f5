// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction among 64 rows of 4 features and 3 classes in q15, learnt on the board.
#include "mote/supervised/k_nearest_neighbors.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using mote::q15;
using Model = mote::KNearestNeighbors<q15, 4, 3, 64>;
using Row = std::array<q15, 4>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (q15& value : row)
        value = q15::from_raw(static_cast<std::int16_t>(random.below(20000) + 6000 * label));
    return row;
}

constinit Model model;
constinit Row input{q15::from_raw(14000), q15::from_raw(18000), q15::from_raw(8000), q15::from_raw(16000)};
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < 100; ++i) {
        model.update(draw(random, i % 3), static_cast<std::uint8_t>(i % 3));
    }
    return mote::firmware::report(
        "k_nearest_neighbors_q15", /*macs=*/256,
        [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(other, i % 3));
            return mote::firmware::checksum(labels);
        });
}
