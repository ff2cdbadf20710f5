// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/firmware/output.hpp"

// Placed by sections.ld.
extern "C" std::uint32_t stack_limit[];

// The instruction counter counts between the first instructions of these two. They do nothing.
extern "C" [[gnu::noinline, gnu::used]] inline void section_begin() {
    asm volatile("" ::: "memory");
}
extern "C" [[gnu::noinline, gnu::used]] inline void section_end() {
    asm volatile("" ::: "memory");
}

namespace mote::firmware {

struct Measurement {
    std::uint32_t stack_bytes;
    bool overflow;
};

/// The free stack below the caller, filled with a pattern before a call and searched for its remains after.
class PaintedStack {
public:
    [[gnu::always_inline]] PaintedStack() {
        asm volatile("mov %0, sp" : "=r"(top_));
        bottom_ = top_ - std::min(top_ - stack_limit, most_words);
        for (volatile std::uint32_t* word = bottom_; word != top_; ++word) *word = pattern;
    }

    [[gnu::always_inline]] Measurement used() const {
        const volatile std::uint32_t* word = bottom_;
        while (word != top_ && *word == pattern) ++word;
        return {static_cast<std::uint32_t>(top_ - word) * 4u, word == bottom_};
    }

private:
    static constexpr std::uint32_t pattern = 0xdeadbeef;
    static constexpr std::ptrdiff_t most_words = 64 * 1024 / sizeof(std::uint32_t);
    std::uint32_t* top_;
    std::uint32_t* bottom_;
};

// A real call, so that the section's own frame is counted and not merged with main's.
template <class Section>
[[gnu::noinline]] void call(Section& section) {
    section();
    asm volatile("" ::: "memory");
}

template <class Section>
[[gnu::noinline]] Measurement measure(Section& section) {
    const PaintedStack stack;
    section_begin();
    call(section);
    section_end();
    return stack.used();
}

template <class Section>
int print_measurement(Measurement once, Section&) {
    print_decimal(once.stack_bytes);
    print(" bytes of stack\n");
    if (!once.overflow) return 0;
    print("FAILED: the stack ran into the variables or is deeper than what was painted\n");
    return 1;
}

}  // namespace mote::firmware
