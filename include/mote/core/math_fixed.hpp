// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/math_q15.hpp"
#include "mote/core/trigonometry.hpp"

/// Elementary functions of any Fixed, in its own format and in integer instructions: results are saturated
/// and within 0.51 ULP, angles are in radians. What lies outside the domain gives the lowest value (log,
/// log2) or the highest (rsqrt, reciprocal of 0). For q15 the faster functions of math_q15.hpp, with formats
/// of their own, come first; sqrt is there for all formats.
namespace mote {

namespace detail {

/// Intermediate results are 64-bit numbers with 58 bits of fraction, in (-32, 32).
inline constexpr int fine_bits = 58;
inline constexpr std::int64_t fine_one = std::int64_t{1} << fine_bits;

consteval std::int64_t to_fine(double x) {
    return static_cast<std::int64_t>(x * 0x1p58);
}

constexpr std::uint64_t size_of(std::int64_t x) {
    return x < 0 ? 0 - static_cast<std::uint64_t>(x) : static_cast<std::uint64_t>(x);
}

constexpr std::int64_t multiply_fine(std::int64_t a, std::int64_t b) {
    const std::uint64_t high = multiply_high(size_of(a), size_of(b));
    const std::uint64_t low = size_of(a) * size_of(b);
    const auto product = static_cast<std::int64_t>(high << (64 - fine_bits) | low >> fine_bits);
    return (a < 0) != (b < 0) ? -product : product;
}

/// a / b for 0 <= a <= b, bit by bit; both in the same units.
constexpr std::int64_t divide_fine(std::int64_t a, std::int64_t b) {
    std::int64_t quotient = 0;
    for (int bit = 0; bit <= fine_bits; ++bit) {
        const bool fits = a >= b;
        if (fits) a -= b;
        quotient = quotient * 2 + (fits ? 1 : 0);
        a *= 2;
    }
    return quotient;
}

template <std::size_t N>
constexpr std::int64_t polynomial_fine(const std::array<std::int64_t, N>& c, std::int64_t x) {
    std::int64_t sum = c[N - 1];
    for (std::size_t k = N - 1; k > 0; --k) sum = multiply_fine(sum, x) + c[k - 1];
    return sum;
}

/// 1 / (start)!, sign / (start + step)!, ...
template <std::size_t N>
consteval std::array<std::int64_t, N> factorials_fine(int start, int step, double sign) {
    std::array<std::int64_t, N> table{};
    double term = 1;
    int last = start;
    for (std::int64_t& entry : table) {
        entry = static_cast<std::int64_t>(term * 0x1p58);
        for (int k = 0; k < step; ++k) term /= ++last;
        term *= sign;
    }
    return table;
}

/// 1, sign / 3, 1 / 5, sign / 7, ...
template <std::size_t N>
consteval std::array<std::int64_t, N> odd_fractions_fine(double sign) {
    std::array<std::int64_t, N> table{};
    double power = 1;
    for (std::size_t k = 0; k < N; ++k, power *= sign) {
        table[k] = static_cast<std::int64_t>(power / static_cast<double>(2 * k + 1) * 0x1p58);
    }
    return table;
}

inline constexpr auto exponential_fine = factorials_fine<15>(0, 1, 1);
inline constexpr auto sine_fine = factorials_fine<8>(1, 2, -1);
inline constexpr auto cosine_fine = factorials_fine<8>(0, 2, -1);
inline constexpr auto artanh_fine = odd_fractions_fine<10>(1);
inline constexpr auto arctangent_fine = odd_fractions_fine<15>(-1);
inline constexpr std::int64_t ln2_fine = to_fine(0.69314718055994531);
inline constexpr std::int64_t quarter_pi_fine = to_fine(0.78539816339744831);
inline constexpr std::int64_t log2e_fine = to_fine(1.44269504088896341);

template <FixedScalar T>
constexpr std::int64_t widen(T x) {
    return std::int64_t{x.raw} * (std::int64_t{1} << (fine_bits - T::fraction_bits));
}

/// x with `bits` bits of fraction to nearest, saturated.
template <FixedScalar T>
constexpr T narrow_fine(std::int64_t x, int bits = fine_bits) {
    const int drop = bits - T::fraction_bits;
    if (drop > 62) return T{};
    return T::saturate(((x >> (drop - 1)) + 1) >> 1);
}

/// e^x = mantissa 2^exponent for |x| < 22, the mantissa in [1, 2].
struct FineExponential {
    std::int64_t mantissa;
    int exponent;
};

constexpr FineExponential exponential_of(std::int64_t x) {
    const auto n = static_cast<int>(multiply_fine(x, log2e_fine) >> fine_bits);
    return {polynomial_fine(exponential_fine, x - n * ln2_fine), n};
}

/// e^-|x|, to 58 bits of fraction.
template <FixedScalar T>
constexpr std::int64_t exponential_of_negative(std::int64_t size) {
    if (size >= std::int64_t{31} << T::fraction_bits) return 0;
    const std::int64_t half = -(size * (std::int64_t{1} << (fine_bits - T::fraction_bits - 1)));
    const auto [mantissa, exponent] = exponential_of(half);
    const std::int64_t root = mantissa >> -exponent;
    return multiply_fine(root, root);
}

/// log of the mantissa m in [1/sqrt(2), sqrt(2)] of x = m 2^n.
template <FixedScalar T>
constexpr FineExponential logarithm_fine(T x) {
    constexpr std::int64_t root_two = to_fine(1.41421356237309505);
    const int top = 31 - std::countl_zero(static_cast<std::uint32_t>(x.raw));
    std::int64_t m = std::int64_t{x.raw} * (std::int64_t{1} << (fine_bits - top));
    const bool halve = m > root_two;
    if (halve) m /= 2;
    const std::int64_t d = m - fine_one;
    const std::int64_t quotient = divide_fine(d < 0 ? -d : d, m + fine_one);
    const std::int64_t t = d < 0 ? -quotient : quotient;
    const std::int64_t value = 2 * multiply_fine(t, polynomial_fine(artanh_fine, multiply_fine(t, t)));
    return {value, top - T::fraction_bits + (halve ? 1 : 0)};
}

/// sin(x + turned * pi/2).
template <FixedScalar T>
constexpr T sine_of(T x, unsigned turned) {
    constexpr std::uint64_t turns = 0x28be60db9391054a;  // 2^64 / (2 pi)
    const std::uint64_t size = size_of(x.raw);
    const std::uint64_t whole = multiply_high(size, turns);
    constexpr int bits = T::fraction_bits;
    std::uint64_t turn = size * turns;
    if constexpr (bits > 0) turn = whole << (64 - bits) | turn >> bits;
    if (x.raw < 0) turn = 0 - turn;
    turn += std::uint64_t{turned} << 62;
    const std::uint64_t quadrant = (turn + (std::uint64_t{1} << 61)) >> 62;
    const std::int64_t r =
        multiply_fine(static_cast<std::int64_t>(turn - (quadrant << 62)), quarter_pi_fine) >> 3;
    const std::int64_t z = multiply_fine(r, r);
    const std::int64_t value =
        quadrant % 2 == 0 ? multiply_fine(r, polynomial_fine(sine_fine, z)) : polynomial_fine(cosine_fine, z);
    return narrow_fine<T>((quadrant & 2) == 0 ? value : -value);
}

/// atan(a / b) for 0 <= a <= b, b > 0, in the same units.
constexpr std::int64_t arctangent_of_ratio_fine(std::int64_t a, std::int64_t b) {
    const bool reduced = 5 * a > 2 * b;
    const std::int64_t t = reduced ? -divide_fine(b - a, b + a) : divide_fine(a, b);
    const std::int64_t near_zero = multiply_fine(t, polynomial_fine(arctangent_fine, multiply_fine(t, t)));
    return reduced ? quarter_pi_fine + near_zero : near_zero;
}

}  // namespace detail

template <FixedScalar T>
[[nodiscard]] constexpr T exp(T x) {
    if (x.raw >= std::int64_t{22} << T::fraction_bits) return T::highest();
    if (x.raw <= -(std::int64_t{22} << T::fraction_bits)) return T::from_raw(0);
    const auto [mantissa, exponent] = detail::exponential_of(detail::widen(x));
    if (exponent + T::fraction_bits >= 31) return T::highest();
    return detail::narrow_fine<T>(mantissa, detail::fine_bits - exponent);
}

template <FixedScalar T>
[[nodiscard]] constexpr T log(T x) {
    if (x.raw <= 0) return T::lowest();
    const auto [value, n] = detail::logarithm_fine(x);
    return detail::narrow_fine<T>(value + n * detail::ln2_fine);
}

template <FixedScalar T>
[[nodiscard]] constexpr T log2(T x) {
    if (x.raw <= 0) return T::lowest();
    const auto [value, n] = detail::logarithm_fine(x);
    return detail::narrow_fine<T>(
        (detail::multiply_fine(value, detail::log2e_fine) >> 1) + n * (detail::fine_one / 2),
        detail::fine_bits - 1);
}

template <FixedScalar T>
[[nodiscard]] constexpr T sin(T x) {
    return detail::sine_of(x, 0);
}

template <FixedScalar T>
[[nodiscard]] constexpr T cos(T x) {
    return detail::sine_of(x, 1);
}

template <FixedScalar T>
[[nodiscard]] constexpr T sigmoid(T x) {
    const std::int64_t size = x.raw < 0 ? -std::int64_t{x.raw} : x.raw;
    const std::int64_t e = detail::exponential_of_negative<T>(size);
    const std::int64_t upper = detail::divide_fine(detail::fine_one, detail::fine_one + e);
    return detail::narrow_fine<T>(x.raw < 0 ? detail::fine_one - upper : upper);
}

template <FixedScalar T>
[[nodiscard]] constexpr T tanh(T x) {
    const std::int64_t size = x.raw < 0 ? -std::int64_t{x.raw} : x.raw;
    const std::int64_t root = detail::exponential_of_negative<T>(size);
    const std::int64_t e = detail::multiply_fine(root, root);
    const std::int64_t upper = detail::divide_fine(detail::fine_one - e, detail::fine_one + e);
    return detail::narrow_fine<T>(x.raw < 0 ? -upper : upper);
}

template <FixedScalar T>
[[nodiscard]] constexpr T atan2(T y, T x) {
    constexpr std::int64_t pi = 4 * detail::quarter_pi_fine;
    const std::int64_t up = y.raw < 0 ? -std::int64_t{y.raw} : y.raw;
    const std::int64_t across = x.raw < 0 ? -std::int64_t{x.raw} : x.raw;
    if (up == 0 && across == 0) return T{};
    std::int64_t angle = detail::arctangent_of_ratio_fine(min(up, across), max(up, across));
    if (up > across) angle = pi / 2 - angle;
    if (x.raw < 0) angle = pi - angle;
    return detail::narrow_fine<T>(y.raw < 0 ? -angle : angle);
}

template <FixedScalar T>
[[nodiscard]] constexpr T reciprocal(T x) {
    if (x.raw == 0) return T::highest();
    const std::int64_t size = x.raw < 0 ? -std::int64_t{x.raw} : x.raw;
    const std::int64_t quotient = ((std::int64_t{1} << (2 * T::fraction_bits)) + size / 2) / size;
    return T::saturate(x.raw < 0 ? -quotient : quotient);
}

template <FixedScalar T>
requires(T::fraction_bits <= 20) [[nodiscard]] constexpr T rsqrt(T x) {
    if (x.raw <= 0) return T::highest();
    const std::uint64_t square =
        (std::uint64_t{4} << (3 * T::fraction_bits)) / static_cast<std::uint64_t>(x.raw);
    return T::saturate(static_cast<std::int64_t>((detail::integer_square_root(square) + 1) >> 1));
}

}  // namespace mote
