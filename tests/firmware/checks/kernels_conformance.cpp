// SPDX-License-Identifier: MIT
// board: m0 large
// The board's own instruction set against the specification of the kernels.
#include "tests/firmware/check.hpp"
#include "tests/kernels/conformance_vectors.hpp"
#include "tests/kernels/geometries.hpp"

int main() {
    mote::testing::Conformance report;
    mote::testing::check_all_vectors<mote::isa::Native>(report);
    mote::testing::check_small_conv<mote::isa::Native>(report);
    mote::testing::check_small_depthwise<mote::isa::Native>(report);
    mote::testing::check_large_conv<mote::isa::Native>(report);
    mote::testing::check_large_depthwise<mote::isa::Native>(report);

    mote::firmware::print_decimal(static_cast<std::uint32_t>(report.checks));
    mote::firmware::print(" comparisons\n");
    mote::firmware::Checks checks;
    checks.expect(report.checks > 5000, "the suite ran whole");
    if (!checks.expect(report.failures == 0, report.first_failure)) {
        mote::firmware::print("at length or case ");
        mote::firmware::print_decimal(static_cast<std::uint32_t>(report.first_detail));
        mote::firmware::print("\n");
    }
    return checks.result();
}
