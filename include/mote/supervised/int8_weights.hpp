// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"

namespace mote::detail {

/// value * scale, to the nearest whole number that I holds; -127 of std::int8_t is the lowest.
template <class I, FloatingScalar T>
[[nodiscard]] constexpr I nearest_of(T value, T scale) {
    constexpr auto highest = static_cast<T>((std::int64_t{1} << (8 * sizeof(I) - 1)) - 1);
    const T scaled = clamp(value * scale, -highest, highest);
    return nearest_integer<I>(scaled);
}

template <class T, std::size_t N>
[[nodiscard]] constexpr std::array<std::int8_t, N> to_int8(const std::array<T, N>& values, T scale) {
    std::array<std::int8_t, N> result{};
    for (std::size_t i = 0; i < N; ++i) result[i] = nearest_of<std::int8_t>(values[i], scale);
    return result;
}

/// The largest magnitude, at least `least`.
template <class T, std::size_t N>
[[nodiscard]] constexpr T largest_of(const std::array<T, N>& values, T least) {
    for (const T value : values) least = max(least, abs(value));
    return least;
}

/// The largest n up to 30 for which value * 2^n is at most limit; below 0 where there is none.
template <FloatingScalar T>
[[nodiscard]] constexpr int doublings_within(T value, T limit) {
    int n = -1;
    for (T scaled = value; scaled <= limit && n < 30; scaled *= 2) ++n;
    return n;
}

/// The inner product of int8 weights and 16-bit numbers; fits 32 bits up to 516 of them.
template <std::size_t N>
requires(N <= 516) [[nodiscard]] constexpr std::int32_t
    dot_int8(const std::array<std::int8_t, N>& weights, const std::array<std::int16_t, N>& x) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < N; ++i) sum += std::int32_t{weights[i]} * x[i];
    return sum;
}

}  // namespace mote::detail
