// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <ios>

namespace adbench {

struct Set {
    const char* name;
    std::size_t rows;
    std::streamoff first_byte, first_label_byte;
};

/// Fits every detector to the set and prints a line for each; false where one could not be judged. Defined in
/// adbench_detectors.hpp, for one number of features in each of the sources that CMake writes.
template <std::size_t Features>
bool run(const Set& set);

}  // namespace adbench
