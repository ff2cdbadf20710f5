// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace mote::testing {

/// Does an instruction set keep to the specification? Counts checks, and remembers the first that failed.
/// Harness-neutral: Catch asks it on the host, a firmware main() on a board.
struct Conformance {
    std::size_t checks = 0;
    std::size_t failures = 0;
    const char* first_failure = "";  // which primitive
    std::size_t first_detail = 0;    // its length, or a layer's case

    void expect(bool holds, const char* what, std::size_t detail) {
        ++checks;
        if (holds || failures++ > 0) return;
        first_failure = what;
        first_detail = detail;
    }
};

}  // namespace mote::testing
