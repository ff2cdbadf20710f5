// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"

namespace mote::kernels::impl::arm_dsp {

inline constexpr std::size_t unrolled = 6;      // octets in the loop of multiply_tile
inline constexpr std::size_t octet_code = 108;  // bytes of code for one of them

/// Five pixels by consecutive filters: three loads, two times five SMLAD and one SXTB16 for twenty products.
/// The assembly loads the fields in this order.
struct Tile {
    const std::uint32_t* weights;
    const std::uint32_t* patches;  // for every four taps: five words of odd, then five of even elements
    const std::uint32_t* patches_end;
    std::size_t skip;          // bytes of code that the first pass leaves out
    void* output;              // bytes, or five 32-bit sums
    std::size_t pixel_stride;  // between the outputs of neighbouring pixels
    const void* output_end;
    Ending ending;
};

// clang-format off
// r0-r4 accumulators, r5-r9 inputs, r10 and r11 weights, r12 weight pointer, lr input pointer.
#define MOTE_FIVE_PIXELS(weights)         \
    "smlad r0, r5, " weights ", r0 \n"    \
    "smlad r1, r6, " weights ", r1 \n"    \
    "smlad r2, r7, " weights ", r2 \n"    \
    "smlad r3, r8, " weights ", r3 \n"    \
    "smlad r4, r9, " weights ", r4 \n"
#define MOTE_FOUR_TAPS(weights)           \
    "ldm lr!, {r5-r9} \n"                 \
    MOTE_FIVE_PIXELS(weights)             \
    "sxtb16 " weights ", " weights " \n"  \
    "ldm lr!, {r5-r9} \n"                 \
    MOTE_FIVE_PIXELS(weights)
#define MOTE_EIGHT_TAPS                   \
    "ldm r12!, {r10, r11} \n"             \
    MOTE_FOUR_TAPS("r10")                 \
    MOTE_FOUR_TAPS("r11")

// r5 offset, r6 multiplier, r7 k; r8 is free.
#define MOTE_RESCALE(sum, offset)                    \
    "smmla " sum ", " sum ", r6, " offset " \n"      \
    "asrs " sum ", r7 \n"                            \
    "ssat " sum ", #8, " sum " \n"
#define MOTE_SIGNED(sum)                             \
    "asr r8, " sum ", #31 \n"                        \
    "add r8, r5, r8, lsl #7 \n"                      \
    MOTE_RESCALE(sum, "r8")
#define MOTE_RELU(sum) MOTE_RESCALE(sum, "r5")
#define MOTE_FIVE(rescale) rescale("r0") rescale("r1") rescale("r2") rescale("r3") rescale("r4")

/// For sums the weights begin behind the bias. Stack: 0 entry to the loop, 4 patches, 8 patches_end, 16 output,
/// 20 pixel_stride, 24 output_end, 28 what follows the loop.
MOTE_ASSEMBLY inline void multiply_tile(const Tile*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #32 \n"
        "ldm r0, {r1-r8} \n"
        "mov r12, r1 \n"
        "adr.w r0, 4f \n"
        "cmp r8, #1 \n"
        "it eq \n"
        "adreq.w r0, 5f \n"
        "it hi \n"
        "adrhi.w r0, 7f \n"
        "orr r8, r0, #1 \n"
        "adr.w r0, 2f + 28 \n"
        "add r0, r4 \n"
        "orr r1, r0, #1 \n"
        "stm sp, {r1-r8} \n"
        "bhi 9f \n"

        "1: \n"  // next filter
        "ldr r0, [r12], #4 \n"
        "3: \n"
        "ldr lr, [sp, #4] \n"
        "ldm r12!, {r10, r11} \n"  // the first 28 bytes of an octet, from the bias
        "ldm lr!, {r5-r9} \n"
        "smlad r1, r6, r10, r0 \n"
        "smlad r2, r7, r10, r0 \n"
        "smlad r3, r8, r10, r0 \n"
        "smlad r4, r9, r10, r0 \n"
        "smlad r0, r5, r10, r0 \n"
        "ldr pc, [sp] \n"
        ".balign 4 \n"
        "2: \n" MOTE_EIGHT_TAPS MOTE_EIGHT_TAPS MOTE_EIGHT_TAPS
        MOTE_EIGHT_TAPS MOTE_EIGHT_TAPS MOTE_EIGHT_TAPS
        "ldr r10, [sp, #8] \n"
        "cmp lr, r10 \n"
        "bne 2b \n"
        "ldr pc, [sp, #28] \n"

        ".balign 4 \n"
        "4: \n"
        "ldm r12!, {r5-r7} \n" MOTE_FIVE(MOTE_SIGNED)
        "b 6f \n"
        ".balign 4 \n"
        "5: \n"
        "ldm r12!, {r5-r7} \n" MOTE_FIVE(MOTE_RELU)
        "6: \n"
        "ldrd r10, r11, [sp, #16] \n"
        "add lr, r10, r11, lsl #1 \n"
        "strb r1, [r10, r11] \n"
        "strb r2, [lr] \n"
        "strb r3, [lr, r11] \n"
        "strb r4, [lr, r11, lsl #1] \n"
        "strb r0, [r10], #1 \n"
        "ldr r5, [sp, #24] \n"
        "str r10, [sp, #16] \n"
        "cmp r10, r5 \n"
        "bne 1b \n"
        "b 8f \n"

        "9: \n"  // the only filter, from zero
        "movs r0, #0 \n"
        "b 3b \n"

        ".balign 4 \n"
        "7: \n"
        "ldr r10, [sp, #16] \n"
        "stm r10, {r0-r4} \n"

        "8: \n"
        "add sp, #32 \n"
        "pop {r4-r11, pc} \n");
}
// clang-format on

#undef MOTE_FIVE_PIXELS
#undef MOTE_FOUR_TAPS
#undef MOTE_EIGHT_TAPS
#undef MOTE_RESCALE
#undef MOTE_SIGNED
#undef MOTE_RELU
#undef MOTE_FIVE

}  // namespace mote::kernels::impl::arm_dsp
