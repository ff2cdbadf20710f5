// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/firmware/check.hpp"
#include "tests/kernels/conformance.hpp"

namespace mote::firmware {

/// What main returns after a part of the conformance suite: 0 when at least `least` comparisons all held.
inline int conformance_result(const testing::Conformance& report, std::size_t least) {
    print_decimal(static_cast<std::uint32_t>(report.checks));
    print(" comparisons\n");
    Checks checks;
    checks.expect(report.checks >= least, "the suite ran whole");
    if (!checks.expect(report.failures == 0, report.first_failure)) {
        print("at length or case ");
        print_decimal(static_cast<std::uint32_t>(report.first_detail));
        print("\n");
    }
    return checks.result();
}

}  // namespace mote::firmware
