// SPDX-License-Identifier: MIT
// board: no soft float
// One estimate from the 5 nearest of 64 rows of 4 features in q15, learnt on the board.
#include "mote/supervised/k_nearest_neighbors_regression.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using mote::q15;
using Model = mote::KNearestNeighborsRegression<q15, 4, 64>;
using Row = std::array<q15, 4>;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (q15& value : row) value = q15::from_raw(static_cast<std::int16_t>(random.below(32768)));
    return row;
}

constinit Model model;
constinit Row input{q15::from_raw(14000), q15::from_raw(18000), q15::from_raw(8000), q15::from_raw(16000)};
constinit q15 estimate{};
constinit std::array<std::int16_t, 32> estimates{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < 100; ++i) {
        const Row row = draw(random);
        model.update(row, row[0] * row[0] - row[1]);
    }
    return mote::firmware::report(
        "k_nearest_neighbors_regression_q15", /*macs=*/256,
        [] { estimate = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::int16_t& answer : estimates) answer = model.predict(draw(other)).raw;
            return mote::firmware::checksum(estimates);
        });
}
