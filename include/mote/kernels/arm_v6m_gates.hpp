// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_widen.hpp"
#include "mote/kernels/int8_gates.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The gates of recurrent layers whose inputs are whole fours, for cores without DSP instructions: v6-M and,
/// in their own instructions, v7-M. Weights stay a byte each; the inputs are widened to words once for all
/// rows.
namespace mote::kernels::impl {

namespace arm_v6m {

/// sum + the products of n bytes and words: 19 instructions for four, or 11 where bytes are loaded with their
/// signs and products added by one instruction each. Both pointers lie at multiples of four.
[[gnu::optimize("O2")]] inline std::int32_t row_sum(std::int32_t sum, const std::int8_t* weights,
                                                    const std::int32_t* x, std::size_t n) {
    const std::int32_t* const end = x + n;
#if __ARM_ARCH >= 7
    asm volatile(R"(
    1:  ldmia %[x]!, {r3, r4, r5, r6}
        ldrsb r8, [%[weights]], #1
        ldrsb r9, [%[weights]], #1
        ldrsb r10, [%[weights]], #1
        ldrsb r12, [%[weights]], #1
        mla %[sum], r3, r8, %[sum]
        mla %[sum], r4, r9, %[sum]
        mla %[sum], r5, r10, %[sum]
        mla %[sum], r6, r12, %[sum]
        cmp %[x], %[end]
        bne 1b
    )"
                 : [sum] "+l"(sum), [weights] "+l"(weights), [x] "+l"(x)
                 : [end] "r"(end)
                 : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "cc", "memory");
#else
    asm volatile(R"(
        .syntax unified
    1:  ldmia %[weights]!, {r3}
        ldmia %[x]!, {r4, r5}
        sxtb r6, r3
        muls r6, r4, r6
        adds %[sum], %[sum], r6
        lsls r6, r3, #16
        asrs r6, r6, #24
        muls r6, r5, r6
        adds %[sum], %[sum], r6
        ldmia %[x]!, {r4, r5}
        lsls r6, r3, #8
        asrs r6, r6, #24
        muls r6, r4, r6
        adds %[sum], %[sum], r6
        asrs r3, r3, #24
        muls r3, r5, r3
        adds %[sum], %[sum], r3
        cmp %[x], %[end]
        bne 1b
    )"
                 : [sum] "+l"(sum), [weights] "+l"(weights), [x] "+l"(x)
                 : [end] "r"(end)
                 : "r3", "r4", "r5", "r6", "cc", "memory");
#endif
    return sum;
}

}  // namespace arm_v6m

template <class Layer>
requires(Layer::inputs % 4 == 0)
    [[gnu::noinline]] void add_gates(isa::ArmV6M, const portable::PackedGates<Layer>& packed,
                                     const std::int8_t* x, std::int16_t* y) {
    std::array<std::int32_t, Layer::inputs> words;
    arm_v6m::Widen::copy(x, Layer::inputs, words.data());
    const Layer& layer = packed.layer;
    const std::int8_t* weights = layer.weights.data();
    const std::int32_t* bias = layer.bias.data();
    for (std::size_t gate = 0; gate < Layer::gates; ++gate) {
        const std::int32_t multiplier = layer.multiplier[gate];
        const int shift = layer.shift[gate];
        for (std::int16_t* const end = y + Layer::units; y != end; ++y, weights += Layer::inputs) {
            const std::int32_t sum = arm_v6m::row_sum(*bias++, weights, words.data(), Layer::inputs);
            *y = saturate16(*y + saturate16(reference::rescale(sum, multiplier, shift)));
        }
    }
}

}  // namespace mote::kernels::impl
