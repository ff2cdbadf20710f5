// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"

/// Real numbers as bytes, after the TensorFlow Lite 8-bit quantisation specification.
namespace mote::nn {

/// The least interval that holds what was seen and zero.
struct Range {
    float low = 0, high = 0;

    constexpr void include(float x) {
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
};

/// The integer nearest to x, ties away from zero; outside [low, high] the nearer end, NaN gives low.
constexpr std::int32_t round_to(double x, std::int32_t low, std::int32_t high) {
    if (!(x > low)) return low;
    if (x >= high) return high;
    return nearest_integer<std::int32_t>(x);
}

/// real = scale * (byte - zero_point).
/// Source  Jacob et al. 2018, CVPR, pages 2704-2713, equation (1).
struct Affine {
    float scale = 1;
    std::int8_t zero_point = 0;

    [[nodiscard]] constexpr std::int8_t quantize(float x) const {
        const std::int32_t steps = round_to(static_cast<double>(x / scale), -256, 256);
        return static_cast<std::int8_t>(clamp<std::int32_t>(steps + zero_point, -128, 127));
    }
    [[nodiscard]] constexpr float dequantize(std::int8_t byte) const {
        return scale * static_cast<float>(byte - zero_point);
    }
    constexpr bool operator==(const Affine&) const = default;

    /// Spreads the range over all 256 bytes such that zero is one of them.
    [[nodiscard]] static constexpr Affine covering(Range range) {
        const double low = static_cast<double>(range.low);
        const double width = static_cast<double>(range.high) - low;
        if (!(width > 0)) return {};
        const double scale = width / 255;
        return {static_cast<float>(scale), static_cast<std::int8_t>(round_to(-128 - low / scale, -128, 127))};
    }
};

/// x -> round(x * multiplier * 2^(shift - 31)).
struct Multiplier {
    std::int32_t multiplier = 0;
    std::int8_t shift = 0;
    constexpr bool operator==(const Multiplier&) const = default;
};

/// The nearest 31-bit significand and its exponent; 0 for factors below 2^-32.
constexpr Multiplier multiplier_of(double factor) {
    if (!(factor > 0)) return {};
    int exponent = 0;
    for (; factor >= 1; factor /= 2) ++exponent;
    for (; factor < 0.5; factor *= 2) --exponent;
    auto significand = static_cast<std::int64_t>(factor * 0x1p31 + 0.5);
    if (significand == std::int64_t{1} << 31) {
        significand /= 2;
        ++exponent;
    }
    if (exponent < -31) return {};
    return {static_cast<std::int32_t>(significand), static_cast<std::int8_t>(exponent)};
}

/// The scale that brings the largest of n weights to `largest`; 1 where all are zero.
template <class T>
constexpr double symmetric_scale(const T* weights, std::size_t n, int largest = 127) {
    double size = 0;
    for (std::size_t i = 0; i < n; ++i) size = max(size, abs(static_cast<double>(weights[i])));
    // As TensorFlow Lite does, scales are kept in single precision.
    return size > 0 ? static_cast<double>(static_cast<float>(size / largest)) : 1.0;
}

}  // namespace mote::nn
