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
/// so that planes of every second row serve all rows. Weights and biases are doubled: the sums are what
/// arm_dsp_stage.hpp calls twice the accumulator.
namespace mote::kernels::impl::arm_dsp {

inline constexpr std::size_t strip_pixels = 5;
inline constexpr std::size_t strip_channels = 4;

/// Words of a channel in the stream: twice the bias, A and B of the three columns, multiplier, scale.
inline constexpr std::size_t channel_words = 9;

/// Which windows a strip has: one column apart, beginning in the planes' first row or in their second, or
/// two columns apart. The assembly knows the numbers.
enum class Step : std::uint32_t { one_from_first = 0, one_from_second = 1, two = 2 };

/// Five outputs of a row, or of a row and the next, in four channels. The assembly copies all but step and
/// ending to its stack as they lie here.
struct Strip {
    std::int32_t zero_point;
    void* output;              // bytes, or twenty 32-bit sums
    std::size_t pixel_stride;  // between outputs of neighbouring pixels
    std::int32_t to_second;    // bytes from the end of a strip in P to its start in Q,
    std::int32_t to_next;      // and from its end in Q to its start in the next channel's P
    const std::uint32_t* channels_end;
    const std::uint32_t* plane;     // P of the first channel at the first window
    const std::uint32_t* channels;  // the stream
    void* next_output;  // of the row from the planes' second row, after one from the first; or null
    Step step;
    Ending ending;
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
    "ldr r8, [sp, #12] \n"                               \
    "ldm lr!, {r5-r7} \n"                                \
    "add r12, r8 \n"                                     \
    columns(second_op, "r0", "r1", "r2", "r3")           \
    "ldr pc, [sp, #40] \n"

// r6 multiplier, r7 scale, r8 half, r9 zero point; r5 is free.
#define MOTE_SIGNED(sum)                     \
    "add r5, r8, " sum ", asr #31 \n"        \
    "smmlar " sum ", " sum ", r6, r5 \n"     \
    "smlawb " sum ", " sum ", r7, r9 \n"     \
    "ssat " sum ", #8, " sum " \n"
#define MOTE_RELU(sum)                       \
    "smmlar " sum ", " sum ", r6, r8 \n"     \
    "smlawb " sum ", " sum ", r7, r9 \n"     \
    "ssat " sum ", #8, " sum " \n"
#define MOTE_FIVE_BYTES(rescale)             \
    "ldm lr!, {r6, r7} \n"                   \
    "ldm sp, {r9-r11} \n"                    \
    "lsrs r8, r7, #16 \n"                    \
    rescale("r0") rescale("r1") rescale("r2") rescale("r3") rescale("r4") \
    "add r5, r10, r11, lsl #1 \n"            \
    "strb r1, [r10, r11] \n"                 \
    "strb r2, [r5] \n"                       \
    "strb r3, [r5, r11] \n"                  \
    "strb r4, [r5, r11, lsl #1] \n"          \
    "strb r0, [r10], #1 \n"
#define MOTE_NEXT_CHANNEL                    \
    "str r10, [sp, #4] \n"                   \
    "ldrd r5, r6, [sp, #16] \n"              \
    "cmp lr, r6 \n"                          \
    "add r12, r5 \n"                         \
    "it ne \n"                               \
    "ldrne pc, [sp, #36] \n"

/// Stack: 0 zero_point, 4 output, 8 pixel_stride, 12 to_second, 16 to_next, 20 channels_end, 24 plane,
/// 28 channels, 32 next_output, 36 the code for the step, 40 the code for the ending.
MOTE_ASSEMBLY inline void multiply_strip(const Strip*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #44 \n"
        "ldm r0, {r1-r11} \n"
        "adr r0, 9f \n"
        "add r10, r0, r10, lsl #2 \n"
        "add r11, r0, r11, lsl #2 \n"
        "ldr r10, [r10] \n"
        "ldr r11, [r11, #12] \n"
        "add r10, r0 \n"
        "add r11, r0 \n"
        "stm sp, {r1-r11} \n"
        "mov r12, r7 \n"
        "mov lr, r8 \n"
        "bx r10 \n"

        "1: \n" MOTE_WINDOWS(MOTE_COLUMNS_BY_ONE, "smlad", "smlabt")
        "2: \n" MOTE_WINDOWS(MOTE_COLUMNS_BY_ONE, "smlatb", "smlad")
        "3: \n" MOTE_WINDOWS(MOTE_COLUMNS_BY_TWO, "smlad", "smlabt")

        "4: \n" MOTE_FIVE_BYTES(MOTE_SIGNED) MOTE_NEXT_CHANNEL
        "b 7f \n"
        "5: \n" MOTE_FIVE_BYTES(MOTE_RELU) MOTE_NEXT_CHANNEL
        "b 7f \n"
        "6: \n"
        "ldr r10, [sp, #4] \n"
        "add lr, #8 \n"
        "stm r10!, {r0-r4} \n"
        MOTE_NEXT_CHANNEL

        "7: \n"  // the next row, if there is one
        "ldr r0, [sp, #32] \n"
        "cbz r0, 8f \n"
        "movs r1, #0 \n"
        "adr.w r2, 2b + 1 \n"
        "ldrd r12, lr, [sp, #24] \n"
        "str r0, [sp, #4] \n"
        "strd r1, r2, [sp, #32] \n"
        "bx r2 \n"

        "8: \n"
        "add sp, #44 \n"
        "pop {r4-r11, pc} \n"

        ".balign 4 \n"
        "9: \n"  // where steps and endings begin
        ".word 1b - 9b + 1, 2b - 9b + 1, 3b - 9b + 1 \n"
        ".word 4b - 9b + 1, 5b - 9b + 1, 6b - 9b + 1 \n");
}
// clang-format on

#undef MOTE_COLUMNS_BY_ONE
#undef MOTE_COLUMNS_BY_TWO
#undef MOTE_WINDOWS
#undef MOTE_SIGNED
#undef MOTE_RELU
#undef MOTE_FIVE_BYTES
#undef MOTE_NEXT_CHANNEL

}  // namespace mote::kernels::impl::arm_dsp
