// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/reference_conv.hpp"

/// The output stage in four or five instructions, and when that is exact.
///
/// The specification rounds twice: h = floor((acc * m + 2^30) / 2^31), then h / 2^n to the nearest with
/// ties away from zero, plus the zero point, clamped. With twice the accumulator, t = 2 acc,
///
///     half = 2^(n-1) + (t >> 31)                   ADD    half, less one where acc < 0
///     s    = half + floor((t * m + 2^31) / 2^32)   SMMLAR, which is h + half
///     y    = zero_point + floor(s * 2^(16-n) / 2^16)  SMLAWB, which is zero_point + floor(s / 2^n)
///     y    = clamp(y, -128, 127)                   SSAT
///
/// SMMLAR is the first rounding as long as t does not overflow, |acc| < 2^30. For h >= 0 and acc >= 0,
/// floor((h + 2^(n-1)) / 2^n) takes ties up, away from zero; for acc < 0 floor((h + 2^(n-1) - 1) / 2^n)
/// takes them down, and h = 0, which a small negative acc can round to, gives 0 for n >= 2. SMLAWB reads
/// its factor as a signed half, so n >= 2, and 2^(16-n) is whole for n <= 16. SSAT is the clamp of a
/// layer whose range is all of int8, as it is with no activation and, for all but odd models, with ReLU.
///
/// Where the lowest output is the zero point, as with ReLU, ADD can go (Ending::relu): an acc < 0 that it
/// would have changed gives zero_point, or less and is clamped to it, either way.
namespace mote::kernels::impl::arm_dsp {

/// How one filter ends: three words in the weight stream.
///   bias        twice the folded bias, or the folded bias itself when not fast
///   multiplier
///   scale       low half 2^(16-n), high half 2^(n-1); when not fast 0 and the shift
struct FilterStage {
    std::int32_t bias;
    std::int32_t multiplier;
    std::int8_t shift;
    bool fast;

    static constexpr std::size_t words = 3;
};

/// Whether the short form is exact for accumulators of at most this magnitude.
constexpr bool short_form_is_exact(std::int64_t magnitude, int shift, int lowest, int highest) {
    return magnitude < (std::int64_t{1} << 30) && shift <= -2 && shift >= -16 && lowest == -128 &&
           highest == 127;
}

constexpr void store(const FilterStage& stage, std::uint32_t* words) {
    const auto bias = static_cast<std::uint32_t>(stage.bias);
    words[0] = stage.fast ? 2 * bias : bias;
    words[1] = static_cast<std::uint32_t>(stage.multiplier);
    const auto shift = static_cast<std::uint32_t>(stage.fast ? -stage.shift : stage.shift);
    words[2] = stage.fast ? 1u << (15 + shift) | 1u << (16 - shift) : shift << 16;
}

constexpr FilterStage load_stage(const std::uint32_t* words) {
    const auto bias = static_cast<std::int32_t>(words[0]);
    const auto multiplier = static_cast<std::int32_t>(words[1]);
    const std::uint32_t scale = words[2] & 0xFFFF;
    if (scale == 0) return {bias, multiplier, static_cast<std::int8_t>(words[2] >> 16), false};
    return {bias >> 1, multiplier, static_cast<std::int8_t>(std::countr_zero(scale) - 16), true};
}

/// What all filters of a layer share.
struct LayerStage {
    std::int8_t input_zero_point;
    std::int8_t zero_point;
    std::int8_t lowest;
    std::int8_t highest;
    bool fast;  // every filter is
};

/// The output byte in full, for what the short form does not cover.
inline std::int8_t requantize(std::int32_t accumulator, const FilterStage& filter, const LayerStage& layer) {
    const StageView view{&filter.multiplier, &filter.shift, layer.zero_point, layer.lowest, layer.highest};
    return reference::requantize(accumulator, view, 0);
}

}  // namespace mote::kernels::impl::arm_dsp
