// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "mote/core/exponential.hpp"

namespace mote {

namespace detail {

/// 2^n / (2n + 1)!!
template <FloatingScalar T, std::size_t Terms>
inline constexpr auto error_function_series = [] {
    std::array<T, Terms> table{};
    double term = 1;
    for (std::size_t n = 0; n < Terms; ++n) {
        table[n] = static_cast<T>(term);
        term *= 2.0 / static_cast<double>(2 * n + 3);
    }
    return table;
}();

}  // namespace detail

/// The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.
/// Errors  within 6 * 2^-53 in double, 6 * 2^-24 in float; NaN for NaN.
/// Source  Abramowitz and Stegun 1964, Handbook of Mathematical Functions, equations 7.1.6, whose terms are
///         all of one sign, for |x| < 2, and 7.1.14, a continued fraction, beyond.
template <FloatingScalar T>
[[nodiscard]] constexpr T erf(T x) {
    constexpr bool single = std::is_same_v<T, float>;
    constexpr std::size_t terms = single ? 22 : 40;
    constexpr int depth = single ? 12 : 60;
    constexpr T two_over_root_pi = static_cast<T>(1.12837916709551257390);
    if (isnan(x)) return x;
    const T size = min(abs(x), T(6));  // beyond, it is 1
    const T square = size * size;
    const T density = two_over_root_pi * exp(-square);
    if (size < 2) {
        return copysign(density * size * detail::polynomial(detail::error_function_series<T, terms>, square),
                        x);
    }
    T fraction = size;
    for (int k = depth; k >= 1; --k) fraction = size + static_cast<T>(k) / (2 * fraction);
    return copysign(1 - density / (2 * fraction), x);
}

}  // namespace mote
