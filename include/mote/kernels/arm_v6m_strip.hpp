// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_stage.hpp"
#include "mote/kernels/quantized.hpp"

/// What depthwise convolution on Armv6-M does to a strip of a plane: widen it, sum its windows, rescale the
/// sums.
namespace mote::kernels::impl::arm_v6m {

inline constexpr std::size_t run_length = 5;      // outputs at a time: r8-r12 hold their sums
inline constexpr std::size_t strip_bytes = 2048;  // scratch that a strip may take, unless one row takes more

/// How a channel's plane is cut into strips; all in words.
struct Strips {
    std::size_t line = 0;         // a row with its padding, and what the last run reads beyond it
    std::size_t reach = 0;        // rows under a window
    std::size_t output_rows = 0;  // of a strip
    std::size_t rows = 0;         // that these need

    constexpr explicit Strips(const ConvGeometry& g)
        : line((run_up(g.output_width) - 1) * g.stride_width + (g.kernel_width - 1) * g.dilation_width + 1),
          reach((g.kernel_height - 1) * g.dilation_height + 1) {
        line = std::max(line, g.padding_left + g.width);
        output_rows = 1;
        while (output_rows < g.output_height &&
               words(g, output_rows + 1) * sizeof(std::int32_t) <= strip_bytes) {
            ++output_rows;
        }
        rows = rows_for(g, output_rows);
    }

    static constexpr std::size_t run_up(std::size_t n) {
        return (n + run_length - 1) / run_length * run_length;
    }
    [[nodiscard]] constexpr std::size_t rows_for(const ConvGeometry& g, std::size_t outputs) const {
        return (outputs - 1) * g.stride_height + reach;
    }
    [[nodiscard]] constexpr std::size_t words(const ConvGeometry& g, std::size_t outputs) const {
        return rows_for(g, outputs) * line + outputs * g.output_width + run_length;
    }
};

/// One row of one channel as words; what lies outside the image is the zero point.
inline void widen_row(const ConvGeometry& g, const std::int8_t* channel, std::ptrdiff_t row,
                      std::int32_t zero, std::int32_t* line, std::size_t length) {
    if (row < 0 || row >= static_cast<std::ptrdiff_t>(g.height)) {
        std::fill_n(line, length, zero);
        return;
    }
    const std::int8_t* from = channel + static_cast<std::size_t>(row) * g.width * g.channels;
    std::int32_t* to = std::fill_n(line, g.padding_left, zero);
    for (std::int32_t* const end = to + g.width; to != end; from += g.channels) *to++ = *from;
    std::fill_n(to, static_cast<std::size_t>(line + length - to), zero);
}

/// sums[0..4] = start and the windows of five neighbouring outputs: 13 instructions for each weight at
/// stride 1.
///
/// Registers  r0 inputs, r1 weights, r2 one weight, r3-r7 five inputs and then products, r8-r12 the sums, lr
///            the end of the weights; on the stack the step from the end of a window's row to its next row.
template <std::size_t KernelWidth, std::size_t Stride, std::size_t Dilation>
[[gnu::noinline]] void windows(const std::int32_t* x, const std::int32_t* weights,
                               const std::int32_t* weights_end, std::ptrdiff_t step, std::int32_t start,
                               std::int32_t* sums) {
    register const std::int32_t* r0 asm("r0") = x;
    register const std::int32_t* r1 asm("r1") = weights;
    register const std::int32_t* r2 asm("r2") = weights_end;
    register std::ptrdiff_t r3 asm("r3") = step * static_cast<std::ptrdiff_t>(sizeof(std::int32_t));
    register std::int32_t* r4 asm("r4") = sums;
    register std::int32_t r5 asm("r5") = start;
    asm volatile(R"(
        .syntax unified
        push {r3, r4, r7}
        mov lr, r2
        mov r8, r5
        mov r9, r5
        mov r10, r5
        mov r11, r5
        mov r12, r5
    1:  .rept %c[taps]
        ldmia r1!, {r2}
        .if %c[stride] == 1
        ldmia r0!, {r3, r4, r5, r6, r7}
        subs r0, r0, #(20 - 4 * %c[dilation])
        .else
        ldr r3, [r0]
        ldr r4, [r0, #(4 * %c[stride])]
        ldr r5, [r0, #(8 * %c[stride])]
        ldr r6, [r0, #(12 * %c[stride])]
        ldr r7, [r0, #(16 * %c[stride])]
        adds r0, r0, #(4 * %c[dilation])
        .endif
        muls r3, r2, r3
        muls r4, r2, r4
        muls r5, r2, r5
        muls r6, r2, r6
        muls r7, r2, r7
        add r8, r3
        add r9, r4
        add r10, r5
        add r11, r6
        add r12, r7
        .endr
        ldr r2, [sp]
        adds r0, r0, r2
        cmp r1, lr
        bne 1b
        mov r3, r8
        mov r4, r9
        mov r5, r10
        mov r6, r11
        mov r7, r12
        ldr r0, [sp, #4]
        stmia r0!, {r3, r4, r5, r6, r7}
        add sp, #8
        pop {r7}
    )"
                 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5)
                 : [taps] "n"(KernelWidth), [stride] "n"(Stride), [dilation] "n"(Dilation)
                 : "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/// Rescales sums until the end or to one whose rounding is in doubt, and returns where it stopped; y moves
/// along.
///
/// Registers  r0 sums, r1 y, r2 one sum, r3 work, r4-r7 the rescaler, r9 the step of y, r10 the end.
[[gnu::noinline]] inline const std::int32_t* rescale_run(const std::int32_t* sums, const std::int32_t* end,
                                                         const Rescaler& rescaler, std::int8_t*& y,
                                                         std::size_t step) {
    register const std::int32_t* r0 asm("r0") = sums;
    register std::int8_t* r1 asm("r1") = y;
    register const std::int32_t* r2 asm("r2") = end;
    register std::size_t r3 asm("r3") = step;
    register const Rescaler* r4 asm("r4") = &rescaler;
    asm volatile(R"(
        .syntax unified
        push {r7}
        mov r10, r2
        mov r9, r3
        ldmia r4, {r4, r5, r6, r7}
    1:  ldmia r0!, {r2}
        cmp r2, r4
        bls 2f
        asrs r3, r2, #31
        mov r2, r4
        bics r2, r2, r3
    2:  muls r2, r5, r2
        adds r2, r2, r6
        lsls r3, r2, #8
        cmp r3, r7
        blo 4f
        asrs r2, r2, #24
        strb r2, [r1]
        add r1, r9
        cmp r0, r10
        bne 1b
        adds r0, r0, #4
    4:  subs r0, r0, #4
        pop {r7}
    )"
                 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4)
                 :
                 : "r5", "r6", "r9", "r10", "cc", "memory");
    y = r1;
    return r0;
}

/// The output bytes of a strip of one filter, `step` apart.
[[gnu::noinline]] inline std::int8_t* requantize_run(const std::int32_t* sums, const std::int32_t* end,
                                                     const Rescaling& rescaling, const StageView& stage,
                                                     std::size_t filter, std::int8_t* y, std::size_t step) {
    for (;;) {
        sums = rescale_run(sums, end, rescaling.rescaler, y, step);
        if (sums == end) return y;
        *y = exact(*sums++, rescaling.lowest, stage, filter);
        y += step;
        if (sums == end) return y;
    }
}

}  // namespace mote::kernels::impl::arm_v6m
