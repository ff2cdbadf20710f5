// SPDX-License-Identifier: MIT
// One prediction by a Bonsai of 30 features and 2 classes: 64 weights of the projection to 6, two branches.
#include "mote/supervised/bonsai.hpp"

#include "tests/firmware/tiny_row.hpp"

using Model = mote::Bonsai<float, 30, 2, mote::BonsaiConfig{.projected = 6, .depth = 2, .kept = 64}>;
constexpr auto model = mote::firmware::with_random_weights<Model>();

int main() {
    return mote::firmware::report_classifier<model>("bonsai", /*macs=*/64 + 8 * 6);
}
