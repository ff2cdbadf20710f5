// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"

namespace mote::kernels::impl::arm_dsp {

/// One pixel by pairs of filters: one and a half loads, four SMLAD and two SXTB16 for eight products.
/// The assembly loads the fields in this order.
struct Column {
    const std::uint32_t* weights;
    const std::uint32_t* next_weights;  // of the pair's second filter
    const std::uint32_t* patch;         // for every four taps: a word of odd, then one of even elements
    const std::uint32_t* patch_end;
    void* output;  // bytes, or two 32-bit sums
    const void* output_end;
    Ending ending;
};

// clang-format off
// r0, r1 accumulators, r2-r5 inputs, r6 and r7 weights, r8, r9 weight pointers, r10 input pointer,
// r11 its end, r12 output.
#define MOTE_ONE_FILTER(sum, pointer)       \
    "ldm " pointer "!, {r6, r7} \n"         \
    "smlad " sum ", r2, r6, " sum " \n"     \
    "sxtb16 r6, r6 \n"                      \
    "smlad " sum ", r3, r6, " sum " \n"     \
    "smlad " sum ", r4, r7, " sum " \n"     \
    "sxtb16 r7, r7 \n"                      \
    "smlad " sum ", r5, r7, " sum " \n"
#define MOTE_EIGHT_TAPS                     \
    "ldm r10!, {r2-r5} \n"                  \
    MOTE_ONE_FILTER("r0", "r8")             \
    MOTE_ONE_FILTER("r1", "r9")

// r2 offset, r3 multiplier, r4 k
#define MOTE_TO_BYTE(sum, pointer)          \
    "ldm " pointer "!, {r2-r4} \n"          \
    "asrs r5, " sum ", #31 \n"              \
    "add r5, r2, r5, lsl #7 \n"             \
    "smmla " sum ", " sum ", r3, r5 \n"     \
    "asrs " sum ", r4 \n"                   \
    "ssat " sum ", #8, " sum " \n"          \
    "strb " sum ", [r12], #1 \n"

/// For sums the weights begin behind the bias. Stack: 0 entry to the loop, 4 bytes from filter to filter,
/// 8 patch, 12 output_end.
MOTE_ASSEMBLY inline void multiply_column(const Column*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #20 \n"
        "ldm r0, {r1-r7} \n"
        "mov r11, r4 \n"
        "mov r12, r5 \n"
        "mov lr, r7 \n"
        "sub r0, r4, r3 \n"
        "adr.w r10, 2f \n"
        "tst r0, #16 \n"  // an odd number of octets, 16 bytes each, enters in the middle
        "it ne \n"
        "adrne.w r10, 3f \n"
        "orr r10, r10, #1 \n"
        "sub r9, r2, r1 \n"
        "strd r10, r9, [sp] \n"
        "strd r3, r6, [sp, #8] \n"
        "mov r9, r1 \n"
        "cmp r7, #2 \n"
        "beq 4f \n"

        "1: \n"  // next pair
        "ldrd r2, r10, [sp, #4] \n"
        "mov r8, r9 \n"
        "add r9, r2 \n"
        "ldr r0, [r8], #4 \n"
        "ldr r1, [r9], #4 \n"
        "ldr pc, [sp] \n"
        "2: \n" MOTE_EIGHT_TAPS
        "3: \n" MOTE_EIGHT_TAPS
        "cmp r10, r11 \n"
        "bne 2b \n"

        "cmp lr, #2 \n"
        "beq 5f \n"
        MOTE_TO_BYTE("r0", "r8")
        MOTE_TO_BYTE("r1", "r9")
        "ldr r7, [sp, #12] \n"
        "cmp r12, r7 \n"
        "bne 1b \n"
        "b 6f \n"

        "4: \n"  // the only pair, from zero
        "mov r8, r1 \n"
        "mov r9, r2 \n"
        "mov r10, r3 \n"
        "movs r0, #0 \n"
        "movs r1, #0 \n"
        "ldr pc, [sp] \n"

        "5: \n"
        "stm r12, {r0, r1} \n"
        "6: \n"
        "add sp, #20 \n"
        "pop {r4-r11, pc} \n");
}
// clang-format on

#undef MOTE_ONE_FILTER
#undef MOTE_EIGHT_TAPS
#undef MOTE_TO_BYTE

}  // namespace mote::kernels::impl::arm_dsp
