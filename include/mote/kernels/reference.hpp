// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/exponential.hpp"

/// The specification of each vector primitive: one plain loop, usable in constant expressions. Every
/// instruction set gives the same bits for integers and the same sum, in another order, for floats.
namespace mote::kernels {

/// What sums of products of T are kept in. Exact as long as the true sum fits: n * 2^14 < 2^31 for int8
/// (so up to 2^17 - 1 terms; squared distances, n * 2^16, up to 2^15 - 1), any length for int16.
template <class T>
struct AccumulatorOf {
    using Type = T;
};
template <>
struct AccumulatorOf<std::int8_t> {
    using Type = std::int32_t;
};
template <>
struct AccumulatorOf<std::int16_t> {
    using Type = std::int64_t;
};
template <class T>
using Accumulator = typename AccumulatorOf<T>::Type;

namespace reference {

/// sum of x[i] * y[i]
template <class T>
constexpr Accumulator<T> dot(const T* x, const T* y, std::size_t n) {
    Accumulator<T> total = 0;
    for (std::size_t i = 0; i < n; ++i) total += Accumulator<T>{x[i]} * Accumulator<T>{y[i]};
    return total;
}

/// y[i] += a * x[i]
template <class T>
constexpr void axpy(T a, const T* x, Accumulator<T>* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] += Accumulator<T>{a} * Accumulator<T>{x[i]};
}

/// y += matrix * x, with the matrix row by row: [rows][columns]
template <class T>
constexpr void gemv(const T* matrix, const T* x, Accumulator<T>* y, std::size_t rows, std::size_t columns) {
    for (std::size_t row = 0; row < rows; ++row) y[row] += dot(matrix + row * columns, x, columns);
}

/// sum of (x[i] - y[i])^2
template <class T>
constexpr Accumulator<T> squared_distance(const T* x, const T* y, std::size_t n) {
    Accumulator<T> total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const Accumulator<T> gap = Accumulator<T>{x[i]} - Accumulator<T>{y[i]};
        total += gap * gap;
    }
    return total;
}

/// sum of weights[i] * (x[i] - y[i])^2, for floats
template <class T>
constexpr T weighted_squared_distance(const T* x, const T* y, const T* weights, std::size_t n) {
    T total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const T gap = x[i] - y[i];
        total += weights[i] * gap * gap;
    }
    return total;
}

/// sum of |x[i] - y[i]|
template <class T>
constexpr Accumulator<T> abs_distance(const T* x, const T* y, std::size_t n) {
    Accumulator<T> total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const Accumulator<T> gap = Accumulator<T>{x[i]} - Accumulator<T>{y[i]};
        total += gap < 0 ? -gap : gap;
    }
    return total;
}

/// y[i] = sum of (x[k] - rows[i][k])^2
template <class T, std::size_t Columns>
constexpr void squared_distances(const T* x, const std::array<T, Columns>* rows, Accumulator<T>* y,
                                 std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = squared_distance(x, rows[i].data(), Columns);
}

/// y[i] = sum of |x[k] - rows[i][k]|
template <class T, std::size_t Columns>
constexpr void abs_distances(const T* x, const std::array<T, Columns>* rows, Accumulator<T>* y,
                             std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = abs_distance(x, rows[i].data(), Columns);
}

/// y[k] += sum of x[i] * columns[i][k], with Rows elements in each column
template <class T, std::size_t Rows>
constexpr void gemv_by_columns(const T* columns, const T* x, Accumulator<T>* y, std::size_t n,
                               std::integral_constant<std::size_t, Rows>) {
    for (std::size_t i = 0; i < n; ++i) axpy(x[i], columns + i * Rows, y, Rows);
}

/// Index of the first of the elements from `from` on that is below the limit; n where there is none.
template <class T>
constexpr std::size_t find_below(const T* x, std::size_t n, T limit, std::size_t from) {
    while (from < n && !(x[from] < limit)) ++from;
    return from < n ? from : n;
}

/// x[i] = e^x[i], for floats
template <class T>
constexpr void exponentials(T* x, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) x[i] = exp(x[i]);
}

/// sum of x[i]
template <class T>
constexpr Accumulator<T> sum(const T* x, std::size_t n) {
    Accumulator<T> total = 0;
    for (std::size_t i = 0; i < n; ++i) total += x[i];
    return total;
}

/// Index of the first largest of n >= 1 elements, none of them NaN.
template <class T>
constexpr std::size_t argmax(const T* x, std::size_t n) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < n; ++i) {
        if (x[i] > x[best]) best = i;
    }
    return best;
}

/// Largest of n >= 1 elements, none of them NaN.
template <class T>
constexpr T max(const T* x, std::size_t n) {
    return x[argmax(x, n)];
}

}  // namespace reference
}  // namespace mote::kernels
