// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mote/core/dataset.hpp"
#include "tests/support/csv.hpp"

namespace mote::testing {

/// A labelled set of tests/data, every fifth row held out as in tests/supervised/reference.py.
template <class T, std::size_t Features>
struct Split {
    using Data = Dataset<T, Features>;
    std::vector<typename Data::Row> rows, held_out_rows;
    std::vector<std::uint8_t> labels, held_out_labels;

    Split() = default;
    explicit Split(const std::string& name) {
        std::size_t number = 0;
        for (const auto& line : read_csv<double, Features + 1>(name)) {
            const bool held_out = number++ % 5 == 0;
            auto& row = (held_out ? held_out_rows : rows).emplace_back();
            for (std::size_t i = 0; i < Features; ++i) row[i] = static_cast<T>(line[i]);
            (held_out ? held_out_labels : labels).push_back(static_cast<std::uint8_t>(line[Features]));
        }
    }

    [[nodiscard]] Data train() const { return {rows, labels}; }
    [[nodiscard]] Data test() const { return {held_out_rows, held_out_labels}; }
};

template <class M, class Data>
int right_answers(const M& model, const Data& data) {
    int right = 0;
    for (std::size_t i = 0; i < data.size(); ++i) right += model.predict(data.rows[i]) == data.labels[i];
    return right;
}

}  // namespace mote::testing
