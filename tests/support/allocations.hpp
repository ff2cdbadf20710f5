// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace mote::testing {

/// How often this program has asked for heap memory, by operator new, malloc or their relatives.
[[nodiscard]] std::size_t allocations();

/// Runs the operation and tells how often it allocated.
template <class Operation>
[[nodiscard]] std::size_t allocations_in(Operation&& operation) {
    const std::size_t before = allocations();
    operation();
    return allocations() - before;
}

}  // namespace mote::testing
