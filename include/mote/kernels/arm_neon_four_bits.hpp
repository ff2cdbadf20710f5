// SPDX-License-Identifier: MIT
#pragma once

#if defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/four_bits.hpp"

/// Weights of four bits with AArch64's vectors: a byte holds a weight of two filters; products of both halves
/// of a vector fit 16 bits together.
namespace mote::kernels::impl {

namespace neon {

struct HalvedBytes {
    static constexpr std::size_t filters = 2, taps = 16;
    static constexpr std::size_t nibble(std::size_t filter, std::size_t tap) { return 2 * tap + filter; }

    static void products(const std::uint32_t* weights, const std::int8_t* inputs, std::size_t tiles,
                         std::size_t blocks, std::int32_t* sums) {
        const auto add = [](int32x4_t sum, uint8x16_t nibbles, int8x16_t x) {
            const int8x16_t w = vreinterpretq_s8_u8(nibbles);
            return vpadalq_s16(sum, vmlal_high_s8(vmull_s8(vget_low_s8(w), vget_low_s8(x)), w, x));
        };
        for (; blocks > 0; --blocks, sums += filters) {
            int32x4_t low = vdupq_n_s32(0), high = low;
            for (std::size_t tile = 0; tile < tiles; ++tile, weights += taps / 4) {
                const uint8x16_t bytes = vreinterpretq_u8_u32(vld1q_u32(weights));
                const int8x16_t x = vld1q_s8(inputs + tile * taps);
                low = add(low, vandq_u8(bytes, vdupq_n_u8(15)), x);
                high = add(high, vshrq_n_u8(bytes, 4), x);
            }
            sums[0] += vaddvq_s32(low);
            sums[1] += vaddvq_s32(high);
        }
    }
};

}  // namespace neon

template <ConvGeometry G>
constexpr auto pack(isa::Neon, const FourBits<QuantizedConv<G>>& narrow) {
    return four_bits::PackedConv<G, neon::HalvedBytes>(narrow.layer);
}

}  // namespace mote::kernels::impl

#endif
