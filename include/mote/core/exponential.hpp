// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/core/floating.hpp"

/// exp, log and their family for float and double: plain series on short intervals, so that no coefficient
/// has to be taken on trust, and the same steps at compile time and at run time, so that both agree.
/// float touches no double: a Cortex-M4F stays in its floating-point unit.
namespace mote {

namespace detail {

/// The number of terms after which each series is exact to the last bit, and constants in two pieces:
/// `upper` has so few digits that its product with an exponent is exact, `lower` is the rest.
template <FloatingScalar T>
struct ExponentialConstants;

template <>
struct ExponentialConstants<float> {
    static constexpr int exp_terms = 7;
    static constexpr int log_terms = 5;
    static constexpr int tanh_depth = 11;
    static constexpr float ln2_upper = 0x1.62e4p-1f, ln2_lower = 0x1.7f7d1cp-20f;
    static constexpr float log2e_upper = 0x1.714p+0f, log2e_lower = 0x1.47652cp-12f;
    static constexpr float exp_highest = 0x1.62e42ep+6f, exp_lowest = -0x1.9fe368p+6f;
    static constexpr std::uint32_t half_digits = 0xFFFFF000u;  // keeps 12 bits of a significand
};

template <>
struct ExponentialConstants<double> {
    static constexpr int exp_terms = 13;
    static constexpr int log_terms = 11;
    static constexpr int tanh_depth = 19;
    static constexpr double ln2_upper = 0x1.62e42feep-1, ln2_lower = 0x1.a39ef35793c76p-33;
    static constexpr double log2e_upper = 0x1.715476p+0, log2e_lower = 0x1.4ae0bf85ddf44p-26;
    static constexpr double exp_highest = 0x1.62e42fefa39efp+9, exp_lowest = -0x1.74910d52d3051p+9;
    static constexpr std::uint64_t half_digits = 0xFFFFFFFFF8000000u;  // keeps 26 bits
};

template <FloatingScalar T>
inline constexpr T log2e = static_cast<T>(1.44269504088896340736);

/// 1, 1, 1/2, 1/6 .. 1/N!
template <FloatingScalar T, int N>
inline constexpr auto inverse_factorials = [] {
    std::array<T, N + 1> table{};
    double factorial = 1;
    for (int k = 0; k <= N; ++k) {
        if (k > 0) factorial *= k;
        table[static_cast<std::size_t>(k)] = static_cast<T>(1 / factorial);
    }
    return table;
}();

/// 2/3, 2/5 .. 2/(2N + 1)
template <FloatingScalar T, int N>
inline constexpr auto odd_fractions = [] {
    std::array<T, N> table{};
    for (int k = 0; k < N; ++k) table[static_cast<std::size_t>(k)] = T{2} / static_cast<T>(2 * k + 3);
    return table;
}();

/// c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule, from `First` on.
template <std::size_t First = 0, FloatingScalar T, std::size_t N>
constexpr T polynomial(const std::array<T, N>& c, T x) {
    T sum = c[N - 1];
    for (std::size_t k = N - 1; k > First; --k) sum = sum * x + c[k - 1];
    return sum;
}

/// x > 0 as (1 + f) * 2^n with 1 + f in [sqrt(1/2), sqrt(2)), and log(1 + f) = f - rest.
template <FloatingScalar T>
struct Logarithm {
    T f;
    T rest;
    T n;
};

/// With s = f / (2 + f), log(1 + f) = 2 artanh(s) = 2 s + s R(s^2), and 2 s = f - s f without rounding s.
template <FloatingScalar T>
constexpr Logarithm<T> logarithm(T x) {
    using Format = FloatFormat<T>;
    constexpr T root_half = static_cast<T>(0.70710678118654752440);
    const auto [significand, exponent] = unpack(x);
    T m = static_cast<T>(significand) * power_of_two<T>(-Format::fraction_bits - 1);  // in [1/2, 1)
    int n = exponent + Format::fraction_bits + 1;
    if (m < root_half) {
        m *= 2;
        --n;
    }
    const T f = m - 1;
    const T s = f / (2 + f);
    const T z = s * s;
    const T series = z * polynomial(odd_fractions<T, ExponentialConstants<T>::log_terms>, z);
    return {f, s * (f - series), static_cast<T>(n)};
}

/// What log and log2 answer where the argument is no positive finite number.
template <FloatingScalar T>
constexpr T logarithm_of_special(T x) {
    if (isnan(x) || x == infinity<T>) return x;
    return x == 0 ? -infinity<T> : not_a_number<T>;
}

}  // namespace detail

/// e^x within 1.1 ULP. exp(x) = 2^n exp(r) with |r| <= log(2) / 2.
template <FloatingScalar T>
[[nodiscard]] constexpr T exp(T x) {
    using Constants = detail::ExponentialConstants<T>;
    if (isnan(x)) return x;
    if (x > Constants::exp_highest) return detail::infinity<T>;
    if (x < Constants::exp_lowest) return 0;
    const T turns = x * detail::log2e<T>;
    const int n = static_cast<int>(turns < 0 ? turns - T{0.5} : turns + T{0.5});
    const T r = x - static_cast<T>(n) * Constants::ln2_upper - static_cast<T>(n) * Constants::ln2_lower;
    const T tail = detail::polynomial<2>(detail::inverse_factorials<T, Constants::exp_terms>, r);
    return detail::scale(1 + (r + r * r * tail), n);
}

/// Natural logarithm within 1 ULP; -infinity at 0, NaN below.
template <FloatingScalar T>
[[nodiscard]] constexpr T log(T x) {
    using Constants = detail::ExponentialConstants<T>;
    if (!(x > 0) || !isfinite(x)) return detail::logarithm_of_special(x);
    const auto [f, rest, n] = detail::logarithm(x);
    return n * Constants::ln2_upper - ((rest - n * Constants::ln2_lower) - f);
}

/// Logarithm to base 2 within 1.5 ULP, exact for powers of two; -infinity at 0, NaN below.
template <FloatingScalar T>
[[nodiscard]] constexpr T log2(T x) {
    using Constants = detail::ExponentialConstants<T>;
    if (!(x > 0) || !isfinite(x)) return detail::logarithm_of_special(x);
    const auto [f, rest, n] = detail::logarithm(x);
    // f log2(e) in pieces whose leading product is exact.
    const T f_upper = std::bit_cast<T>(std::bit_cast<detail::BitsOf<T>>(f) & Constants::half_digits);
    const T f_lower = f - f_upper;
    const T lower = f_lower * Constants::log2e_upper + f * Constants::log2e_lower - rest * detail::log2e<T>;
    return n + (f_upper * Constants::log2e_upper + lower);
}

/// Hyperbolic tangent within 1.5 ULP.
/// Source  Lambert 1768: tanh(x) = x / (1 + z / (3 + z / (5 + ...))) with z = x^2, used for |x| < 1 and
///         folded up from the innermost level as numerator / denominator, so that it costs one division.
template <FloatingScalar T>
[[nodiscard]] constexpr T tanh(T x) {
    constexpr int depth = detail::ExponentialConstants<T>::tanh_depth;
    if (isnan(x)) return x;
    if (abs(x) >= 1) return copysign(1 - 2 / (exp(2 * abs(x)) + 1), x);
    const T z = x * x;
    T numerator = depth;
    T denominator = 1;
    for (int level = depth - 2; level >= 3; level -= 2) {
        const T next = static_cast<T>(level) * numerator + z * denominator;
        denominator = numerator;
        numerator = next;
    }
    return copysign(abs(x) - abs(x) * (z * denominator / (numerator + z * denominator)), x);
}

/// The logistic function 1 / (1 + e^-x) within 2.5 ULP.
template <FloatingScalar T>
[[nodiscard]] constexpr T sigmoid(T x) {
    const T e = exp(-abs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

}  // namespace mote
