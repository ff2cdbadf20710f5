// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace mote::firmware {

struct Measurement {};

template <class Section>
[[gnu::noinline]] void call(Section& section) {
    section();
    asm volatile("" ::: "memory");
}

/// Nanoseconds per call in a batch that lasts at least two milliseconds.
template <class Section>
double batch_nanoseconds(Section& section) {
    using Clock = std::chrono::steady_clock;
    for (long calls = 1;; calls *= 2) {
        const auto begin = Clock::now();
        for (long i = 0; i < calls; ++i) call(section);
        const std::chrono::duration<double, std::nano> took = Clock::now() - begin;
        if (took.count() >= 2e6) return took.count() / static_cast<double>(calls);
    }
}

/// The one call whose outputs are checksummed. Timing repeats it later, since it may change the outputs.
template <class Section>
Measurement measure(Section& section) {
    call(section);
    return {};
}

/// The median of nine batches.
template <class Section>
int print_measurement(Measurement, Section& section) {
    std::array<double, 9> batches{};
    for (double& batch : batches) batch = batch_nanoseconds(section);
    std::nth_element(batches.begin(), batches.begin() + batches.size() / 2, batches.end());
    std::printf("%.1f ns\n", batches[batches.size() / 2]);
    return 0;
}

}  // namespace mote::firmware
