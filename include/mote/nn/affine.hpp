// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/math.hpp"

/// Real numbers as integers, after the TensorFlow Lite quantisation specification.
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
template <std::signed_integral Integer>
constexpr Integer round_to(double x, Integer low, Integer high) {
    if (!(x > static_cast<double>(low))) return low;
    if (x >= static_cast<double>(high)) return high;
    return nearest_integer<Integer>(x);
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

/// real = scale * integer, for activations of 16 bits.
/// Source  TensorFlow Lite's quantisation with 16-bit activations, whose zero points are 0.
struct Symmetric {
    float scale = 1;

    [[nodiscard]] constexpr std::int16_t quantize(float x) const {
        return static_cast<std::int16_t>(round_to(static_cast<double>(x / scale), -32768, 32767));
    }
    [[nodiscard]] constexpr float dequantize(std::int16_t word) const {
        return scale * static_cast<float>(word);
    }
    constexpr bool operator==(const Symmetric&) const = default;

    /// The finest steps whose 32767 reach to both ends of the range.
    [[nodiscard]] static constexpr Symmetric covering(Range range) {
        const double most = max(-static_cast<double>(range.low), static_cast<double>(range.high));
        return {most > 0 ? static_cast<float>(most / 32767) : 1.0f};
    }
};

/// Integers that activations of a network are made of, and the scale that they stand on.
template <class T>
concept ActivationInteger = std::same_as<T, std::int8_t> || std::same_as<T, std::int16_t>;
template <ActivationInteger T>
using ScaleOf = std::conditional_t<std::same_as<T, std::int8_t>, Affine, Symmetric>;

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

/// The scale that brings the largest of n weights to `largest`; 1 where all are zero or too small for one.
template <class T>
constexpr double symmetric_scale(const T* weights, std::size_t n, int largest = 127) {
    double size = 0;
    for (std::size_t i = 0; i < n; ++i) size = max(size, abs(static_cast<double>(weights[i])));
    // As TensorFlow Lite does, scales are kept in single precision.
    const auto scale = static_cast<float>(size / largest);
    return scale > 0 ? static_cast<double>(scale) : 1.0;
}

}  // namespace mote::nn
