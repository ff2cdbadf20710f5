// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"

/// What float and double have in common, read from their bits: such tests hold even under -ffast-math,
/// whose compilers assume that NaN and infinity do not exist.
namespace mote {

namespace detail {

template <FloatingScalar T>
struct FloatFormat;

template <>
struct FloatFormat<float> {
    using Bits = std::uint32_t;
    static constexpr int fraction_bits = 23;
    static constexpr int bias = 127;
};

template <>
struct FloatFormat<double> {
    using Bits = std::uint64_t;
    static constexpr int fraction_bits = 52;
    static constexpr int bias = 1023;
};

template <class T>
using BitsOf = typename FloatFormat<T>::Bits;

template <class T>
inline constexpr BitsOf<T> sign_bit = BitsOf<T>{1} << (8 * sizeof(T) - 1);

/// One in the field of the exponent.
template <class T>
inline constexpr BitsOf<T> exponent_one = BitsOf<T>{1} << FloatFormat<T>::fraction_bits;

template <class T>
inline constexpr BitsOf<T> exponent_mask = sign_bit<T> - exponent_one<T>;

template <class T>
inline constexpr T infinity = std::numeric_limits<T>::infinity();

template <class T>
inline constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();

template <FloatingScalar T>
constexpr BitsOf<T> magnitude_bits(T x) {
    return std::bit_cast<BitsOf<T>>(x) & ~sign_bit<T>;
}

/// 2^n for n in the range of normal numbers.
template <FloatingScalar T>
constexpr T power_of_two(int n) {
    return std::bit_cast<T>(static_cast<BitsOf<T>>(n + FloatFormat<T>::bias)
                            << FloatFormat<T>::fraction_bits);
}

/// x * 2^n where the result may be subnormal; n within twice the range of exponents.
template <FloatingScalar T>
constexpr T scale(T x, int n) {
    const int half = n / 2;
    return x * power_of_two<T>(half) * power_of_two<T>(n - half);
}

/// A finite x > 0 as significand * 2^exponent, the significand a whole number of full length.
template <FloatingScalar T>
struct Unpacked {
    BitsOf<T> significand;
    int exponent;
};

template <FloatingScalar T>
constexpr Unpacked<T> unpack(T x) {
    using Format = FloatFormat<T>;
    constexpr BitsOf<T> one = BitsOf<T>{1} << Format::fraction_bits;
    const BitsOf<T> bits = magnitude_bits(x);
    const int field = static_cast<int>(bits >> Format::fraction_bits);
    const int exponent = field - Format::bias - Format::fraction_bits;
    if (field != 0) return {(bits & (one - 1)) | one, exponent};
    const int missing = Format::fraction_bits + 1 - static_cast<int>(std::bit_width(bits));  // x is subnormal
    return {bits << missing, exponent + 1 - missing};
}

}  // namespace detail

template <FloatingScalar T>
[[nodiscard]] constexpr bool isnan(T x) {
    return detail::magnitude_bits(x) > detail::exponent_mask<T>;
}

template <FloatingScalar T>
[[nodiscard]] constexpr bool isinf(T x) {
    return detail::magnitude_bits(x) == detail::exponent_mask<T>;
}

template <FloatingScalar T>
[[nodiscard]] constexpr bool isfinite(T x) {
    return detail::magnitude_bits(x) < detail::exponent_mask<T>;
}

/// Fixed point has no infinity and no NaN.
template <FixedScalar T>
[[nodiscard]] constexpr bool isfinite(T) {
    return true;
}

/// No NaN and no infinity among them; always true for fixed-point and integer values.
template <class T, std::size_t N>
[[nodiscard]] constexpr bool all_finite(std::span<T, N> values) {
    using Scalar = std::remove_cv_t<T>;
    if constexpr (FloatingScalar<Scalar> && N >= 64 && N != std::dynamic_extent) {
        // No way out of the loop, so that compilers take several at once: one more than the exponent of
        // infinity and NaN carries into the place of the sign.
        detail::BitsOf<Scalar> carries = 0;
        for (const T value : values) carries |= detail::magnitude_bits(value) + detail::exponent_one<Scalar>;
        return (carries & detail::sign_bit<Scalar>) == 0;
    } else if constexpr (FloatingScalar<Scalar>) {
        for (const T value : values) {
            if (!isfinite(value)) return false;
        }
    }
    return true;
}

template <class T, std::size_t N>
[[nodiscard]] constexpr bool all_finite(const std::array<T, N>& values) {
    return all_finite(std::span<const T, N>(values));
}

/// A decimal as T. As the default of a member it stays a constant beside designated initialisers, where g++
/// 12 no longer takes T(0.1) for one.
template <FloatingScalar T>
[[nodiscard]] constexpr T constant(double value) {
    return static_cast<T>(value);
}

/// The magnitude; -0 becomes 0.
template <FloatingScalar T>
[[nodiscard]] constexpr T abs(T x) {
    return std::bit_cast<T>(detail::magnitude_bits(x));
}

/// The magnitude of the first with the sign of the second.
template <FloatingScalar T>
[[nodiscard]] constexpr T copysign(T magnitude, T sign) {
    const auto bits = std::bit_cast<detail::BitsOf<T>>(sign) & detail::sign_bit<T>;
    return std::bit_cast<T>(detail::magnitude_bits(magnitude) | bits);
}

/// The smaller; a where they are equal or one of them is NaN.
template <std::totally_ordered T>
[[nodiscard]] constexpr T min(T a, T b) {
    return b < a ? b : a;
}

/// The larger; a where they are equal or one of them is NaN.
template <std::totally_ordered T>
[[nodiscard]] constexpr T max(T a, T b) {
    return a < b ? b : a;
}

/// x within [lowest, highest]; a NaN stays NaN.
template <std::totally_ordered T>
[[nodiscard]] constexpr T clamp(T x, T lowest, T highest) {
    return x < lowest ? lowest : highest < x ? highest : x;
}

/// The whole number nearest to x, halves away from zero; x is a number that Integer holds.
template <std::integral Integer, FloatingScalar T>
[[nodiscard]] constexpr Integer nearest_integer(T x) {
    return static_cast<Integer>(x < 0 ? x - T(0.5) : x + T(0.5));
}

}  // namespace mote
