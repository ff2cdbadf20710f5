// SPDX-License-Identifier: MIT
// From the reset vector to main, and from a fault to a readable message. One file for every Cortex-M.
#include <algorithm>
#include <cstdint>

#include "tests/firmware/board/semihosting.hpp"
#include "tests/firmware/output.hpp"

extern "C" {

// Placed by sections.ld.
extern const std::uint32_t data_source[];
extern std::uint32_t data_begin[], data_end[], bss_begin[], bss_end[], stack_limit[], stack_top[];

int program() asm("main");  // C++ forbids calling main by its name
void reset();
void fault();

}  // extern "C"

namespace {

[[maybe_unused]] volatile std::uint32_t& system_register(std::uintptr_t address) {
    return *reinterpret_cast<volatile std::uint32_t*>(address);
}

/// What the core keeps switched off after reset. Runs before any code that may use it.
void enable_core_features() {
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    system_register(0xE000ED88) |= 0xFu << 20;  // CPACR: full access to CP10 and CP11
    asm volatile("dsb\n isb" ::: "memory");
#endif
#if defined(__ARM_FEATURE_MVE)
    system_register(0xE000ED14) |= 1u << 19;  // CCR.LOB: low-overhead loops
#endif
#if __ARM_ARCH >= 8
    asm volatile("msr msplim, %0" ::"r"(stack_limit));
#endif
}

[[noreturn, gnu::noinline]] void start() {
    std::copy(data_source, data_source + (data_end - data_begin), data_begin);
    std::fill(bss_begin, bss_end, 0u);
    mote::firmware::leave(program());
}

}  // namespace

extern "C" {

void reset() {
    enable_core_features();
    start();
}

[[noreturn, gnu::used]] void report_fault(std::uint32_t exception, std::uint32_t pc, std::uint32_t lr) {
    mote::firmware::print("fault: exception ");
    mote::firmware::print_decimal(exception);
    mote::firmware::print(" at pc ");
    mote::firmware::print_hexadecimal(pc);
    mote::firmware::print(", called from lr ");
    mote::firmware::print_hexadecimal(lr);
    mote::firmware::print("\n");
    mote::firmware::leave(70);
}

// Takes pc and lr from the exception frame, then a fresh stack: the old one may be the reason.
[[gnu::naked]] void fault() {
    asm volatile(
        "mrs r0, ipsr\n"
        "mrs r3, msp\n"
        "ldr r1, [r3, #24]\n"
        "ldr r2, [r3, #20]\n"
        "ldr r3, =stack_top\n"
        "msr msp, r3\n"
        "b report_fault\n");
}

struct VectorTable {
    const std::uint32_t* stack;
    void (*handlers[15])();
};

[[gnu::section(".vectors"), gnu::used]] extern constexpr VectorTable vectors = {
    stack_top,
    {reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
     fault}};

}  // extern "C"
