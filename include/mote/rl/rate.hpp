// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/core/fixed.hpp"

/// The two arithmetic steps that every temporal-difference update is made of, for floats and integers.
namespace mote::rl {

/// A number in 0 .. 1 known at compile time: integers multiply by it as a 15-bit fraction, or shift where it
/// is a power of two.
struct Rate {
    double value = 1;

    [[nodiscard]] constexpr bool valid() const { return value >= 0 && value <= 1; }

    /// -log2 of a power of two between 2^-finest and 1; -1 for anything else.
    [[nodiscard]] constexpr int shift(int finest = 15) const {
        double power = 1;
        for (int shift = 0; shift <= finest; ++shift, power /= 2) {
            if (value == power) return shift;
        }
        return -1;
    }
    [[nodiscard]] constexpr std::int32_t fraction() const {
        return static_cast<std::int32_t>(value * 32768 + 0.5);
    }
};

/// How an integer table takes a step smaller than its unit: to the nearest, which loses steps below one half
/// for ever; up or down by chance, right in the mean; or to the nearest, and what is left is carried to the
/// next step (Remainders: 2 bytes a value), which loses nothing and lets rates be as low as 2^-30.
enum class Rounding : std::uint8_t { nearest, stochastic, carried };

namespace detail {

inline constexpr std::int32_t half = 1 << 14;  // of the 15-bit fraction: rounds to nearest

/// wide * R; wide is the difference of two table integers at most. Rounded down after adding `noise` (15 bits
/// of a unit).
template <Rate R, class W>
[[nodiscard]] constexpr W scale(W wide, std::int32_t noise = half) {
    if constexpr (R.shift() == 0) {
        return wide;
    } else if constexpr (R.shift() > 0) {
        return (wide + (noise >> (15 - R.shift()))) >> R.shift();
    } else {
        return (wide * R.fraction() + noise) >> 15;
    }
}

}  // namespace detail

/// reward + Discount * next: what a transition says a value should be. Fixed point rounds and saturates.
template <Rate Discount, FloatingScalar T>
[[nodiscard]] constexpr T discounted(T reward, T next) {
    return reward + static_cast<T>(Discount.value) * next;
}
template <Rate Discount, FixedScalar T>
[[nodiscard]] constexpr T discounted(T reward, T next) {
    const mote::detail::Wide<decltype(T::raw)> wide = next.raw;
    return T::saturate(reward.raw + detail::scale<Discount>(wide));
}

/// value + Step * (target - value). Between the two, so fixed point cannot overflow.
template <Rate Step, FloatingScalar T>
[[nodiscard]] constexpr T moved_towards(T value, T target) {
    return value + static_cast<T>(Step.value) * (target - value);
}
template <Rate Step, FixedScalar T>
[[nodiscard]] constexpr T moved_towards(T value, T target, std::int32_t noise = detail::half) {
    const mote::detail::Wide<decltype(T::raw)> wide = value.raw;
    return T::from_raw(static_cast<decltype(T::raw)>(wide + detail::scale<Step>(target.raw - wide, noise)));
}

}  // namespace mote::rl
