// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/// Semihosting: a breakpoint that the emulator (or a debug probe) answers.
/// Source  Arm, Semihosting for AArch32 and AArch64, version 2.0, sections 5 and 6.
namespace mote::firmware {

inline std::uintptr_t semihosting(std::uint32_t operation, const void* argument) {
    register std::uintptr_t result asm("r0") = operation;
    register const void* parameter asm("r1") = argument;
    asm volatile("bkpt 0xab" : "+r"(result) : "r"(parameter) : "memory");
    return result;
}

inline void print(const char* text) {
    constexpr std::uint32_t write0 = 0x04;
    semihosting(write0, text);
}

/// Ends the emulation; code is what the shell sees.
[[noreturn]] inline void leave(int code) {
    constexpr std::uint32_t exit_extended = 0x20;
    constexpr std::uint32_t application_exit = 0x20026;
    const std::uint32_t argument[] = {application_exit, static_cast<std::uint32_t>(code)};
    for (;;) semihosting(exit_extended, argument);
}

}  // namespace mote::firmware
