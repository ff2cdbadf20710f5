// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// Moving bytes with Helium.
namespace mote::kernels::impl::arm_mve {

inline constexpr std::size_t lanes = 16;  // bytes in a vector

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

}  // namespace mote::kernels::impl::arm_mve
