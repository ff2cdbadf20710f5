// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/kernels/isa.hpp"

/// The integer primitives with Helium. Every loop is DLSTP to LETP: one instruction for counting, and no
/// remainder, since the lanes beyond the end are switched off. Sums grow in core registers.
namespace mote::kernels::impl {

namespace arm_mve {

/// int16 sums grow in 32 bits for so many elements, which cannot overflow: 2^15 * 65535 < 2^31.
inline constexpr std::size_t safe_run = std::size_t{1} << 15;

/// total of part(first, length) over runs of at most safe_run elements.
template <class Part>
inline std::int64_t sum_of_runs(std::size_t n, Part part) {
    std::int64_t total = 0;
    for (std::size_t first = 0; first < n; first += safe_run)
        total += part(first, std::min(safe_run, n - first));
    return total;
}

}  // namespace arm_mve

inline std::int32_t dot(isa::ArmMve, const std::int8_t* x, const std::int8_t* y, std::size_t n) {
    register std::int32_t total asm("r0") = 0;
    asm volatile(R"(
        wlstp.8 lr, %[n], 2f
    1:  vldrb.8 q0, [%[x]], #16
        vldrb.8 q1, [%[y]], #16
        vmladava.s8 %[total], q0, q1
        letp lr, 1b
    2:
    )"
                 : [total] "+r"(total), [x] "+r"(x), [y] "+r"(y)
                 : [n] "r"(n)
                 : "q0", "q1", "lr", "cc", "memory");
    return total;
}

inline std::int64_t dot(isa::ArmMve, const std::int16_t* x, const std::int16_t* y, std::size_t n) {
    register std::uint32_t low asm("r0") = 0;
    register std::int32_t high asm("r1") = 0;
    asm volatile(R"(
        wlstp.16 lr, %[n], 2f
    1:  vldrh.16 q0, [%[x]], #16
        vldrh.16 q1, [%[y]], #16
        vmlaldava.s16 %[low], %[high], q0, q1
        letp lr, 1b
    2:
    )"
                 : [low] "+r"(low), [high] "+r"(high), [x] "+r"(x), [y] "+r"(y)
                 : [n] "r"(n)
                 : "q0", "q1", "lr", "cc", "memory");
    return std::int64_t{high} << 32 | low;
}

inline void gemv(isa::ArmMve isa, const std::int8_t* matrix, const std::int8_t* x, std::int32_t* y,
                 std::size_t rows, std::size_t columns) {
    for (std::size_t row = 0; row < rows; ++row) y[row] += dot(isa, matrix + row * columns, x, columns);
}

inline void gemv(isa::ArmMve isa, const std::int16_t* matrix, const std::int16_t* x, std::int64_t* y,
                 std::size_t rows, std::size_t columns) {
    for (std::size_t row = 0; row < rows; ++row) y[row] += dot(isa, matrix + row * columns, x, columns);
}

/// A difference of bytes needs 9 bits, so they are widened on loading.
inline std::int32_t squared_distance(isa::ArmMve, const std::int8_t* x, const std::int8_t* y, std::size_t n) {
    register std::int32_t total asm("r0") = 0;
    asm volatile(R"(
        wlstp.16 lr, %[n], 2f
    1:  vldrb.s16 q0, [%[x]], #8
        vldrb.s16 q1, [%[y]], #8
        vsub.i16 q0, q0, q1
        vmladava.s16 %[total], q0, q0
        letp lr, 1b
    2:
    )"
                 : [total] "+r"(total), [x] "+l"(x), [y] "+l"(y)
                 : [n] "r"(n)
                 : "q0", "q1", "lr", "cc", "memory");
    return total;
}

inline std::int64_t squared_distance(isa::ArmMve, const std::int16_t* x, const std::int16_t* y,
                                     std::size_t n) {
    register std::uint32_t low asm("r0") = 0;
    register std::int32_t high asm("r1") = 0;
    asm volatile(R"(
        wlstp.32 lr, %[n], 2f
    1:  vldrh.s32 q0, [%[x]], #8
        vldrh.s32 q1, [%[y]], #8
        vsub.i32 q0, q0, q1
        vmlaldava.s32 %[low], %[high], q0, q0
        letp lr, 1b
    2:
    )"
                 : [low] "+r"(low), [high] "+r"(high), [x] "+l"(x), [y] "+l"(y)
                 : [n] "r"(n)
                 : "q0", "q1", "lr", "cc", "memory");
    return std::int64_t{high} << 32 | low;
}

inline std::int32_t abs_distance(isa::ArmMve, const std::int8_t* x, const std::int8_t* y, std::size_t n) {
    std::int32_t total = 0;
    asm volatile(R"(
        wlstp.8 lr, %[n], 2f
    1:  vldrb.8 q0, [%[x]], #16
        vldrb.8 q1, [%[y]], #16
        vabav.s8 %[total], q0, q1
        letp lr, 1b
    2:
    )"
                 : [total] "+r"(total), [x] "+r"(x), [y] "+r"(y)
                 : [n] "r"(n)
                 : "q0", "q1", "lr", "cc", "memory");
    return total;
}

inline std::int64_t abs_distance(isa::ArmMve, const std::int16_t* x, const std::int16_t* y, std::size_t n) {
    return arm_mve::sum_of_runs(n, [=](std::size_t first, std::size_t length) {
        const std::int16_t *from_x = x + first, *from_y = y + first;
        std::int32_t total = 0;
        asm volatile(R"(
            dlstp.16 lr, %[n]
        1:  vldrh.16 q0, [%[x]], #16
            vldrh.16 q1, [%[y]], #16
            vabav.s16 %[total], q0, q1
            letp lr, 1b
        )"
                     : [total] "+r"(total), [x] "+r"(from_x), [y] "+r"(from_y)
                     : [n] "r"(length)
                     : "q0", "q1", "lr", "cc", "memory");
        return total;
    });
}

inline std::int32_t sum(isa::ArmMve, const std::int8_t* x, std::size_t n) {
    register std::int32_t total asm("r0") = 0;
    asm volatile(R"(
        wlstp.8 lr, %[n], 2f
    1:  vldrb.8 q0, [%[x]], #16
        vaddva.s8 %[total], q0
        letp lr, 1b
    2:
    )"
                 : [total] "+r"(total), [x] "+r"(x)
                 : [n] "r"(n)
                 : "q0", "lr", "cc", "memory");
    return total;
}

inline std::int64_t sum(isa::ArmMve, const std::int16_t* x, std::size_t n) {
    return arm_mve::sum_of_runs(n, [=](std::size_t first, std::size_t length) {
        const std::int16_t* from = x + first;
        register std::int32_t total asm("r0") = 0;
        asm volatile(R"(
            dlstp.16 lr, %[n]
        1:  vldrh.16 q0, [%[x]], #16
            vaddva.s16 %[total], q0
            letp lr, 1b
        )"
                     : [total] "+r"(total), [x] "+r"(from)
                     : [n] "r"(length)
                     : "q0", "lr", "cc", "memory");
        return total;
    });
}

inline std::int8_t max(isa::ArmMve, const std::int8_t* x, std::size_t n) {
    std::int32_t best = x[0];
    asm volatile(R"(
        dlstp.8 lr, %[n]
    1:  vldrb.8 q0, [%[x]], #16
        vmaxv.s8 %[best], q0
        letp lr, 1b
    )"
                 : [best] "+r"(best), [x] "+r"(x)
                 : [n] "r"(n)
                 : "q0", "lr", "cc", "memory");
    return static_cast<std::int8_t>(best);
}

inline std::int16_t max(isa::ArmMve, const std::int16_t* x, std::size_t n) {
    std::int32_t best = x[0];
    asm volatile(R"(
        dlstp.16 lr, %[n]
    1:  vldrh.16 q0, [%[x]], #16
        vmaxv.s16 %[best], q0
        letp lr, 1b
    )"
                 : [best] "+r"(best), [x] "+r"(x)
                 : [n] "r"(n)
                 : "q0", "lr", "cc", "memory");
    return static_cast<std::int16_t>(best);
}

/// First the value, then the first place that has it.
template <class T>
requires(sizeof(T) <= 2 && std::is_signed_v<T>) inline std::size_t
    argmax(isa::ArmMve isa, const T* x, std::size_t n) {
    return static_cast<std::size_t>(std::find(x, x + n, max(isa, x, n)) - x);
}

}  // namespace mote::kernels::impl
