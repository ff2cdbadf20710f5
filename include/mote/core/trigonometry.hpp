// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/core/exponential.hpp"

/// sin, cos and atan2 for float and double; the same steps at compile time and at run time.
namespace mote {

namespace detail {

/// Where an argument lies on the circle: x = quadrant * pi/2 + r (mod 2 pi), |r| <= pi/4.
template <FloatingScalar T>
struct Angle {
    T r;
    unsigned quadrant;
};

/// A zero word and then 2/pi in binary, as many words as the largest exponent reaches.
template <FloatingScalar T>
inline constexpr std::array<std::uint32_t, 8> two_over_pi = {0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1,
                                                             0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};

template <>
inline constexpr std::array<std::uint64_t, 20> two_over_pi<double> = {
    0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
    0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41,
    0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab};

constexpr std::uint32_t multiply_high(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::uint32_t>(std::uint64_t{a} * b >> 32);
}

constexpr std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t low_half = 0xFFFFFFFF;
    const std::uint64_t low = (a & low_half) * (b & low_half);
    const std::uint64_t middle = (a >> 32) * (b & low_half) + (low >> 32);
    const std::uint64_t other = (a & low_half) * (b >> 32) + (middle & low_half);
    return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}

/// The word of 2/pi that starts `bit` bits into the table.
template <FloatingScalar T>
constexpr BitsOf<T> word_of_two_over_pi(unsigned bit) {
    constexpr unsigned width = 8 * sizeof(T);
    const BitsOf<T> next = two_over_pi<T>[bit / width + 1];
    return two_over_pi<T>[bit / width] << bit % width | next >> 1 >> (width - 1 - bit % width);
}

/// Finds the angle of a finite x > pi/4 of any size, to the last bit.
///
/// x = m 2^e, so x / (2 pi) = m 2^(e-2) (2/pi): the bits of 2/pi above 2^(2-e) only add whole turns. The
/// product of m with the three words from there on is the fraction of a turn, in two words.
/// Source  Payne and Hanek 1983, ACM SIGNUM Newsletter 18(1):19-24.
template <FloatingScalar T>
constexpr Angle<T> reduce(T x) {
    using Word = BitsOf<T>;
    constexpr int width = 8 * sizeof(T);
    constexpr Word quarter_pi =
        static_cast<Word>(0xc90fdaa22168c234u >> (64 - width));  // in units of 2^-width
    const auto [m, e] = unpack(x);
    const auto start = static_cast<unsigned>(e - 2 + width);
    const Word middle = word_of_two_over_pi<T>(start + width);
    Word low = m * middle;
    const Word carried = multiply_high(m, word_of_two_over_pi<T>(start + 2 * width));
    Word high = m * word_of_two_over_pi<T>(start) + multiply_high(m, middle);
    low += carried;
    high += low < carried;

    const Word eighth = Word{1} << (width - 3);
    const auto quadrant = static_cast<unsigned>((high + eighth) >> (width - 2));
    high -= static_cast<Word>(quadrant) << (width - 2);
    const bool negative = high >> (width - 1) != 0;
    if (negative) {
        low = 0 - low;
        high = ~high + (low == 0);
    }
    if (high == 0) {  // x is very near a multiple of pi/2
        high = low;
        low = 0;
        const int zeros = std::countl_zero(high);
        const T r = static_cast<T>(multiply_high(static_cast<Word>(high << zeros), quarter_pi)) *
                    power_of_two<T>(3 - 2 * width - zeros);
        return {negative ? -r : r, quadrant};
    }
    const int zeros = std::countl_zero(high);  // at least two
    const Word normal = high << zeros | low >> (width - zeros);
    const T r = static_cast<T>(multiply_high(normal, quarter_pi)) * power_of_two<T>(3 - width - zeros);
    return {negative ? -r : r, quadrant};
}

/// sin(r) and cos(r) for |r| <= pi/4 by their Taylor series.
template <FloatingScalar T>
inline constexpr int trigonometric_terms = sizeof(T) == 4 ? 5 : 9;

/// (-1)^k / (2k + First)! for k = 1, 2, ...
template <FloatingScalar T, int First>
inline constexpr auto alternating_factorials = [] {
    constexpr int terms = trigonometric_terms<T>;
    std::array<T, terms> table{};
    for (int k = 1; k <= terms; ++k) {
        const T inverse = inverse_factorials<T, 2 * terms + 1>[static_cast<std::size_t>(2 * k + First)];
        table[static_cast<std::size_t>(k - 1)] = k % 2 != 0 ? -inverse : inverse;
    }
    return table;
}();

template <FloatingScalar T>
constexpr T sine_near_zero(T r) {
    const T z = r * r;
    return r + r * (z * polynomial(alternating_factorials<T, 1>, z));
}

template <FloatingScalar T>
constexpr T cosine_near_zero(T r) {
    const T z = r * r;
    return 1 - (z / 2 - z * z * polynomial<1>(alternating_factorials<T, 0>, z));
}

template <FloatingScalar T>
constexpr T sine_of(Angle<T> angle) {
    const T value = angle.quadrant % 2 == 0 ? sine_near_zero(angle.r) : cosine_near_zero(angle.r);
    return angle.quadrant % 4 < 2 ? value : -value;
}

/// A constant in two pieces: the second is what rounding the first has lost.
template <FloatingScalar T>
struct Constant {
    T value;
    T rest;
};

template <FloatingScalar T>
inline constexpr Constant<float> half_pi = {0x1.921fb6p+0f, -0x1.777a5cp-25f};
template <>
inline constexpr Constant<double> half_pi<double> = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

template <FloatingScalar T>
inline constexpr Constant<float> arctangent_of_half = {0x1.dac670p-2f, 0x1.586ed4p-28f};
template <>
inline constexpr Constant<double> arctangent_of_half<double> = {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56};

/// atan(t) for |t| <= 1/4.
/// Source  Gauss 1813: atan(t) = t / (1 + z / (3 + 4 z / (5 + 9 z / (7 + ...)))) with z = t^2, folded up
///         from the innermost level as numerator / denominator, so that it costs one division.
template <FloatingScalar T>
constexpr T arctangent_near_zero(T t) {
    constexpr int levels = sizeof(T) == 4 ? 4 : 9;
    const T z = t * t;
    T numerator = 2 * levels + 1;
    T denominator = 1;
    for (int level = levels; level > 1; --level) {
        const T next =
            static_cast<T>(2 * level - 1) * numerator + static_cast<T>(level * level) * z * denominator;
        denominator = numerator;
        numerator = next;
    }
    return t - t * (z * denominator / (numerator + z * denominator));
}

/// atan(a / b) for 0 <= a <= b. The differences below are exact, so that nothing but the quotient is rounded.
template <FloatingScalar T>
constexpr T arctangent_of_ratio(T a, T b) {
    constexpr auto half = arctangent_of_half<T>;
    constexpr auto one = Constant<T>{half_pi<T>.value / 2, half_pi<T>.rest / 2};
    if (b == 0) return 0;
    if (isinf(b)) return isinf(a) ? one.value : 0;
    if (a <= b / 4) return arctangent_near_zero(a / b);
    if (b > std::numeric_limits<T>::max() / 4) return arctangent_of_ratio(a / 4, b / 4);
    if (a <= b / 4 * 3) return half.value + (arctangent_near_zero((2 * a - b) / (2 * b + a)) + half.rest);
    return one.value + (arctangent_near_zero((a - b) / (a + b)) + one.rest);
}

}  // namespace detail

/// Sine within 1.5 ULP for every finite x; NaN where x is not finite.
template <FloatingScalar T>
[[nodiscard]] constexpr T sin(T x) {
    if (!isfinite(x)) return detail::not_a_number<T>;
    if (abs(x) <= detail::half_pi<T>.value / 2) return copysign(detail::sine_near_zero(abs(x)), x);
    const T magnitude = detail::sine_of(detail::reduce(abs(x)));
    return x < 0 ? -magnitude : magnitude;
}

/// Cosine within 1.5 ULP for every finite x; NaN where x is not finite.
template <FloatingScalar T>
[[nodiscard]] constexpr T cos(T x) {
    if (!isfinite(x)) return detail::not_a_number<T>;
    if (abs(x) <= detail::half_pi<T>.value / 2) return detail::cosine_near_zero(x);
    const auto [r, quadrant] = detail::reduce(abs(x));
    return detail::sine_of(detail::Angle<T>{r, quadrant + 1});
}

/// The angle of the point (x, y) in [-pi, pi], within 2 ULP; signed zeros and infinities as in C.
template <FloatingScalar T>
[[nodiscard]] constexpr T atan2(T y, T x) {
    if (isnan(x) || isnan(y)) return detail::not_a_number<T>;
    constexpr auto right = detail::half_pi<T>;
    const T across = abs(x);
    const T up = abs(y);
    const bool left = copysign(T{1}, x) < 0;
    T angle = copysign(detail::arctangent_of_ratio(min(across, up), max(across, up)), x);
    if (up > across) {
        angle = right.value - (angle - right.rest);
    } else if (left) {
        angle = 2 * right.value + (angle + 2 * right.rest);
    }
    return copysign(angle, y);
}

}  // namespace mote
