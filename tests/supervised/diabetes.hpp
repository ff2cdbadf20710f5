// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "mote/core/dataset.hpp"
#include "tests/support/csv.hpp"

namespace mote::testing {

/// The set of tests/data with real targets, every fifth row held out.
template <class T>
struct Diabetes {
    std::vector<std::array<T, 10>> rows, held_out_rows;
    std::vector<T> targets, held_out_targets;

    Diabetes() {
        std::size_t number = 0;
        for (const auto& line : read_csv<double, 11>("diabetes")) {
            const bool held_out = number++ % 5 == 0;
            auto& row = (held_out ? held_out_rows : rows).emplace_back();
            std::transform(line.begin(), line.begin() + 10, row.begin(),
                           [](double x) { return static_cast<T>(x); });
            (held_out ? held_out_targets : targets).push_back(static_cast<T>(line[10]));
        }
    }

    [[nodiscard]] Dataset<T, 10, T> train() const { return {rows, targets}; }

    /// The share of the held-out targets' variance that the model explains.
    template <class Model>
    [[nodiscard]] double r2(const Model& model) const {
        double mean = 0, left = 0, all = 0;
        for (const T y : held_out_targets)
            mean += static_cast<double>(y) / static_cast<double>(held_out_targets.size());
        for (std::size_t i = 0; i < held_out_rows.size(); ++i) {
            const auto y = static_cast<double>(held_out_targets[i]);
            const double error = y - static_cast<double>(model.predict(held_out_rows[i]));
            left += error * error;
            all += (y - mean) * (y - mean);
        }
        return 1 - left / all;
    }
};

}  // namespace mote::testing
