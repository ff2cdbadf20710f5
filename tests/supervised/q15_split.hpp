// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>

#include "mote/core/fixed.hpp"
#include "tests/supervised/split.hpp"

namespace mote::testing {

/// A set of tests/data as q15: each feature's range in the rows learnt from becomes -0.5 .. 0.5, so that a
/// value somewhat beyond it is still a number.
template <std::size_t Features>
Split<q15, Features> scaled_to_q15(const std::string& name) {
    const Split<double, Features> raw(name);
    Split<q15, Features> result;
    result.rows.resize(raw.rows.size());
    result.held_out_rows.resize(raw.held_out_rows.size());
    result.labels = raw.labels;
    result.held_out_labels = raw.held_out_labels;
    for (std::size_t i = 0; i < Features; ++i) {
        double low = raw.rows[0][i], high = low;
        for (const auto& row : raw.rows) low = std::min(low, row[i]), high = std::max(high, row[i]);
        const double factor = high > low ? 1 / (high - low) : 0;
        const auto scale = [&](const auto& from, auto& to) {
            for (std::size_t n = 0; n < from.size(); ++n) {
                to[n][i] = static_cast<q15>((from[n][i] - low) * factor - 0.5);
            }
        };
        scale(raw.rows, result.rows);
        scale(raw.held_out_rows, result.held_out_rows);
    }
    return result;
}

/// The same numbers in floating point.
template <class T, std::size_t Features>
Split<T, Features> as_floating(const Split<q15, Features>& fixed) {
    Split<T, Features> result;
    const auto convert = [](const auto& from, auto& to) {
        for (const auto& row : from) {
            auto& other = to.emplace_back();
            for (std::size_t i = 0; i < Features; ++i) other[i] = static_cast<T>(row[i]);
        }
    };
    convert(fixed.rows, result.rows);
    convert(fixed.held_out_rows, result.held_out_rows);
    result.labels = fixed.labels;
    result.held_out_labels = fixed.held_out_labels;
    return result;
}

}  // namespace mote::testing
