// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <type_traits>

#include "mote/core/floating.hpp"

namespace mote {

namespace detail {

/// The digit-by-digit square root: one bit of the root per step, so that the remainder shows which way to
/// round. The standard library's, which run time uses, is rounded correctly too: both give the same bits.
template <FloatingScalar T>
constexpr T square_root_by_digits(T x) {
    using Format = FloatFormat<T>;
    constexpr int digits = Format::fraction_bits + 2;  // one more than a significand has, to round by
    constexpr int width = 8 * sizeof(T);
    auto [significand, exponent] = unpack(x);
    if ((exponent - digits) % 2 != 0) {
        significand <<= 1;
        --exponent;
    }
    BitsOf<T> pairs = significand << (width - digits);  // the radicand from its top; zeros follow
    BitsOf<T> root = 0;
    BitsOf<T> remainder = 0;
    for (int digit = 0; digit < digits; ++digit) {
        remainder = remainder << 2 | pairs >> (width - 2);
        pairs <<= 2;
        const BitsOf<T> trial = root << 2 | 1;
        const bool fits = remainder >= trial;
        if (fits) remainder -= trial;
        root = root << 1 | BitsOf<T>{fits};
    }
    const BitsOf<T> rounded = (root + 1) >> 1;  // no tie: a root whose last bit is set is inexact
    return static_cast<T>(rounded) * power_of_two<T>((exponent - digits) / 2 + 1);
}

}  // namespace detail

/// Square root, correctly rounded; NaN below zero.
template <FloatingScalar T>
[[nodiscard]] constexpr T sqrt(T x) {
    if (!std::is_constant_evaluated()) return std::sqrt(x);
    if (isnan(x) || x == 0 || x == detail::infinity<T>) return x;
    if (x < 0) return detail::not_a_number<T>;
    return detail::square_root_by_digits(x);
}

/// 1 / x, correctly rounded; infinity with the sign of a zero.
template <FloatingScalar T>
[[nodiscard]] constexpr T reciprocal(T x) {
    if (x == 0) return copysign(detail::infinity<T>, x);
    return 1 / x;
}

/// 1 / sqrt(x), within 1.5 ULP; infinity with the sign of a zero, NaN below zero.
template <FloatingScalar T>
[[nodiscard]] constexpr T rsqrt(T x) {
    return reciprocal(sqrt(x));
}

}  // namespace mote
