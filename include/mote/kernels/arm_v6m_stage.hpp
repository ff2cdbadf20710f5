// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Requantisation for a core without a long multiply: one 32-bit product, checked, instead of a 64-bit one.
///
/// Let y = accumulator * multiplier / 2^(31 + e) be the output's exact real value, e = -shift. The
/// specification rounds y twice and ends within 2^-(e + 1) of the nearest integer's boundary rule, that is
///     output = floor(y + zero_point + 1/2 + d)  with |d| <= 2^-(e + 1).
/// The product here works in units of 2^-24: factor = round(multiplier / 2^(7 + e)) is off by half a unit,
/// so |accumulator| / 2 bounds the error of accumulator * factor. Where the value lies farther from an
/// integer than `doubt`, the sum of both bounds, the floor is certain. Where it does not (one or two
/// values in a hundred), the specification itself is asked.
///
/// The clamp comes first, as a clamp of the accumulator to the values nearest to the activation's limits:
/// their y is within 1/16 of the limit (the scale is below 1/8), so they round to it, and since rounding is
/// monotone everything beyond clamps to it. All that follows then fits 32 bits.
namespace mote::kernels::impl::arm_v6m {

/// What turns the sum of products of one filter into its output byte. The bias is folded into all of it.
struct Rescaler {
    std::int32_t lowest_sum = std::numeric_limits<std::int32_t>::min();
    std::int32_t highest_sum = std::numeric_limits<std::int32_t>::max();
    std::int32_t factor = 0;
    std::int32_t offset = 0;
    std::uint32_t doubt = ~0u;  // the fraction in units of 2^-32 up to which the floor is uncertain
};

constexpr bool fits(std::int64_t value) {
    return value == static_cast<std::int32_t>(value);
}

/// The accumulator whose exact output is nearest to `output` (before the zero point).
constexpr std::int64_t nearest_accumulator(std::int64_t output, std::int64_t multiplier, int e) {
    const std::int64_t scaled = output << (31 + e);  // |output| <= 255, e <= 20: below 2^60
    const std::int64_t half = multiplier / 2;
    return (scaled + (scaled < 0 ? -half : half)) / multiplier;
}

/// Where the bounds would not hold or would leave too much in doubt, the default leaves everything in doubt.
constexpr Rescaler rescaler(std::int32_t bias, const StageView& stage, std::size_t filter) {
    const std::int64_t multiplier = stage.multiplier[filter];
    const int e = -stage.shift[filter];
    if (multiplier < (std::int64_t{1} << 30) || e < 3 || e > 20) return {};
    const std::int64_t low = nearest_accumulator(stage.lowest - stage.zero_point, multiplier, e);
    const std::int64_t high = nearest_accumulator(stage.highest - stage.zero_point, multiplier, e);
    const std::int64_t largest = std::max({low, -low, high, -high});
    const std::int64_t margin = largest / 2 + (std::int64_t{1} << (24 - 1)) / (std::int64_t{1} << e) + 2;
    if (margin >= (std::int64_t{1} << 21) || !fits(low - bias) || !fits(high - bias)) return {};
    const std::int64_t factor = ((multiplier >> (6 + e)) + 1) >> 1;
    const std::int64_t offset = (2 * std::int64_t{stage.zero_point} + 1) * (1 << 23) + margin + bias * factor;
    return {static_cast<std::int32_t>(low - bias), static_cast<std::int32_t>(high - bias),
            static_cast<std::int32_t>(factor), static_cast<std::int32_t>(offset),
            static_cast<std::uint32_t>(margin) << 9};
}

/// The output byte, and whether it is in doubt.
struct Rescaled {
    std::int8_t output;
    bool doubtful;
};

constexpr Rescaled rescale(const Rescaler& rescaler, std::int32_t sum) {
    const auto clamped =
        static_cast<std::uint32_t>(std::clamp(sum, rescaler.lowest_sum, rescaler.highest_sum));
    const std::uint32_t value =
        clamped * static_cast<std::uint32_t>(rescaler.factor) + static_cast<std::uint32_t>(rescaler.offset);
    return {static_cast<std::int8_t>(value >> 24), value << 8 <= rescaler.doubt};
}

/// The specification's output, where a rescaler leaves it in doubt.
[[gnu::noinline]] inline std::int8_t exact(std::int32_t sum, std::int32_t bias, const StageView& stage,
                                           std::size_t filter) {
    const auto accumulator = static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(bias);
    return reference::requantize(static_cast<std::int32_t>(accumulator), stage, filter);
}

}  // namespace mote::kernels::impl::arm_v6m
