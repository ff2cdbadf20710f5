// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference.hpp"

/// The primitives in plain C++, for processors without a set of their own and for the types that a set
/// leaves out. Float sums run in four independent chains, so that additions overlap; a compiler may not
/// reorder them by itself.
namespace mote::kernels::impl {

/// total of term(i) for i in [0, n): floats in four chains, integers in one, since they reassociate freely.
template <class Sum, class Term>
[[gnu::always_inline]] inline Sum sum_of(std::size_t n, Term term) {
    Sum total = 0;
    std::size_t whole = 0;
    if constexpr (std::is_floating_point_v<Sum>) {
        whole = n - n % 4;
        Sum chains[4] = {};
        for (std::size_t i = 0; i < whole; i += 4) {
            for (std::size_t k = 0; k < 4; ++k) chains[k] += term(i + k);
        }
        total = (chains[0] + chains[1]) + (chains[2] + chains[3]);
    }
    for (std::size_t rest = n - whole; rest > 0; --rest) total += term(n - rest);
    return total;
}

template <class T>
[[gnu::always_inline]] inline Accumulator<T> dot(isa::Portable, const T* x, const T* y, std::size_t n) {
    using Sum = Accumulator<T>;
    return sum_of<Sum>(n, [=](std::size_t i) { return Sum{x[i]} * Sum{y[i]}; });
}

template <class T>
[[gnu::always_inline]] inline void axpy(isa::Portable, T a, const T* x, Accumulator<T>* y, std::size_t n) {
    reference::axpy(a, x, y, n);
}

/// y += sum of x[i] * columns[i], for the first Rows of each column's `step` elements. The sums stay in
/// registers.
template <std::size_t Rows, class T>
[[gnu::always_inline]] inline void add_columns(const T* columns, std::size_t step, const T* x,
                                               Accumulator<T>* y, std::size_t n) {
    Accumulator<T> sums[Rows];
    for (std::size_t k = 0; k < Rows; ++k) sums[k] = y[k];
    for (std::size_t i = 0; i < n; ++i) reference::axpy(x[i], columns + i * step, sums, Rows);
    for (std::size_t k = 0; k < Rows; ++k) y[k] = sums[k];
}

template <class T, std::size_t Rows>
[[gnu::always_inline]] inline void gemv_by_columns(isa::Portable, const T* columns, const T* x,
                                                   Accumulator<T>* y, std::size_t n,
                                                   std::integral_constant<std::size_t, Rows>) {
    constexpr std::size_t block = 16, whole = Rows - Rows % block;
    for (std::size_t k = 0; k < whole; k += block) add_columns<block>(columns + k, Rows, x, y + k, n);
    if constexpr (whole < Rows) add_columns<Rows - whole>(columns + whole, Rows, x, y + whole, n);
}

template <class T>
[[gnu::always_inline]] inline Accumulator<T> squared_distance(isa::Portable, const T* x, const T* y,
                                                              std::size_t n) {
    using Sum = Accumulator<T>;
    return sum_of<Sum>(n, [=](std::size_t i) {
        const Sum gap = Sum{x[i]} - Sum{y[i]};
        return gap * gap;
    });
}

template <class T>
[[gnu::always_inline]] inline T weighted_squared_distance(isa::Portable, const T* x, const T* y,
                                                          const T* weights, std::size_t n) {
    return sum_of<T>(n, [=](std::size_t i) {
        const T gap = x[i] - y[i];
        return weights[i] * gap * gap;
    });
}

template <class T>
[[gnu::always_inline]] inline Accumulator<T> abs_distance(isa::Portable, const T* x, const T* y,
                                                          std::size_t n) {
    using Sum = Accumulator<T>;
    return sum_of<Sum>(n, [=](std::size_t i) {
        const Sum gap = Sum{x[i]} - Sum{y[i]};
        return gap < 0 ? -gap : gap;
    });
}

template <class T>
[[gnu::always_inline]] inline Accumulator<T> sum(isa::Portable, const T* x, std::size_t n) {
    return sum_of<Accumulator<T>>(n, [=](std::size_t i) { return Accumulator<T>{x[i]}; });
}

template <class T>
[[gnu::always_inline]] inline T max(isa::Portable, const T* x, std::size_t n) {
    auto best = +x[0];  // in a whole register: a narrow one would be extended again for each comparison
    for (std::size_t i = 1; i < n; ++i) best = x[i] > best ? +x[i] : best;
    return static_cast<T>(best);
}

template <class T>
[[gnu::always_inline]] inline std::size_t argmax(isa::Portable, const T* x, std::size_t n) {
    return reference::argmax(x, n);
}

}  // namespace mote::kernels::impl
