// SPDX-License-Identifier: MIT
// What recurrent layers of bytes are made of, on this board's instruction set against the specification.
#include "tests/firmware/conformance_check.hpp"
#include "tests/kernels/conformance_gates.hpp"

int main() {
    mote::testing::Conformance report;
    mote::testing::check_gates<mote::isa::Native>(report);
    return mote::firmware::conformance_result(report, /*least=*/1);
}
