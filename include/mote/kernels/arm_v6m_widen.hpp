// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

/// Moving bytes into words on Armv6-M.
namespace mote::kernels::impl::arm_v6m {

/// Moves inputs into words; by fours, as single bytes cost more for counting than for moving.
struct Widen {
    using Element = std::int32_t;

    [[gnu::noinline]] static Element* copy(const std::int8_t* from, std::size_t n, Element* to) {
        if (n % 4 == 0 && n != 0 && reinterpret_cast<std::uintptr_t>(from) % 4 == 0) {
            return copy_words(from, n, to);
        }
        for (; n >= 4; n -= 4, from += 4, to += 4) {
            const Element a = from[0], b = from[1], c = from[2], d = from[3];
            to[0] = a, to[1] = b, to[2] = c, to[3] = d;
        }
        while (n-- > 0) *to++ = *from++;
        return to;
    }
    static Element* fill(Element* to, std::size_t n, Element value) { return std::fill_n(to, n, value); }

private:
    /// Words of bytes: 10 instructions for four.
    static Element* copy_words(const std::int8_t* from, std::size_t n, Element* to) {
        const std::int8_t* const end = from + n;
        asm volatile(R"(
            .syntax unified
        1:  ldmia %[from]!, {r6}
            sxtb r3, r6
            lsls r4, r6, #16
            asrs r4, r4, #24
            lsls r5, r6, #8
            asrs r5, r5, #24
            asrs r6, r6, #24
            stmia %[to]!, {r3, r4, r5, r6}
            cmp %[from], %[end]
            bne 1b
        )"
                     : [from] "+l"(from), [to] "+l"(to)
                     : [end] "r"(end)
                     : "r3", "r4", "r5", "r6", "cc", "memory");
        return to;
    }
};

}  // namespace mote::kernels::impl::arm_v6m
