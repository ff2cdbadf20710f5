// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <vector>

#include "mote/core/dataset.hpp"
#include "tests/support/csv.hpp"

namespace mote::testing {

/// Rows of diabetes, every fifth held out, features to mean 0 and deviation 1 as in linear_reference.py.
template <class T>
struct StandardisedDiabetes {
    std::vector<std::array<T, 10>> rows, held_out_rows;
    std::vector<T> targets, held_out_targets;

    StandardisedDiabetes() {
        const auto lines = read_csv<double, 11>("diabetes");
        std::array<double, 10> mean{}, square{};
        double count = 0;
        for (std::size_t n = 0; n < lines.size(); ++n) count += n % 5 != 0;
        for (std::size_t i = 0; i < 10; ++i) {
            for (std::size_t n = 0; n < lines.size(); ++n) mean[i] += n % 5 != 0 ? lines[n][i] / count : 0;
            for (std::size_t n = 0; n < lines.size(); ++n) {
                square[i] += n % 5 != 0 ? (lines[n][i] - mean[i]) * (lines[n][i] - mean[i]) / count : 0;
            }
        }
        for (std::size_t n = 0; n < lines.size(); ++n) {
            auto& row = (n % 5 == 0 ? held_out_rows : rows).emplace_back();
            for (std::size_t i = 0; i < 10; ++i) {
                row[i] = static_cast<T>((lines[n][i] - mean[i]) / std::sqrt(square[i]));
            }
            (n % 5 == 0 ? held_out_targets : targets).push_back(static_cast<T>(lines[n][10]));
        }
    }
    [[nodiscard]] Dataset<T, 10, T> train() const { return {rows, targets}; }
    [[nodiscard]] Dataset<T, 10, T> test() const { return {held_out_rows, held_out_targets}; }
};

}  // namespace mote::testing
