// SPDX-License-Identifier: MIT
// board: m0 large
// One prediction by a quadratic discriminant of 30 features and 2 classes. The board trains it itself, on 64
// rows.
#include "mote/supervised/quadratic_discriminant.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::QuadraticDiscriminant<float, 30, 2> model;
constinit std::array<mote::firmware::ClassifierRow, 64> rows{};
constinit std::array<std::uint8_t, 64> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = mote::firmware::draw_row(random, i % 2);
        labels[i] = i % 2;
    }
    if (model.fit({rows, labels}) != mote::Status::ok) return 1;
    return mote::firmware::report_classifier<model>("quadratic_discriminant", /*macs=*/2 * 495);
}
