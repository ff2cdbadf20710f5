// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "tests/support/csv.hpp"

namespace mote::testing {

/// The rows of iris with an even number, to learn from, and five of the others: those of which
/// neighbours_reference.py prints scikit-learn's scores.
struct HalfOfIris {
    std::vector<std::array<double, 4>> usual, asked;

    HalfOfIris() {
        const auto lines = read_csv<double, 5>("iris");
        for (std::size_t n = 0; n < lines.size(); n += 2) add(usual, lines[n]);
        for (const std::size_t n : {1u, 41u, 61u, 117u, 131u}) add(asked, lines[n]);
    }

private:
    static void add(std::vector<std::array<double, 4>>& rows, const std::array<double, 5>& line) {
        std::copy_n(line.begin(), 4, rows.emplace_back().begin());
    }
};

}  // namespace mote::testing
