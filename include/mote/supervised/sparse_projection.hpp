// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace mote {

/// A matrix with few entries that are not zero. How many it keeps is part of its type, so its size is known
/// before it is trained.
///
/// Shapes  matrix: [Rows][Columns]. apply(x): [Rows], of x: [Columns].
/// Errors  assign() takes the first Kept entries that are not zero, and leaves out what comes after them.
/// Memory  Kept values with a column of 1 byte each (2 where there are more than 256), 2 * Rows bytes.
///         apply() takes Kept multiply-accumulates.
template <class T, std::size_t Rows, std::size_t Columns, std::size_t Kept>
requires(Kept <= 65'535 && Columns <= 65'536) class SparseProjection {
public:
    using Column = std::conditional_t<(Columns > 256), std::uint16_t, std::uint8_t>;

    constexpr void assign(std::span<const T, Rows * Columns> matrix) {
        std::size_t count = 0;
        for (std::size_t row = 0; row < Rows; ++row) {
            for (std::size_t column = 0; column < Columns; ++column) {
                const T value = matrix[row * Columns + column];
                if (value == 0 || count == Kept) continue;
                values_[count] = value;
                columns_[count++] = static_cast<Column>(column);
            }
            ends_[row] = static_cast<std::uint16_t>(count);
        }
    }

    /// The same entries, each put through `change`.
    template <class U, class Change>
    constexpr void assign(const SparseProjection<U, Rows, Columns, Kept>& other, Change change) {
        columns_ = other.columns();
        ends_ = other.ends();
        for (std::size_t i = 0; i < Kept; ++i) values_[i] = change(other.values()[i]);
    }

    /// Adds the products up in the type of `start`, on top of it; `number` makes that type of a feature.
    template <class Sum, class X, class Number>
    [[nodiscard]] constexpr std::array<Sum, Rows> apply(const X& x, std::array<Sum, Rows> start,
                                                        Number number) const {
        std::size_t i = 0;
        for (std::size_t row = 0; row < Rows; ++row) {
            Sum sum = start[row];
            for (; i < ends_[row]; ++i) sum += Sum{values_[i]} * number(x[columns_[i]]);
            start[row] = sum;
        }
        return start;
    }

    [[nodiscard]] constexpr std::size_t count() const { return ends_[Rows - 1]; }
    [[nodiscard]] constexpr const std::array<T, Kept>& values() const { return values_; }
    [[nodiscard]] constexpr const std::array<Column, Kept>& columns() const { return columns_; }
    [[nodiscard]] constexpr const std::array<std::uint16_t, Rows>& ends() const { return ends_; }

private:
    std::array<T, Kept> values_{};
    std::array<std::uint16_t, Rows> ends_{};  // of each row's entries
    std::array<Column, Kept> columns_{};
};

}  // namespace mote
