// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#if defined(__arm__) && !defined(__linux__)
#include "tests/firmware/board/semihosting.hpp"
#else
#include <cstdio>
#endif

/// Text from a firmware program: by semihosting on a board, to the standard output on the host. No printf on
/// a board.
namespace mote::firmware {

#if defined(__arm__) && !defined(__linux__)
inline constexpr bool on_board = true;
#else
inline constexpr bool on_board = false;
inline void print(const char* text) {
    std::fputs(text, stdout);
}
#endif

inline void print_digits(std::uint32_t value, std::uint32_t base, unsigned least) {
    char text[11];
    char* first = text + sizeof text - 1;
    *first = '\0';
    for (unsigned count = 0; count < least || value != 0; ++count) {
        *--first = "0123456789abcdef"[value % base];
        value /= base;
    }
    print(first);
}

inline void print_decimal(std::uint32_t value) {
    print_digits(value, 10, 1);
}

inline void print_hexadecimal(std::uint32_t value) {
    print("0x");
    print_digits(value, 16, 8);
}

}  // namespace mote::firmware
