// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>

#include "mote/core/dataset.hpp"
#include "mote/core/floating.hpp"

namespace mote {

namespace detail {

/// Unsigned numbers in the order of the floats they stand for.
template <FloatingScalar T>
constexpr BitsOf<T> ordered_bits(T x) {
    const auto bits = std::bit_cast<BitsOf<T>>(x);
    return (bits & sign_bit<T>) != 0 ? ~bits : bits | sign_bit<T>;
}

template <FloatingScalar T>
constexpr T from_ordered_bits(BitsOf<T> ordered) {
    const bool negative = (ordered & sign_bit<T>) == 0;
    return std::bit_cast<T>(negative ? ~ordered : ordered ^ sign_bit<T>);
}

}  // namespace detail

/// The value of a given rank, 0 the least, of one feature: found without sorting, moving or copying rows, by
/// halving the interval of bit patterns it lies in.
///
/// Shapes  rows: [n][Features], all finite; rank < n.
/// Memory  none. Time O(n * bits of T).
template <FloatingScalar T, std::size_t Features>
[[nodiscard]] constexpr T order_statistic(Rows<T, Features> rows, std::size_t feature, std::size_t rank) {
    detail::BitsOf<T> value = 0;
    for (auto bit = detail::sign_bit<T>; bit != 0; bit >>= 1) {
        std::size_t below = 0;
        for (const auto& row : rows) below += detail::ordered_bits(row[feature]) < (value | bit) ? 1 : 0;
        if (below <= rank) value |= bit;
    }
    return detail::from_ordered_bits<T>(value);
}

/// The quantile of one feature, interpolated between the two nearest ranks as in numpy.
/// Shapes  rows: [n][Features], n > 0; probability in [0, 1].
template <FloatingScalar T, std::size_t Features>
[[nodiscard]] constexpr T quantile(Rows<T, Features> rows, std::size_t feature, T probability) {
    const T place = probability * static_cast<T>(rows.size() - 1);
    const auto rank = static_cast<std::size_t>(place);
    const T lower = order_statistic(rows, feature, rank);
    const T share = place - static_cast<T>(rank);
    if (share == 0) return lower;
    return lower + (order_statistic(rows, feature, rank + 1) - lower) * share;
}

}  // namespace mote
