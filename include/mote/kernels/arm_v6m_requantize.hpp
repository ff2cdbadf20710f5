// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The output stage without a long multiply, where no filter's constants were worked out before.
namespace mote::kernels::impl {

namespace arm_v6m {

/// floor((x * factor + 2^30) / 2^31) by the products of halves, 0 <= factor: what lies below 2^15 of the two
/// in the middle, and above 2^16 of the lowest, is all that carries.
constexpr std::int32_t doubling_high_product(std::int32_t x, std::int32_t factor) {
    const std::int32_t x_high = x >> 16, x_low = x & 0xffff;
    const std::int32_t factor_high = factor >> 16, factor_low = factor & 0xffff;
    const auto lowest = static_cast<std::uint32_t>(x_low) * static_cast<std::uint32_t>(factor_low);
    const std::int32_t one = x_high * factor_low, other = x_low * factor_high;
    const std::int32_t carry =
        (one & 0x7fff) + (other & 0x7fff) + static_cast<std::int32_t>(lowest >> 16) + (1 << 14);
    return 2 * (x_high * factor_high) + (one >> 15) + (other >> 15) + (carry >> 15);
}

}  // namespace arm_v6m

inline void requantize(isa::ArmV6M, const std::int32_t* accumulators, const StageView& stage, std::int8_t* y,
                       std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const int shift = stage.shift[i];
        const auto x = static_cast<std::uint32_t>(accumulators[i]) << (shift > 0 ? shift : 0);
        const std::int32_t high =
            arm_v6m::doubling_high_product(static_cast<std::int32_t>(x), stage.multiplier[i]);
        y[i] = reference::clamped(reference::rounding_shift(high, shift > 0 ? 0 : -shift), stage);
    }
}

}  // namespace mote::kernels::impl
