// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// Moving bytes with Helium.
namespace mote::kernels::impl::arm_mve {

inline constexpr std::size_t lanes = 16;  // bytes in a vector

/// n, up to a whole number of units.
constexpr std::size_t round_up(std::size_t n, std::size_t unit) {
    return (n + unit - 1) / unit * unit;
}

/// Copies and fills 16 bytes at a time; WLSTP and LETP switch off the lanes beyond the end.
struct Copy {
    using Element = std::int8_t;

    static Element* copy(const std::int8_t* from, std::size_t n, Element* to) {
        Element* const end = to + n;
        asm volatile(R"(
            wlstp.8 lr, %[n], 2f
        1:  vldrb.8 q0, [%[from]], #16
            vstrb.8 q0, [%[to]], #16
            letp lr, 1b
        2:
        )"
                     : [from] "+r"(from), [to] "+r"(to)
                     : [n] "r"(n)
                     : "q0", "lr", "cc", "memory");
        return end;
    }

    static Element* fill(Element* to, std::size_t n, Element value) {
        Element* const end = to + n;
        asm volatile(R"(
            vdup.8 q0, %[value]
            wlstp.8 lr, %[n], 2f
        1:  vstrb.8 q0, [%[to]], #16
            letp lr, 1b
        2:
        )"
                     : [to] "+r"(to)
                     : [n] "r"(n), [value] "r"(value)
                     : "q0", "lr", "cc", "memory");
        return end;
    }
};

/// So many rows of at most 16 bytes, one vector each, `from_step` and `to_step` bytes apart.
inline void copy_short_rows(const std::int8_t* from, std::size_t from_step, std::size_t rows,
                            std::size_t bytes, std::int8_t* to, std::size_t to_step) {
    asm volatile(R"(
        vctp.8 %[bytes]
        wls lr, %[rows], 2f
    1:  vpstt
        vldrbt.u8 q0, [%[from]]
        vstrbt.8 q0, [%[to]]
        add %[from], %[from], %[from_step]
        add %[to], %[to], %[to_step]
        le lr, 1b
    2:
    )"
                 : [from] "+r"(from), [to] "+r"(to)
                 : [rows] "r"(rows), [from_step] "r"(from_step), [to_step] "r"(to_step), [bytes] "r"(bytes)
                 : "q0", "lr", "cc", "memory");
}

}  // namespace mote::kernels::impl::arm_mve
