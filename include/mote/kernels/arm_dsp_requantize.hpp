// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The output stage by SMMULR, where no filter's constants were worked out before: the rounded upper half of
/// 2 x times the multiplier is the doubling high multiply.
namespace mote::kernels::impl {

inline void requantize(isa::ArmDsp, const std::int32_t* accumulators, const StageView& stage, std::int8_t* y,
                       std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t x = accumulators[i];
        const int shift = stage.shift[i];
        const std::int32_t twice = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << 1);
        if (shift > 0 || twice >> 1 != x) {
            y[i] = reference::requantize(x, stage, i);
            continue;
        }
        std::int32_t high;
        asm("smmulr %0, %1, %2" : "=r"(high) : "r"(twice), "r"(stage.multiplier[i]));
        // Ties away from zero: the sign is taken off before the last bit that falls away rounds up.
        if (shift < 0) high = (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1;
        y[i] = reference::clamped(high, stage);
    }
}

}  // namespace mote::kernels::impl
