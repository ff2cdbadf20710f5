// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable.hpp"

#if defined(__ARM_FP) && (__ARM_FP & 4)

/// A matrix column by column times a vector, where floats have registers of their own.
namespace mote::kernels::impl {

namespace arm_dsp {

inline constexpr std::size_t rows_in_registers = 16;

/// y[k] += sum of x[i] * columns[i][k] for sixteen k. The sums stay in s0 to s15 and weights come eight to an
/// instruction: 5 instructions for every 4 products, where a dot product takes 9 and more.
[[gnu::noinline]] inline void add_sixteen_columns(const float* columns, std::size_t step, const float* x,
                                                  float* y, std::size_t n) {
    const std::size_t gap = (step - rows_in_registers) * sizeof(float);
    std::size_t fours = n / 4, rest = n % 4;
    asm volatile(R"(
        vldmia %[y], {s0-s15}
        cmp %[fours], #0
        beq 2f
    1:  vldmia %[x]!, {s24-s27}
        .irp x, s24, s25, s26, s27
        vldmia %[c]!, {s16-s23}
        vfma.f32 s0, s16, \x
        vfma.f32 s1, s17, \x
        vfma.f32 s2, s18, \x
        vfma.f32 s3, s19, \x
        vfma.f32 s4, s20, \x
        vfma.f32 s5, s21, \x
        vfma.f32 s6, s22, \x
        vfma.f32 s7, s23, \x
        vldmia %[c]!, {s16-s23}
        vfma.f32 s8, s16, \x
        vfma.f32 s9, s17, \x
        vfma.f32 s10, s18, \x
        vfma.f32 s11, s19, \x
        vfma.f32 s12, s20, \x
        vfma.f32 s13, s21, \x
        vfma.f32 s14, s22, \x
        vfma.f32 s15, s23, \x
        add %[c], %[gap]
        .endr
        subs %[fours], #1
        bne 1b
    2:  cmp %[rest], #0
        beq 4f
    3:  vldmia %[x]!, {s24}
        .irp x, s24
        vldmia %[c]!, {s16-s23}
        vfma.f32 s0, s16, \x
        vfma.f32 s1, s17, \x
        vfma.f32 s2, s18, \x
        vfma.f32 s3, s19, \x
        vfma.f32 s4, s20, \x
        vfma.f32 s5, s21, \x
        vfma.f32 s6, s22, \x
        vfma.f32 s7, s23, \x
        vldmia %[c]!, {s16-s23}
        vfma.f32 s8, s16, \x
        vfma.f32 s9, s17, \x
        vfma.f32 s10, s18, \x
        vfma.f32 s11, s19, \x
        vfma.f32 s12, s20, \x
        vfma.f32 s13, s21, \x
        vfma.f32 s14, s22, \x
        vfma.f32 s15, s23, \x
        add %[c], %[gap]
        .endr
        subs %[rest], #1
        bne 3b
    4:  vstmia %[y], {s0-s15}
    )"
                 : [c] "+r"(columns), [x] "+r"(x), [fours] "+r"(fours), [rest] "+r"(rest)
                 : [y] "r"(y), [gap] "r"(gap)
                 : "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
                   "s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24",
                   "s25", "s26", "s27");
}

}  // namespace arm_dsp

template <std::size_t Rows>
inline void gemv_by_columns(isa::ArmDsp, const float* columns, const float* x, float* y, std::size_t n,
                            std::integral_constant<std::size_t, Rows>) {
    constexpr std::size_t block = arm_dsp::rows_in_registers, whole = Rows - Rows % block;
    for (std::size_t k = 0; k < whole; k += block) {
        arm_dsp::add_sixteen_columns(columns + k, Rows, x, y + k, n);
    }
    if constexpr (whole < Rows) add_columns<Rows - whole>(columns + whole, Rows, x, y + whole, n);
}

}  // namespace mote::kernels::impl

#endif
