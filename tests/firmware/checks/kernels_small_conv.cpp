// SPDX-License-Identifier: MIT
// board: m0 large
// The board's convolutions against their specification: shapes at the edges.
#include "tests/firmware/conformance_check.hpp"
#include "tests/kernels/geometries.hpp"

int main() {
    mote::testing::Conformance report;
    mote::testing::check_small_conv<mote::isa::Native>(report);
    return mote::firmware::conformance_result(report, /*least=*/1);
}
