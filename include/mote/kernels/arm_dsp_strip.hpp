// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"

/// The inner loop of 3x3 depthwise convolutions. Rows of the image are kept in pairs: a word of a plane
/// holds an element and the one below it, so that one SMLAD does two taps of a column of the kernel.
/// With planes P (rows r and r + 1) and Q (rows r + 2 and r + 3) and a column of weights w0 w1 w2 as the
/// words A = (w0, w1) and B = (w1, w2), the output whose window begins in row
///
///     r      is  P.lower A.lower + P.upper A.upper  (SMLAD)   +  Q.lower B.upper  (SMLABT)
///     r + 1  is  P.upper A.lower                    (SMLATB)  +  Q.lower B.lower + Q.upper B.upper  (SMLAD)
///
/// so that planes of every second row serve all rows. arm_dsp_strip_stage.hpp tells how sums become bytes.
namespace mote::kernels::impl::arm_dsp {

inline constexpr std::size_t strip_pixels = 5;
inline constexpr std::size_t strip_channels = 4;

/// Words of a channel in the stream: the bias, A and B of the three columns, multiplier, offset, ending.
inline constexpr std::size_t channel_words = 10;

/// Which windows a strip has: one column apart, beginning in the planes' first row or in their second, or
/// two columns apart. The assembly knows the numbers.
enum class Step : std::uint32_t { one_from_first = 0, one_from_second = 1, two = 2 };

/// Five outputs of a row, or of a row and the next, in four channels. The assembly copies all but the step to
/// its stack as they lie here.
struct Strip {
    void* output;              // bytes, or twenty 32-bit sums
    std::size_t pixel_stride;  // between outputs of neighbouring pixels
    std::int32_t to_second;    // bytes from the end of a strip in P to its start in Q,
    std::int32_t to_next;      // and from its end in Q to its start in the next channel's P
    const std::uint32_t* channels_end;
    const std::uint32_t* plane;     // P of the first channel at the first window
    const std::uint32_t* channels;  // the stream
    void* next_output;  // of the row from the planes' second row, after one from the first; or null
    Step step;
};

// clang-format off
// r0-r4 accumulators, r5-r7 weights of a row pair, r8-r11 columns, r12 plane pointer, lr stream pointer.
// r0 to r3 begin with first0 to first3; for the plane that comes first that is the bias, in r4.
#define MOTE_COLUMNS_BY_ONE(op, first0, first1, first2, first3) \
    "ldm r12!, {r8-r11} \n"            \
    op " r0, r8, r5, " first0 " \n"    \
    op " r0, r9, r6, r0 \n"            \
    op " r1, r9, r5, " first1 " \n"    \
    op " r0, r10, r7, r0 \n"           \
    op " r1, r10, r6, r1 \n"           \
    op " r2, r10, r5, " first2 " \n"   \
    op " r1, r11, r7, r1 \n"           \
    op " r2, r11, r6, r2 \n"           \
    op " r3, r11, r5, " first3 " \n"   \
    "ldm r12!, {r8-r10} \n"            \
    op " r2, r8, r7, r2 \n"            \
    op " r3, r8, r6, r3 \n"            \
    op " r4, r8, r5, r4 \n"            \
    op " r3, r9, r7, r3 \n"            \
    op " r4, r9, r6, r4 \n"            \
    op " r4, r10, r7, r4 \n"
#define MOTE_COLUMNS_BY_TWO(op, first0, first1, first2, first3) \
    "ldm r12!, {r8-r11} \n"            \
    op " r0, r8, r5, " first0 " \n"    \
    op " r0, r9, r6, r0 \n"            \
    op " r0, r10, r7, r0 \n"           \
    op " r1, r10, r5, " first1 " \n"   \
    op " r1, r11, r6, r1 \n"           \
    "ldm r12!, {r8-r11} \n"            \
    op " r1, r8, r7, r1 \n"            \
    op " r2, r8, r5, " first2 " \n"    \
    op " r2, r9, r6, r2 \n"            \
    op " r2, r10, r7, r2 \n"           \
    op " r3, r10, r5, " first3 " \n"   \
    op " r3, r11, r6, r3 \n"           \
    "ldm r12!, {r8-r10} \n"            \
    op " r3, r8, r7, r3 \n"            \
    op " r4, r8, r5, r4 \n"            \
    op " r4, r9, r6, r4 \n"            \
    op " r4, r10, r7, r4 \n"
#define MOTE_WINDOWS(columns, first_op, second_op)       \
    "ldm lr!, {r4-r7} \n"                                \
    columns(first_op, "r4", "r4", "r4", "r4")            \
    "ldr r8, [sp, #8] \n"                                \
    "ldm lr!, {r5-r7} \n"                                \
    "add r12, r8 \n"                                     \
    columns(second_op, "r0", "r1", "r2", "r3")           \
    "ldm lr!, {r6-r8} \n"                                \
    "tbh [pc, r8, lsl #1] \n"                            \
    "0: .hword (4f - 0b) / 2, (5f - 0b) / 2, (6f - 0b) / 2, (7f - 0b) / 2 \n"  \
    ".hword (8f - 0b) / 2, (14f - 0b) / 2, (15f - 0b) / 2, 0 \n"

// r6 multiplier, r7 offset; r5 is free.
#define MOTE_RELU(sum, k)                    \
    "smmla " sum ", " sum ", r6, r7 \n"      \
    "ssat " sum ", #8, " sum ", asr #" k " \n"
#define MOTE_SIGNED(sum, k)                  \
    "and r5, r8, " sum ", asr #31 \n"        \
    "sub r5, r7, r5, lsl #1 \n"              \
    "smmla " sum ", " sum ", r6, r5 \n"      \
    "ssat " sum ", #8, " sum ", asr #" k " \n"
#define MOTE_FIVE(rescale, k) \
    rescale("r0", k) rescale("r1", k) rescale("r2", k) rescale("r3", k) rescale("r4", k)
#define MOTE_LOWEST_BIT_OF_OFFSET            \
    "rsbs r8, r7, #0 \n"                     \
    "ands r8, r7 \n"
#define MOTE_STORE                           \
    "ldrd r10, r11, [sp] \n"                 \
    "add r5, r10, r11, lsl #1 \n"            \
    "strb r1, [r10, r11] \n"                 \
    "strb r2, [r5] \n"                       \
    "strb r3, [r5, r11] \n"                  \
    "strb r4, [r5, r11, lsl #1] \n"          \
    "strb r0, [r10], #1 \n"
#define MOTE_NEXT_CHANNEL                    \
    "ldr r5, [sp, #12] \n"                   \
    "str r10, [sp] \n"                       \
    "add r12, r5 \n"                         \
    "ldr pc, [sp, #32] \n"
#define MOTE_NEXT_CHANNEL_IF_ANY             \
    "ldr r5, [sp, #16] \n"                   \
    "cmp lr, r5 \n"                          \
    "beq 10f \n"                             \
    MOTE_NEXT_CHANNEL

/// Stack: 0 output, 4 pixel_stride, 8 to_second, 12 to_next, 16 channels_end, 20 plane, 24 channels,
/// 28 next_output, 32 the code for the step.
MOTE_ASSEMBLY inline void multiply_strip(const Strip*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #36 \n"
        "ldm r0, {r1-r9} \n"
        "adr r10, 11f \n"
        "ldr r9, [r10, r9, lsl #2] \n"
        "add r9, r10 \n"
        "stm sp, {r1-r9} \n"
        "mov r12, r6 \n"
        "mov lr, r7 \n"
        "bx r9 \n"

        "1: \n" MOTE_WINDOWS(MOTE_COLUMNS_BY_ONE, "smlad", "smlabt")
        "2: \n" MOTE_WINDOWS(MOTE_COLUMNS_BY_ONE, "smlatb", "smlad")
        "3: \n" MOTE_WINDOWS(MOTE_COLUMNS_BY_TWO, "smlad", "smlabt")

        "8: \n"  // sums
        "ldr r10, [sp] \n"
        "stm r10!, {r0-r4} \n"
        "b 13f \n"

        "6: \n" MOTE_LOWEST_BIT_OF_OFFSET MOTE_FIVE(MOTE_SIGNED, "9")
        "b 9f \n"
        "7: \n" MOTE_LOWEST_BIT_OF_OFFSET MOTE_FIVE(MOTE_SIGNED, "16")
        "9: \n" MOTE_STORE
        "13: \n" MOTE_NEXT_CHANNEL_IF_ANY

        "4: \n" MOTE_FIVE(MOTE_RELU, "9") MOTE_STORE MOTE_NEXT_CHANNEL
        "5: \n" MOTE_FIVE(MOTE_RELU, "16") MOTE_STORE MOTE_NEXT_CHANNEL

        "15: \n" MOTE_FIVE(MOTE_RELU, "16")
        "b 16f \n"
        "14: \n" MOTE_FIVE(MOTE_RELU, "9")
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
        "pop {r4-r11, pc} \n"

        ".balign 4 \n"
        "11: \n"  // where the steps begin
        ".word 1b - 11b + 1, 2b - 11b + 1, 3b - 11b + 1 \n");
}
// clang-format on

#undef MOTE_COLUMNS_BY_ONE
#undef MOTE_COLUMNS_BY_TWO
#undef MOTE_WINDOWS
#undef MOTE_RELU
#undef MOTE_SIGNED
#undef MOTE_FIVE
#undef MOTE_LOWEST_BIT_OF_OFFSET
#undef MOTE_STORE
#undef MOTE_NEXT_CHANNEL
#undef MOTE_NEXT_CHANNEL_IF_ANY

}  // namespace mote::kernels::impl::arm_dsp
