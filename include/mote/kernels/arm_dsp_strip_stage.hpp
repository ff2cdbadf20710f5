// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

/// The output stage of arm_dsp_strip.hpp in two instructions, and when that is exact.
///
/// The specification rounds twice: h = floor((acc * m + 2^30) / 2^31), then h / 2^n to the nearest with ties
/// away from zero, plus the zero point z, clamped. Floors nest, so that both roundings are one:
///
///     y = z + floor((acc * m + 2^30 + 2^(n+30)) / 2^(31+n)),  with 2^31 less above the line where acc < 0.
///
/// The weights of a depthwise channel have a half word each, so they and the bias can be scaled: sums are
/// t = 2^(k-n+1) acc, and
///
///     r = offset + floor(t * m / 2^32)   SMMLA, offset = z 2^k + 2^(k-1) + 2^(k-n-1)
///     y = clamp(floor(r / 2^k))          SSAT, whose shift is part of the code: there are two k
///
/// Where acc < 0 the offset is 2^(k-n) less, which is twice its lowest set bit (AND, SUB). With a ReLU, whose
/// lowest output is z, that does not matter: floor gives z or less either way. The nearest acc < 0 can have
/// h = 0, which the specification takes to z: 2^(n+30) - 2^31 above the line, and so z here as well, if n
/// >= 1. t must not overflow, nor the weights: k - n + 1 <= 8. SSAT is the clamp if the range is all of int8.
namespace mote::kernels::impl::arm_dsp {

/// What becomes of a channel's sums. The assembly knows the numbers.
enum class StripEnding : std::uint32_t {
    relu_by_9,  // outputs of a layer whose lowest output is the zero point, k = 9
    relu_by_16,
    bytes_by_9,  // outputs of any other
    bytes_by_16,
    sums,       // 32-bit sums as they are
    last_by_9,  // as relu, in the last channel of a strip
    last_by_16,
};

/// How a channel begins and ends.
struct ChannelStage {
    std::int32_t bias;
    std::int32_t multiplier;
    std::int8_t shift;
    StripEnding ending;

    [[nodiscard]] constexpr int k() const {
        return ending == StripEnding::relu_by_9 || ending == StripEnding::bytes_by_9 ||
                       ending == StripEnding::last_by_9
                   ? 9
                   : 16;
    }
    /// Weights and bias are scaled by 2 to the power of this.
    [[nodiscard]] constexpr int scale() const { return ending == StripEnding::sums ? 0 : k() + shift + 1; }
};

/// The ending for accumulators of at most this magnitude; sums where no short form is exact.
constexpr StripEnding choose_ending(std::int64_t magnitude, int shift, int lowest, int highest, bool relu) {
    const bool by_9 = shift >= -8;
    const int scale = (by_9 ? 9 : 16) + shift + 1;
    const bool exact = shift <= -2 && shift >= -15 && lowest == -128 && highest == 127 &&
                       magnitude < (std::int64_t{1} << (31 - scale));
    if (!exact) return StripEnding::sums;
    if (relu) return by_9 ? StripEnding::relu_by_9 : StripEnding::relu_by_16;
    return by_9 ? StripEnding::bytes_by_9 : StripEnding::bytes_by_16;
}

/// The ending in the last channel of a strip.
constexpr StripEnding last(StripEnding ending) {
    if (ending == StripEnding::relu_by_9) return StripEnding::last_by_9;
    if (ending == StripEnding::relu_by_16) return StripEnding::last_by_16;
    return ending;
}

/// The word beside the multiplier: the offset, or the shift of a channel that ends in sums.
constexpr std::uint32_t offset_word(const ChannelStage& stage, int zero_point) {
    if (stage.ending == StripEnding::sums) return static_cast<std::uint32_t>(std::int32_t{stage.shift});
    const int k = stage.k();
    return (static_cast<std::uint32_t>(zero_point) << k) + (1u << (k - 1)) + (1u << (k + stage.shift - 1));
}

constexpr std::int8_t shift_of_offset(std::uint32_t word, StripEnding ending) {
    if (ending == StripEnding::sums) return static_cast<std::int8_t>(word);
    const int k = ChannelStage{0, 0, 0, ending}.k();
    return static_cast<std::int8_t>(std::countr_zero(word) + 1 - k);
}

}  // namespace mote::kernels::impl::arm_dsp
