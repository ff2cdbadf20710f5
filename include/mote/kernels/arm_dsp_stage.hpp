// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/reference_conv.hpp"

/// The output stage in three or five instructions, and when that is exact.
///
/// The specification rounds twice: h = floor((acc * m + 2^30) / 2^31), then h / 2^n to the nearest with ties
/// away from zero, plus the zero point z, clamped. Floors nest, so that both roundings are one:
///
///     y = z + floor((acc * m + 2^30 + 2^(n+30)) / 2^(31+n)),  with 2^31 less above the line where acc < 0.
///
/// The tiles leave t = 2^8 acc, and with k = n + 7 that is
///
///     r = offset + floor(t * m / 2^32)   SMMLA, offset = z 2^k + 2^(k-1) + 2^6, less 2^7 where acc < 0
///     y = clamp(floor(r / 2^k))          ASR, SSAT
///
/// With a ReLU, whose lowest output is z, acc < 0 does not matter: floor gives z or less either way. The
/// nearest acc < 0 can have h = 0, which the specification takes to z, and so does this if n >= 1. t must not
/// overflow, |acc| < 2^23, nor the offset: k <= 22. SSAT is the clamp of a layer whose range is all of int8,
/// as it is with no activation and, for all but odd models, with ReLU.
namespace mote::kernels::impl::arm_dsp {

/// How one filter begins and ends: a word before its weights in the stream and three behind.
///   bias        2^8 times the folded bias, or the folded bias itself when not fast
///   offset      or the shift when not fast
///   multiplier
///   k           0 when not fast
struct FilterStage {
    std::int32_t bias;
    std::int32_t multiplier;
    std::int8_t shift;
    bool fast;

    static constexpr std::size_t words_before = 1;
    static constexpr std::size_t words = words_before + 3;
};

/// The range of a filter's accumulator, bias and all.
struct Reach {
    std::int64_t lowest, highest;
};

/// Whether the short form is exact for such accumulators.
constexpr bool short_form_is_exact(Reach reach, int shift, int lowest, int highest) {
    constexpr std::int64_t limit = std::int64_t{1} << 23;
    return reach.lowest >= -limit && reach.highest < limit && shift <= -2 && shift >= -15 && lowest == -128 &&
           highest == 127;
}

/// To the words around the `weights` words of a filter.
constexpr void store(const FilterStage& stage, std::int32_t zero_point, std::uint32_t* filter,
                     std::size_t weights) {
    std::uint32_t* const behind = filter + FilterStage::words_before + weights;
    const int k = stage.fast ? 7 - stage.shift : 0;
    const auto bias = static_cast<std::uint32_t>(stage.bias);
    filter[0] = stage.fast ? bias << 8 : bias;
    behind[0] = stage.fast ? (static_cast<std::uint32_t>(zero_point) << k) + (1u << (k - 1)) + (1u << 6)
                           : static_cast<std::uint32_t>(std::int32_t{stage.shift});
    behind[1] = static_cast<std::uint32_t>(stage.multiplier);
    behind[2] = static_cast<std::uint32_t>(k);
}

constexpr FilterStage load_stage(const std::uint32_t* filter, std::size_t weights) {
    const std::uint32_t* const behind = filter + FilterStage::words_before + weights;
    const auto bias = static_cast<std::int32_t>(filter[0]), multiplier = static_cast<std::int32_t>(behind[1]);
    if (behind[2] == 0) return {bias, multiplier, static_cast<std::int8_t>(behind[0]), false};
    return {bias >> 8, multiplier, static_cast<std::int8_t>(7 - static_cast<int>(behind[2])), true};
}

/// What all filters of a layer share.
struct LayerStage {
    std::int8_t input_zero_point;
    std::int8_t zero_point;
    std::int8_t lowest;
    std::int8_t highest;
    bool fast;  // every filter is
};

/// The output byte in full, for what the short form does not cover; rare, so that one copy of the code will
/// do.
[[gnu::noinline]] inline std::int8_t requantize(std::int32_t accumulator, const FilterStage& filter,
                                                const LayerStage& layer) {
    const StageView view{&filter.multiplier, &filter.shift, layer.zero_point, layer.lowest, layer.highest};
    return reference::requantize(accumulator, view, 0);
}

}  // namespace mote::kernels::impl::arm_dsp
