// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "tests/firmware/row.hpp"

/// What imported networks give, integers or real numbers, beside what their headers say.
namespace mote::testing {

/// Integers must be those of the golden output, real numbers but for the rounding of sums.
inline bool close(int a, int b) {
    return a == b;
}
inline bool close(float a, float b) {
    return std::abs(a - b) <= 1e-5f * (1 + std::abs(b));
}
template <class Output, class Golden>
bool agrees(const Output& output, const Golden& golden) {
    return std::ranges::equal(output, golden, [](auto a, auto b) { return close(a, b); });
}

/// Of integers; of real numbers, which compilers round differently, where the largest is.
inline std::uint32_t checksum(std::span<const std::int8_t> bytes) {
    return firmware::checksum(bytes);
}
inline std::uint32_t checksum(std::span<const std::int16_t> words) {
    return firmware::checksum(words);
}
inline std::uint32_t checksum(std::span<const float> numbers) {
    return static_cast<std::uint32_t>(std::ranges::max_element(numbers) - numbers.begin());
}

}  // namespace mote::testing
