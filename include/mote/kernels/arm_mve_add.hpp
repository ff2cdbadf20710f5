// SPDX-License-Identifier: MIT
#pragma once

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable_add.hpp"

/// The sum of two images of bytes for Helium, four elements at a time.
namespace mote::kernels::impl {

/// VQRDMULH is the first rounding; VRSHL rounds ties up, so that one is taken off below zero before. The
/// larger scale's summand is shifted only.
[[gnu::optimize("O2")]] inline void add(isa::ArmMve, const QuantizedAdd& layer, const std::int8_t* a,
                                        const std::int8_t* b, std::int8_t* y, std::size_t n) {
    const bool first = portable::halved(layer.summands[0]);
    const QuantizedAdd::Summand &shifted = layer.summands[first ? 0 : 1],
                                &other = layer.summands[first ? 1 : 0];
    // Shifts of zero have no ties to mend; nor are they ordinary.
    if (!portable::halved(shifted) || other.shift == 0 || layer.output.shift[0] == 0) {
        return portable::add<portable::LongProduct>(layer, a, b, y, n);
    }
    const int32x4_t zero = vdupq_n_s32(-shifted.zero_point * (1 << 19));
    const int32x4_t other_zero = vdupq_n_s32(-other.zero_point * (1 << 20));
    const int32x4_t zero_point = vdupq_n_s32(layer.output.zero_point);
    const int32x4_t lowest = vdupq_n_s32(layer.output.lowest), highest = vdupq_n_s32(layer.output.highest);
    const std::int32_t shift = other.shift, last_shift = layer.output.shift[0];
    const std::int8_t* plain = first ? a : b;
    const std::int8_t* scaled = first ? b : a;
    asm volatile(R"(
        dlstp.32 lr, %[n]
    1:  vldrb.s32 q0, [%[scaled]], #4
        vldrb.s32 q2, [%[plain]], #4
        vshl.i32 q0, q0, #20
        vshl.i32 q2, q2, #19
        vadd.i32 q0, q0, %q[other_zero]
        vadd.i32 q2, q2, %q[zero]
        vqrdmulh.s32 q0, q0, %[multiplier]
        vshr.s32 q1, q0, #31
        vadd.i32 q0, q0, q1
        vrshl.s32 q0, %[shift]
        vadd.i32 q0, q0, q2
        vqrdmulh.s32 q0, q0, %[last_multiplier]
        vshr.s32 q1, q0, #31
        vadd.i32 q0, q0, q1
        vrshl.s32 q0, %[last_shift]
        vadd.i32 q0, q0, %q[zero_point]
        vmax.s32 q0, q0, %q[lowest]
        vmin.s32 q0, q0, %q[highest]
        vstrb.32 q0, [%[y]], #4
        letp lr, 1b
    )"
                 : [scaled] "+l"(scaled), [plain] "+l"(plain), [y] "+l"(y)
                 : [n] "r"(n), [multiplier] "r"(other.multiplier), [shift] "r"(shift),
                   [last_multiplier] "r"(layer.output.multiplier[0]), [last_shift] "r"(last_shift),
                   [other_zero] "w"(other_zero), [zero] "w"(zero), [zero_point] "w"(zero_point),
                   [lowest] "w"(lowest), [highest] "w"(highest)
                 : "q0", "q1", "q2", "lr", "cc", "memory");
}

}  // namespace mote::kernels::impl

#endif
