// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
/// monotone everything beyond clamps to it. All that follows then fits 32 bits. Sums count from the lower of
/// the two values, so that one unsigned comparison tells whether there is anything to clamp.
namespace mote::kernels::impl::arm_v6m {

/// What turns a sum, counted from the lowest, into its output byte. The default leaves nothing in doubt.
struct Rescaler {
    std::uint32_t range = 0;  // the highest sum
    std::int32_t factor = 0;
    std::int32_t offset = 0;
    std::uint32_t doubt = 0;  // the fraction in units of 2^-32 below which the floor is uncertain
};

/// One filter's rescaler, and the accumulator from which its sums count.
struct Rescaling {
    Rescaler rescaler;
    std::int32_t lowest = 0;
};

inline constexpr Rescaling all_in_doubt{.rescaler = {.range = ~0u, .doubt = ~0u}};

constexpr bool fits(std::int64_t value) {
    return value == static_cast<std::int32_t>(value);
}

/// The accumulator whose exact output is nearest to `output` (before the zero point).
constexpr std::int64_t nearest_accumulator(std::int64_t output, std::int64_t multiplier, int e) {
    const std::int64_t scaled = output << (31 + e);  // |output| <= 255, e <= 20: below 2^60
    const std::int64_t half = multiplier / 2;
    return (scaled + (scaled < 0 ? -half : half)) / multiplier;
}

/// The largest sum of so many products, sign aside.
constexpr std::int64_t largest_sum(std::size_t taps) {
    return std::int64_t{128} * 127 * static_cast<std::int64_t>(taps);
}

/// a + b modulo 2^32. A sum that begins with wrapped_sum(bias, -lowest) counts from the lowest.
constexpr std::int32_t wrapped_sum(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// For accumulators of bias - reach to bias + reach. Where the bounds would not hold or would leave too much
/// in doubt, everything is.
constexpr Rescaling rescaling(std::int32_t bias, std::int64_t reach, const StageView& stage,
                              std::size_t filter) {
    const std::int64_t multiplier = stage.multiplier[filter];
    const int e = -stage.shift[filter];
    if (multiplier < (std::int64_t{1} << 30) || e < 3 || e > 20) return all_in_doubt;
    const std::int64_t low = nearest_accumulator(stage.lowest - stage.zero_point, multiplier, e);
    const std::int64_t high = nearest_accumulator(stage.highest - stage.zero_point, multiplier, e);
    const std::int64_t largest = std::max({low, -low, high, -high});
    const std::int64_t margin = largest / 2 + (std::int64_t{1} << (24 - 1)) / (std::int64_t{1} << e) + 2;
    if (margin >= (std::int64_t{1} << 21) || !fits(bias - reach - low) || !fits(bias + reach - low))
        return all_in_doubt;
    const std::int64_t factor = ((multiplier >> (6 + e)) + 1) >> 1;
    const std::int64_t offset = (2 * std::int64_t{stage.zero_point} + 1) * (1 << 23) + margin + low * factor;
    return {{static_cast<std::uint32_t>(high - low), static_cast<std::int32_t>(factor),
             static_cast<std::int32_t>(offset), (static_cast<std::uint32_t>(margin) << 9) + 1},
            static_cast<std::int32_t>(low)};
}

/// The output byte, and whether it is in doubt.
struct Rescaled {
    std::int8_t output;
    bool doubtful;
};

constexpr Rescaled rescale(const Rescaler& rescaler, std::int32_t sum) {
    auto clamped = static_cast<std::uint32_t>(sum);
    if (clamped > rescaler.range) clamped = sum < 0 ? 0 : rescaler.range;
    const std::uint32_t value =
        clamped * static_cast<std::uint32_t>(rescaler.factor) + static_cast<std::uint32_t>(rescaler.offset);
    return {static_cast<std::int8_t>(value >> 24), value << 8 < rescaler.doubt};
}

/// The specification's output, where a rescaler leaves it in doubt.
[[gnu::noinline]] inline std::int8_t exact(std::int32_t sum, std::int32_t lowest, const StageView& stage,
                                           std::size_t filter) {
    return reference::requantize(wrapped_sum(sum, lowest), stage, filter);
}

}  // namespace mote::kernels::impl::arm_v6m
