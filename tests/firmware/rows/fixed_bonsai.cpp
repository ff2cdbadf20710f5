// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction by the Bonsai of the row `bonsai` with weights of 8 bits, in integers.
#include "mote/supervised/fixed_bonsai.hpp"

#include "tests/firmware/tiny_row.hpp"

constexpr mote::BonsaiConfig config{.projected = 6, .depth = 2, .kept = 64};
constexpr auto model = mote::firmware::in_integers<mote::FixedBonsai<30, 2, config>>(
    mote::firmware::with_random_weights<mote::Bonsai<float, 30, 2, config>>());

int main() {
    return mote::firmware::report_integer_classifier<model>("fixed_bonsai", /*macs=*/64 + 8 * 6);
}
