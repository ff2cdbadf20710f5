// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>

#include "mote/core/dataset.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct Range {
    T low, high;
};

/// The least and the greatest value of one feature; rows is not empty.
template <FloatingScalar T, std::size_t Features>
[[nodiscard]] constexpr Range<T> range_of(Rows<T, Features> rows, std::size_t feature) {
    Range<T> range{rows[0][feature], rows[0][feature]};
    for (const auto& row : rows) {
        range.low = min(range.low, row[feature]);
        range.high = max(range.high, row[feature]);
    }
    return range;
}

/// not_finite unless every value is finite and within half the largest number of the first row's, so that
/// differences between rows are numbers too.
template <FloatingScalar T, std::size_t Features>
[[nodiscard]] constexpr Status check_ranges(Rows<T, Features> rows) {
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < Features; ++i) {
            if (!isfinite(row[i])) return Status::not_finite;
            const T half_gap = abs(row[i] / 2 - rows[0][i] / 2);
            if (!(half_gap < std::numeric_limits<T>::max() / 4)) return Status::not_finite;
        }
    }
    return Status::ok;
}

/// What takes a range to 0 .. parts; 0 for a range without width, or with less than a number can divide by.
template <FloatingScalar T>
[[nodiscard]] constexpr T factor_to(T parts, Range<T> range) {
    const T width = range.high - range.low;
    return width > parts / std::numeric_limits<T>::max() ? parts / width : T{0};
}

}  // namespace mote
