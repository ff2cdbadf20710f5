// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction by the ProtoNN of the row `proto_nn` with weights of 8 and prototypes of 16 bits, in
// integers.
#include "mote/supervised/fixed_proto_nn.hpp"

#include "tests/firmware/tiny_row.hpp"

constexpr mote::ProtoNNConfig config{.projected = 6, .prototypes = 10, .kept = 64};
constexpr auto model = mote::firmware::in_integers<mote::FixedProtoNN<30, 2, config>>(
    mote::firmware::with_random_weights<mote::ProtoNN<float, 30, 2, config>>());

int main() {
    return mote::firmware::report_integer_classifier<model>("fixed_proto_nn", /*macs=*/64 + 10 * 8);
}
