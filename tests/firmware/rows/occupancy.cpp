// SPDX-License-Identifier: MIT
// board: no soft float
// A climate sensor that learns on the board whether its room is occupied, as examples/occupancy.cpp does: one
// update of a naive Bayes in integers is measured, after one day and before another.
#include "examples/climate_room.hpp"
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"
#include "tests/firmware/row.hpp"

constinit mote::GaussianNaiveBayes<mote::q15, 5, 2> model;
constinit std::array<mote::q15, 5> input{};
constinit std::array<std::uint8_t, 240> answers{};

int main() {
    ClimateRoom room(1);
    for (int i = 0; i < 2 * ClimateRoom::minutes_a_day; ++i) {
        const auto reading = room.step();
        model.update(reading.features, reading.occupied);
        input = reading.features;
    }
    return mote::firmware::report(
        "occupancy", /*macs=*/10, [] { model.update(mote::firmware::opaque(input), 0); },
        [] {
            ClimateRoom other(2);
            for (int i = 0; i < ClimateRoom::minutes_a_day; ++i) {
                answers[static_cast<std::size_t>(i / 6)] = model.predict(other.step().features);
            }
            return mote::firmware::checksum(answers);
        });
}
