// SPDX-License-Identifier: MIT
#pragma once

#include "tests/firmware/output.hpp"

namespace mote::firmware {

/// The smallest test harness: counts what held and names what did not. main returns result().
///
///     int main() {
///         mote::firmware::Checks checks;
///         checks.expect(1 + 1 == 2, "one and one make two");
///         return checks.result();
///     }
class Checks {
public:
    bool expect(bool holds, const char* claim) {
        ++total_;
        if (holds) return true;
        ++failures_;
        print("FAILED: ");
        print(claim);
        print("\n");
        return false;
    }

    /// Says what was counted. Not 0 when a check failed, or when there was none.
    [[nodiscard]] int result() const {
        print_decimal(total_ - failures_);
        print(" of ");
        print_decimal(total_);
        print(" checks passed\n");
        return failures_ == 0 && total_ != 0 ? 0 : 1;
    }

private:
    std::uint32_t total_ = 0;
    std::uint32_t failures_ = 0;
};

}  // namespace mote::firmware
