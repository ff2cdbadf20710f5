// SPDX-License-Identifier: MIT
#pragma once

#include "mote/kernels/arm_dsp_strip.hpp"

/// The inner loop of arm_dsp_strip.hpp with six outputs instead of five, at stride 1, for layers whose rows
/// are whole sixes. Channels that end in sums are left to the five.
namespace mote::kernels::impl::arm_dsp {

// clang-format off
// r0-r5 accumulators, r6-r8 weights of a row pair, r9-r11 columns, r12 plane pointer, lr stream pointer.
// r0 to r4 begin with first0 to first4; for the plane that comes first that is the bias, in r5.
#define MOTE_COLUMNS(op, first0, first1, first2, first3, first4) \
    "ldm r12!, {r9-r11} \n"            \
    op " r0, r9, r6, " first0 " \n"    \
    op " r0, r10, r7, r0 \n"           \
    op " r1, r10, r6, " first1 " \n"   \
    op " r0, r11, r8, r0 \n"           \
    op " r1, r11, r7, r1 \n"           \
    op " r2, r11, r6, " first2 " \n"   \
    "ldm r12!, {r9-r11} \n"            \
    op " r1, r9, r8, r1 \n"            \
    op " r2, r9, r7, r2 \n"            \
    op " r3, r9, r6, " first3 " \n"    \
    op " r2, r10, r8, r2 \n"           \
    op " r3, r10, r7, r3 \n"           \
    op " r4, r10, r6, " first4 " \n"   \
    op " r3, r11, r8, r3 \n"           \
    op " r4, r11, r7, r4 \n"           \
    op " r5, r11, r6, r5 \n"           \
    "ldm r12!, {r9, r10} \n"           \
    op " r4, r9, r8, r4 \n"            \
    op " r5, r9, r7, r5 \n"            \
    op " r5, r10, r8, r5 \n"
#define MOTE_WINDOWS(first_op, second_op)                \
    "ldm lr!, {r5-r8} \n"                                \
    MOTE_COLUMNS(first_op, "r5", "r5", "r5", "r5", "r5") \
    "ldr r9, [sp, #8] \n"                                \
    "ldm lr!, {r6-r8} \n"                                \
    "add r12, r9 \n"                                     \
    MOTE_COLUMNS(second_op, "r0", "r1", "r2", "r3", "r4") \
    "ldm lr!, {r6-r8} \n"                                \
    "tbh [pc, r8, lsl #1] \n"                            \
    "0: .hword (4f - 0b) / 2, (5f - 0b) / 2, (6f - 0b) / 2, (7f - 0b) / 2 \n"  \
    ".hword 0, (14f - 0b) / 2, (15f - 0b) / 2, 0 \n"

// r6 multiplier, r7 offset; r9 is free.
#define MOTE_RELU(sum, k)                    \
    "smmla " sum ", " sum ", r6, r7 \n"      \
    "ssat " sum ", #8, " sum ", asr #" k " \n"
#define MOTE_SIGNED(sum, k)                  \
    "and r9, r8, " sum ", asr #31 \n"        \
    "sub r9, r7, r9, lsl #1 \n"              \
    "smmla " sum ", " sum ", r6, r9 \n"      \
    "ssat " sum ", #8, " sum ", asr #" k " \n"
#define MOTE_SIX(rescale, k) \
    rescale("r0", k) rescale("r1", k) rescale("r2", k) rescale("r3", k) rescale("r4", k) rescale("r5", k)
#define MOTE_LOWEST_BIT_OF_OFFSET            \
    "rsbs r8, r7, #0 \n"                     \
    "ands r8, r7 \n"
#define MOTE_STORE                           \
    "ldrd r10, r11, [sp] \n"                 \
    "add r9, r10, r11 \n"                    \
    "strb r1, [r9] \n"                       \
    "strb r2, [r9, r11] \n"                  \
    "strb r3, [r9, r11, lsl #1] \n"          \
    "strb r4, [r10, r11, lsl #2] \n"         \
    "strb r5, [r9, r11, lsl #2] \n"          \
    "strb r0, [r10], #1 \n"
#define MOTE_NEXT_CHANNEL                    \
    "ldr r9, [sp, #12] \n"                   \
    "str r10, [sp] \n"                       \
    "add r12, r9 \n"                         \
    "ldr pc, [sp, #32] \n"

/// Stack: 0 output, 4 pixel_stride, 8 to_second, 12 to_next, 16 channels_end, 20 plane, 24 channels,
/// 28 next_output, 32 the code for the windows. The step is one_from_first.
MOTE_ASSEMBLY inline void multiply_strip_of_six(const Strip*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #36 \n"
        "ldm r0, {r1-r8} \n"
        "adr.w r9, 1f + 1 \n"
        "stm sp, {r1-r9} \n"
        "mov r12, r6 \n"
        "mov lr, r7 \n"

        "1: \n" MOTE_WINDOWS("smlad", "smlabt")
        "2: \n" MOTE_WINDOWS("smlatb", "smlad")

        "6: \n" MOTE_LOWEST_BIT_OF_OFFSET MOTE_SIX(MOTE_SIGNED, "9")
        "b 9f \n"
        "7: \n" MOTE_LOWEST_BIT_OF_OFFSET MOTE_SIX(MOTE_SIGNED, "16")
        "9: \n" MOTE_STORE
        "ldr r9, [sp, #16] \n"
        "cmp lr, r9 \n"
        "beq 10f \n"
        MOTE_NEXT_CHANNEL

        "4: \n" MOTE_SIX(MOTE_RELU, "9") MOTE_STORE MOTE_NEXT_CHANNEL
        "5: \n" MOTE_SIX(MOTE_RELU, "16") MOTE_STORE MOTE_NEXT_CHANNEL

        "15: \n" MOTE_SIX(MOTE_RELU, "16")
        "b 16f \n"
        "14: \n" MOTE_SIX(MOTE_RELU, "9")
        "16: \n" MOTE_STORE

        "10: \n"  // the next row, if there is one
        "ldr r0, [sp, #28] \n"
        "cbz r0, 12f \n"
        "movs r1, #0 \n"
        "adr.w r2, 2b + 1 \n"
        "ldrd r12, lr, [sp, #20] \n"
        "str r0, [sp] \n"
        "strd r1, r2, [sp, #28] \n"
        "bx r2 \n"

        "12: \n"
        "add sp, #36 \n"
        "pop {r4-r11, pc} \n");
}
// clang-format on

#undef MOTE_COLUMNS
#undef MOTE_WINDOWS
#undef MOTE_RELU
#undef MOTE_SIGNED
#undef MOTE_SIX
#undef MOTE_LOWEST_BIT_OF_OFFSET
#undef MOTE_STORE
#undef MOTE_NEXT_CHANNEL

}  // namespace mote::kernels::impl::arm_dsp
