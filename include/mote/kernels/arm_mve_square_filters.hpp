// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <array>
#include <cstddef>
#include <cstdint>

/// The inner loops of depthwise convolution by squares of outputs: patches to sums, and sums to bytes.
namespace mote::kernels::impl::arm_mve {

/// A filter's output stage as the code below reads it.
struct SquareStage {
    std::int32_t bias = 0, multiplier = 0, shift = 0;  // the zero point folded in
};

/// What the filters of a strip share. The code below knows the order of the members.
struct SquareJob {
    std::int32_t* first_sum;
    std::size_t outer;  // loops of `inner` squares, and what both pointers go on by after each
    std::ptrdiff_t patch_jump, sums_jump;
    const std::int32_t* sums;
    std::size_t eights;  // of outputs; the last eight overlap those before where they are no multiple
    std::int32_t zero_point;
    std::size_t step;  // eight output pixels
    const std::int32_t* sums_end;
    std::size_t overlap;  // bytes of output
    std::size_t inner;
    std::int32_t unused = 0;
    std::array<std::int16_t, 8> lowest{}, highest{};
};

/// So many filters of as many channels that lie side by side: 8 instructions for four sums, 4 for one where
/// Lower is 0, 15 to rescale eight, 20 where it is no ReLU over all of int8's range.
///
/// Sums       Those beyond an odd width are written into the next row, and overwritten: the rightmost squares
///            come first.
/// Rescaling  is that of two_pixels.
/// Registers  q0 a patch, q1 to q4 its weights, q5 where eight outputs lie, q6 the addresses of the words
///            before the first patch, q7 of the patch.
template <std::ptrdiff_t Step, std::ptrdiff_t SumsStep, std::size_t Lower, bool Relu>
[[gnu::noinline, gnu::optimize("O2")]] inline void square_filters(const SquareJob& job, const std::int8_t* w,
                                                                  const SquareStage* stages,
                                                                  std::size_t filters, uint32x4_t patch,
                                                                  uint16x8_t places, std::int8_t* y) {
    std::size_t s, n, t;
    asm volatile(R"(
    1:  vldrb.8 q2, [%[w], #-1]
        vldrb.8 q3, [%[w], #-4]
        vldrb.8 q4, [%[w], #-5]
        vldrb.8 q1, [%[w]], #16
        vmov q7, %q[patch]
        ldrd %[s], %[n], [%[job]]
        ldr %[t], [%[job], #40]
    2:  dls lr, %[t]
    3:  vldrw.u32 q0, [q7, #%c[step]]!
        vmladav.s8 r0, q0, q1
        .if %c[lower] == 0
        str r0, [%[s]], #%c[sums_step]
        .else
        vmladav.s8 r2, q0, q2
        vmladav.s8 r4, q0, q3
        vmladav.s8 r6, q0, q4
        strd r4, r6, [%[s], #%c[lower]]
        strd r0, r2, [%[s]], #%c[sums_step]
        .endif
        le lr, 3b
        ldrd r0, r2, [%[job], #8]
        vadd.i32 q7, q7, r0
        add %[s], r2
        subs %[n], #1
        bne 2b

        ldrd %[s], lr, [%[job], #16]
        ldrd r6, %[t], [%[job], #24]
        ldm %[stages]!, {r0, r2, r4}
        mov %[n], %[y]
        .if %c[relu] == 0
        vldrh.16 q2, [%[job], #48]
        vldrh.16 q3, [%[job], #64]
        .endif
    4:  vldrw.32 q0, [%[s]], #16
        vldrw.32 q1, [%[s]], #16
        vadd.i32 q0, q0, r0
        vadd.i32 q1, q1, r0
        vqrdmulh.s32 q0, q0, r2
        vqrdmulh.s32 q1, q1, r2
        .if %c[relu] == 0
        vshr.s32 q4, q0, #31
        vadd.i32 q0, q0, q4
        vshr.s32 q4, q1, #31
        vadd.i32 q1, q1, q4
        .endif
        vrshl.s32 q0, r4
        vrshl.s32 q1, r4
        vqmovnb.s32 q0, q0
        vqmovnt.s32 q0, q1
        vqadd.s16 q0, q0, r6
        .if %c[relu] == 0
        vmax.s16 q0, q0, q2
        vmin.s16 q0, q0, q3
        .else
        vqmovnb.s16 q0, q0
        .endif
        vstrb.16 q0, [%[n], %q[places]]
        add %[n], %[t]
        le lr, 4b
        ldr lr, [%[job], #32]
        cmp %[s], lr
        beq 5f
        sub %[s], lr, #32
        ldr lr, [%[job], #36]
        sub %[n], lr
        mov lr, #1
        b 4b

    5:  adds %[y], #1
        movs r0, #4
        vadd.i32 %q[patch], %q[patch], r0
        subs %[filters], #1
        bne 1b
    )"
                 : [w] "+r"(w), [stages] "+r"(stages), [filters] "+r"(filters), [patch] "+w"(patch),
                   [y] "+r"(y), [s] "=&r"(s), [n] "=&r"(n), [t] "=&r"(t)
                 : [job] "r"(&job), [places] "w"(places), [step] "n"(Step), [sums_step] "n"(SumsStep),
                   [lower] "n"(Lower), [relu] "n"(Relu)
                 : "q0", "q1", "q2", "q3", "q4", "q7", "r0", "r2", "r4", "r6", "lr", "cc", "memory");
}

}  // namespace mote::kernels::impl::arm_mve
