// SPDX-License-Identifier: MIT
// One prediction by a ProtoNN of 30 features and 2 classes: 64 weights of the projection to 6, 10 prototypes.
#include "mote/supervised/proto_nn.hpp"

#include "tests/firmware/tiny_row.hpp"

using Model = mote::ProtoNN<float, 30, 2, mote::ProtoNNConfig{.projected = 6, .prototypes = 10, .kept = 64}>;
constexpr auto model = mote::firmware::with_random_weights<Model>();

int main() {
    return mote::firmware::report_classifier<model>("proto_nn", /*macs=*/64 + 10 * 8);
}
