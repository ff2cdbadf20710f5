// SPDX-License-Identifier: MIT
// board: m0 large
// The board's vector primitives against their specification.
#include "tests/firmware/conformance_check.hpp"
#include "tests/kernels/conformance_vectors.hpp"

int main() {
    mote::testing::Conformance report;
    mote::testing::check_all_vectors<mote::isa::Native>(report);
    return mote::firmware::conformance_result(report, /*least=*/1);
}
