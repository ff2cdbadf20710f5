// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "mote/core/floating.hpp"

namespace mote {

namespace detail {

/// Holds every product of two numbers of type Rep. (Not a member of Fixed: as one it would change how Arm
/// compilers believe a Fixed is passed.)
template <class Rep>
using Wide = std::conditional_t<sizeof(Rep) == 4, std::int64_t, std::int32_t>;

}  // namespace detail

/// A number stored as `raw` * 2^-FractionBits. Nothing wraps and nothing is silently cut.
///
/// Units   range [lowest * 2^-FractionBits, highest * 2^-FractionBits] of Rep; conversions are explicit.
/// Errors  a result beyond the range is the nearest end of the range (-lowest is the highest).
///         x / 0 is the highest for x >= 0 and the lowest for x < 0; a NaN converts to 0.
/// Rounds  to nearest, ties upwards, in every operation: (a + b) is exact, a * b and a / b are the exact
///         result rounded once, as are conversions.
/// Time    integer instructions only, except conversions from and to float and double.
template <std::signed_integral Rep, int FractionBits>
requires(sizeof(Rep) <= 4 && FractionBits >= 0 &&
         FractionBits < 8 * static_cast<int>(sizeof(Rep))) struct Fixed {
    static constexpr int fraction_bits = FractionBits;
    static constexpr Rep lowest_raw = std::numeric_limits<Rep>::lowest();
    static constexpr Rep highest_raw = std::numeric_limits<Rep>::max();

    Rep raw = 0;  // public, so that a Fixed can be a template argument

    constexpr Fixed() = default;
    template <std::integral I>
    constexpr explicit Fixed(I value) : raw(from_integer(value)) {}
    template <FloatingScalar T>
    constexpr explicit Fixed(T value) : raw(from_floating(value)) {}
    template <class OtherRep, int OtherBits>
    requires(!std::same_as<Fixed<OtherRep, OtherBits>, Fixed>) constexpr explicit Fixed(
        Fixed<OtherRep, OtherBits> other)
        : raw(from_fixed(other)) {}

    [[nodiscard]] static constexpr Fixed from_raw(Rep raw) {
        Fixed result;
        result.raw = raw;
        return result;
    }
    [[nodiscard]] static constexpr Fixed lowest() { return from_raw(lowest_raw); }
    [[nodiscard]] static constexpr Fixed highest() { return from_raw(highest_raw); }

    template <FloatingScalar T>
    [[nodiscard]] constexpr explicit operator T() const {
        return static_cast<T>(raw) * detail::power_of_two<T>(-FractionBits);
    }
    /// The nearest integer that I can hold.
    template <std::integral I>
    [[nodiscard]] constexpr explicit operator I() const {
        const std::int64_t whole = shift_right(std::int64_t{raw}, FractionBits);
        if (std::cmp_less(whole, std::numeric_limits<I>::lowest())) return std::numeric_limits<I>::lowest();
        if (std::cmp_greater(whole, std::numeric_limits<I>::max())) return std::numeric_limits<I>::max();
        return static_cast<I>(whole);
    }

    friend constexpr bool operator==(Fixed, Fixed) = default;
    friend constexpr auto operator<=>(Fixed, Fixed) = default;

    [[nodiscard]] constexpr Fixed operator+() const { return *this; }
    [[nodiscard]] constexpr Fixed operator-() const { return saturate(-detail::Wide<Rep>{raw}); }
    friend constexpr Fixed operator+(Fixed a, Fixed b) { return saturate(detail::Wide<Rep>{a.raw} + b.raw); }
    friend constexpr Fixed operator-(Fixed a, Fixed b) { return saturate(detail::Wide<Rep>{a.raw} - b.raw); }
    friend constexpr Fixed operator*(Fixed a, Fixed b) {
        return saturate(shift_right(detail::Wide<Rep>{a.raw} * b.raw, FractionBits));
    }
    friend constexpr Fixed operator/(Fixed a, Fixed b) {
        if (b.raw == 0) return a.raw < 0 ? lowest() : highest();
        return saturate(divide(detail::Wide<Rep>{a.raw} * (detail::Wide<Rep>{1} << FractionBits),
                               detail::Wide<Rep>{b.raw}));
    }
    constexpr Fixed& operator+=(Fixed other) { return *this = *this + other; }
    constexpr Fixed& operator-=(Fixed other) { return *this = *this - other; }
    constexpr Fixed& operator*=(Fixed other) { return *this = *this * other; }
    constexpr Fixed& operator/=(Fixed other) { return *this = *this / other; }

    /// The nearest value to a whole number of 2^-FractionBits.
    template <std::signed_integral W>
    [[nodiscard]] static constexpr Fixed saturate(W raw) {
        if (raw < lowest_raw) return lowest();
        if (raw > highest_raw) return highest();
        return from_raw(static_cast<Rep>(raw));
    }

private:
    /// value * 2^-bits to nearest, ties upwards.
    template <std::signed_integral W>
    static constexpr W shift_right(W value, int bits) {
        return bits == 0 ? value : static_cast<W>((value + (W{1} << (bits - 1))) >> bits);
    }

    /// n / d to nearest, ties upwards.
    static constexpr detail::Wide<Rep> divide(detail::Wide<Rep> n, detail::Wide<Rep> d) {
        detail::Wide<Rep> quotient = n / d;
        detail::Wide<Rep> remainder = n % d;
        if (remainder != 0 && (remainder < 0) != (d < 0)) {  // from towards zero to downwards
            --quotient;
            remainder += d;
        }
        const bool up = d < 0 ? remainder <= d - remainder : remainder >= d - remainder;
        return quotient + (up ? 1 : 0);
    }

    template <std::integral I>
    static constexpr Rep from_integer(I value) {
        constexpr Rep lowest_whole = lowest_raw >> FractionBits;
        constexpr Rep highest_whole = highest_raw >> FractionBits;
        if (std::cmp_less(value, lowest_whole)) return lowest_raw;
        if (std::cmp_greater(value, highest_whole)) return highest_raw;
        return static_cast<Rep>(static_cast<detail::Wide<Rep>>(value) *
                                (detail::Wide<Rep>{1} << FractionBits));
    }

    template <FloatingScalar T>
    static constexpr Rep from_floating(T value) {
        if (isnan(value)) return 0;
        constexpr T past_the_end = static_cast<T>(std::int64_t{highest_raw} + 1);
        const T scaled = value * detail::power_of_two<T>(FractionBits);
        if (scaled >= past_the_end) return highest_raw;
        if (scaled <= -past_the_end) return lowest_raw;
        const auto whole = static_cast<std::int64_t>(scaled);  // towards zero; what is left is exact
        const T left = scaled - static_cast<T>(whole);
        return saturate(whole + (left >= T{0.5} ? 1 : left < T{-0.5} ? -1 : 0)).raw;
    }

    template <class OtherRep, int OtherBits>
    static constexpr Rep from_fixed(Fixed<OtherRep, OtherBits> other) {
        const std::int64_t value = other.raw;
        if constexpr (OtherBits >= FractionBits) {
            return saturate(shift_right(value, OtherBits - FractionBits)).raw;
        } else {
            return saturate(value * (std::int64_t{1} << (FractionBits - OtherBits))).raw;
        }
    }
};

template <class Rep, int FractionBits>
inline constexpr bool is_fixed<Fixed<Rep, FractionBits>> = true;

using q7 = Fixed<std::int8_t, 7>;
using q15 = Fixed<std::int16_t, 15>;
using q31 = Fixed<std::int32_t, 31>;
using q16_16 = Fixed<std::int32_t, 16>;

/// The magnitude; that of the lowest value saturates.
template <FixedScalar T>
[[nodiscard]] constexpr T abs(T x) {
    return x.raw < 0 ? -x : x;
}

}  // namespace mote

template <class Rep, int FractionBits>
struct std::numeric_limits<mote::Fixed<Rep, FractionBits>> {
    using Value = mote::Fixed<Rep, FractionBits>;
    static constexpr bool is_specialized = true;
    static constexpr bool is_signed = true;
    static constexpr bool is_integer = false;
    static constexpr bool is_exact = true;
    static constexpr bool has_infinity = false;
    static constexpr bool has_quiet_NaN = false;
    static constexpr bool is_bounded = true;
    static constexpr bool is_modulo = false;
    static constexpr int radix = 2;
    static constexpr int digits = 8 * static_cast<int>(sizeof(Rep)) - 1;
    /// As for floating point: the smallest value above zero.
    static constexpr Value min() { return Value::from_raw(1); }
    static constexpr Value max() { return Value::highest(); }
    static constexpr Value lowest() { return Value::lowest(); }
    static constexpr Value epsilon() { return Value::from_raw(1); }
};
