// SPDX-License-Identifier: MIT
// board: m0 large
// The board's layers with activations of 16 bits against their specification.
#include "tests/firmware/conformance_check.hpp"
#include "tests/kernels/geometries.hpp"

int main() {
    mote::testing::Conformance report;
    mote::testing::check_int16<mote::isa::Native>(report);
    return mote::firmware::conformance_result(report, /*least=*/500);
}
