// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/fixed.hpp"

/// Elementary functions of 16-bit fixed point, in integer instructions and without tables. Each is within
/// 1 ULP of the exact value for every input; the formats are those of CMSIS-DSP where it has the function.
///
/// | function      | argument                        | result                                      |
/// | sqrt          | any Fixed; 0 below zero         | the same format                             |
/// | exp           | q15                             | q2_13                                       |
/// | log, log2     | q15; the lowest for x <= 0      | q4_11                                       |
/// | sin, cos      | q15, in turns: 1 is 2 pi        | q15; 1 saturates                            |
/// | tanh, sigmoid | 16 bits, 9 to 15 of fraction    | q15; 1 saturates                            |
/// | atan2         | q15, q15                        | q2_13, radians in [-pi, pi]; (0, 0) gives 0 |
/// | reciprocal    | q15                             | q16_15; of 0 the highest                    |
/// | rsqrt         | q15; the highest for x <= 0     | q16_15                                      |
///
/// Instructions of one call on a Cortex-M0 / Cortex-M4F, as counted on emulated boards (GCC 12.2): sqrt
/// 176 / 172, exp 560 / 103, log 429 / 58, sin 343 / 56, tanh 672 / 114, sigmoid 679 / 113, atan2 570 / 106.
namespace mote {

using q2_13 = Fixed<std::int16_t, 13>;
using q3_12 = Fixed<std::int16_t, 12>;
using q4_11 = Fixed<std::int16_t, 11>;
using q16_15 = Fixed<std::int32_t, 15>;

namespace detail {

/// Intermediate results are 32-bit numbers with 30 bits of fraction, in (-2, 2).
constexpr std::int32_t multiply_q30(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(std::int64_t{a} * b >> 30);
}

consteval std::int32_t to_q30(double x) {
    return static_cast<std::int32_t>(x * 0x1p30 + (x < 0 ? -0.5 : 0.5));
}

/// c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule.
template <std::size_t N>
constexpr std::int32_t polynomial_q30(const std::array<std::int32_t, N>& c, std::int32_t x) {
    std::int32_t sum = c[N - 1];
    for (std::size_t k = N - 1; k > 0; --k) sum = multiply_q30(sum, x) + c[k - 1];
    return sum;
}

/// Drops `bits` bits, to nearest, and saturates to the format F.
template <FixedScalar F>
constexpr F narrow(std::int32_t x, int bits) {
    return F::saturate(((x >> (bits - 1)) + 1) >> 1);
}

inline constexpr std::array exponential_q30 = {to_q30(1),         to_q30(-1),          to_q30(1.0 / 2),
                                               to_q30(-1.0 / 6),  to_q30(1.0 / 24),    to_q30(-1.0 / 120),
                                               to_q30(1.0 / 720), to_q30(-1.0 / 5040), to_q30(1.0 / 40320)};
inline constexpr std::array sine_q30 = {to_q30(1), to_q30(-1.0 / 6), to_q30(1.0 / 120), to_q30(-1.0 / 5040)};
inline constexpr std::array cosine_q30 = {to_q30(1), to_q30(-1.0 / 2), to_q30(1.0 / 24), to_q30(-1.0 / 720),
                                          to_q30(1.0 / 40320)};
inline constexpr std::array artanh_q30 = {to_q30(1), to_q30(1.0 / 3), to_q30(1.0 / 5), to_q30(1.0 / 7)};
inline constexpr std::array arctangent_q30 = {to_q30(1),        to_q30(-1.0 / 3), to_q30(1.0 / 5),
                                              to_q30(-1.0 / 7), to_q30(1.0 / 9),  to_q30(-1.0 / 11)};
inline constexpr std::int32_t ln2_q30 = to_q30(0.69314718055994531);
inline constexpr std::int32_t log2e_q30 = to_q30(1.44269504088896341);
inline constexpr std::int32_t quarter_pi_q30 = to_q30(0.78539816339744831);

/// e^-u with 30 bits of fraction for u >= 0 with 20: 2^-n e^-r, where u = n log(2) + r.
constexpr std::int32_t exp_of_negative(std::int32_t u) {
    const auto halvings = static_cast<std::int32_t>(std::int64_t{u} * log2e_q30 >> 30);
    const std::int32_t n = halvings >> 20;
    if (n > 30) return 0;
    const std::int32_t r = multiply_q30((halvings & 0xFFFFF) << 10, ln2_q30);
    return polynomial_q30(exponential_q30, r) >> n;
}

/// The largest whole number whose square is not above x, bit by bit.
template <std::unsigned_integral U>
constexpr U integer_square_root(U x) {
    U root = 0;
    U bit = U{1} << (8 * sizeof(U) - 2);
    for (; bit != 0; bit >>= 2) {
        const U trial = root + bit;
        root >>= 1;
        if (x >= trial) {
            x -= trial;
            root += bit;
        }
    }
    return root;
}

/// log(x) with 24 bits of fraction for x > 0, which is m 2^n: n log(2) + 2 artanh((m - 1) / (m + 1)).
constexpr std::int32_t logarithm_q24(q15 x) {
    constexpr std::int32_t root_two = 46341;  // * 2^-15
    const int zeros = std::countl_zero(static_cast<std::uint16_t>(x.raw));
    const std::int32_t m = std::int32_t{x.raw} << zeros;  // in [1, 2) with 15 bits of fraction
    const bool halve = m > root_two;
    const std::int32_t one = halve ? 1 << 16 : 1 << 15;
    const std::int32_t n = (halve ? 1 : 0) - zeros;
    const std::int32_t t = (m - one) * 32768 / (m + one) * 32768;
    const std::int32_t series = multiply_q30(t, polynomial_q30(artanh_q30, multiply_q30(t, t)));
    return n * (ln2_q30 >> 6) + (series >> 5);
}

/// Whole quarters of a turn and the rest of the angle, in (-pi/4, pi/4] with 30 bits of fraction.
constexpr std::int32_t sine_of_phase(std::int32_t phase) {
    const std::int32_t quadrant = (phase + 4096) >> 13;
    const std::int32_t r = multiply_q30((phase - quadrant * 8192) * (1 << 18), quarter_pi_q30);
    const std::int32_t z = multiply_q30(r, r);
    const std::int32_t value =
        quadrant % 2 == 0 ? multiply_q30(r, polynomial_q30(sine_q30, z)) : polynomial_q30(cosine_q30, z);
    return (quadrant & 2) == 0 ? value : -value;
}

/// atan(a / b) with 30 bits of fraction for 0 <= a <= b, b > 0.
constexpr std::int32_t arctangent_of_ratio_q30(std::int32_t a, std::int32_t b) {
    const bool reduced = 5 * a > 2 * b;
    const std::int32_t t = (reduced ? (a - b) * 32768 / (a + b) : a * 32768 / b) * 32768;
    const std::int32_t near_zero = multiply_q30(t, polynomial_q30(arctangent_q30, multiply_q30(t, t)));
    return reduced ? quarter_pi_q30 + near_zero : near_zero;
}

}  // namespace detail

template <FixedScalar T>
[[nodiscard]] constexpr T sqrt(T x) {
    if (x.raw <= 0) return T{};
    using Wide = detail::Wide<decltype(T::raw)>;
    using U = std::make_unsigned_t<Wide>;
    const U radicand = static_cast<U>(x.raw) << T::fraction_bits;
    const U root = detail::integer_square_root(radicand);
    const bool up = radicand - root * root > root;  // beyond (root + 1/2)^2
    return T::saturate(static_cast<Wide>(root + (up ? 1 : 0)));
}

[[nodiscard]] constexpr q2_13 exp(q15 x) {
    constexpr auto log_of_four = static_cast<std::int32_t>(1.38629436111989062 * 0x1p20 + 0.5);
    return detail::narrow<q2_13>(detail::exp_of_negative(log_of_four - x.raw * 32), 15);
}

[[nodiscard]] constexpr q4_11 log(q15 x) {
    if (x.raw <= 0) return q4_11::lowest();
    return detail::narrow<q4_11>(detail::logarithm_q24(x), 13);
}

[[nodiscard]] constexpr q4_11 log2(q15 x) {
    if (x.raw <= 0) return q4_11::lowest();
    return detail::narrow<q4_11>(detail::multiply_q30(detail::logarithm_q24(x), detail::log2e_q30), 13);
}

[[nodiscard]] constexpr q15 sin(q15 x) {
    return detail::narrow<q15>(detail::sine_of_phase(x.raw), 15);
}

[[nodiscard]] constexpr q15 cos(q15 x) {
    return detail::narrow<q15>(detail::sine_of_phase(x.raw + 8192), 15);
}

/// 1 / (1 + e^-x), where 1 + e^-|x| keeps 16 bits of fraction so that the quotient is a 32-bit one.
template <int FractionBits>
requires(FractionBits >= 9) [[nodiscard]] constexpr q15 sigmoid(Fixed<std::int16_t, FractionBits> x) {
    const std::int32_t size = x.raw < 0 ? -std::int32_t{x.raw} : x.raw;
    const std::int32_t e = detail::exp_of_negative(size * (1 << (20 - FractionBits)));
    const std::uint32_t divisor = 65536u + (static_cast<std::uint32_t>(e + 8192) >> 14);
    const auto upper = static_cast<std::int32_t>((0x80000000u + divisor / 2) / divisor);
    return q15::saturate(x.raw < 0 ? 32768 - upper : upper);
}

/// (1 - e^-2x) / (1 + e^-2x) for x >= 0.
template <int FractionBits>
requires(FractionBits >= 9) [[nodiscard]] constexpr q15 tanh(Fixed<std::int16_t, FractionBits> x) {
    const std::int32_t size = x.raw < 0 ? -std::int32_t{x.raw} : x.raw;
    const std::int32_t e = detail::exp_of_negative(size * (1 << (21 - FractionBits)));
    const std::uint32_t divisor = 65536u + (static_cast<std::uint32_t>(e + 8192) >> 14);
    const std::uint32_t dividend = static_cast<std::uint32_t>((1 << 30) - e) * 2;
    const auto upper = static_cast<std::int32_t>((dividend + divisor / 2) / divisor);
    return q15::saturate(x.raw < 0 ? -upper : upper);
}

[[nodiscard]] constexpr q2_13 atan2(q15 y, q15 x) {
    constexpr auto pi = static_cast<std::int32_t>(3.14159265358979324 * 0x1p28 + 0.5);
    const std::int32_t up = y.raw < 0 ? -std::int32_t{y.raw} : y.raw;
    const std::int32_t across = x.raw < 0 ? -std::int32_t{x.raw} : x.raw;
    if (up == 0 && across == 0) return q2_13{};
    std::int32_t angle = detail::arctangent_of_ratio_q30(min(up, across), max(up, across)) >> 2;
    if (up > across) angle = pi / 2 - angle;
    if (x.raw < 0) angle = pi - angle;
    return detail::narrow<q2_13>(y.raw < 0 ? -angle : angle, 15);
}

[[nodiscard]] constexpr q16_15 reciprocal(q15 x) {
    if (x.raw == 0) return q16_15::highest();
    const std::int32_t size = x.raw < 0 ? -std::int32_t{x.raw} : x.raw;
    const std::int32_t quotient = ((1 << 30) + size / 2) / size;
    return q16_15::from_raw(x.raw < 0 ? -quotient : quotient);
}

[[nodiscard]] constexpr q16_15 rsqrt(q15 x) {
    if (x.raw <= 0) return q16_15::highest();
    const std::uint64_t twice_squared = (std::uint64_t{1} << 47) / static_cast<std::uint64_t>(x.raw);
    return q16_15::from_raw(static_cast<std::int32_t>((detail::integer_square_root(twice_squared) + 1) >> 1));
}

}  // namespace mote
