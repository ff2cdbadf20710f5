// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace mote::firmware {

struct Measurement {};

template <class Section>
[[gnu::noinline]] void call(Section& section) {
    section();
    asm volatile("" ::: "memory");
}

/// Nanoseconds of processor time per call in a batch that takes at least two milliseconds. Time that other
/// programs take does not count.
template <class Section>
double batch_nanoseconds(Section& section) {
    for (long calls = 1;; calls *= 2) {
        const std::clock_t begin = std::clock();
        for (long i = 0; i < calls; ++i) call(section);
        const double took = 1e9 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        if (took >= 2e6) return took / static_cast<double>(calls);
    }
}

/// The one call whose outputs are checksummed. Timing repeats it later, since it may change the outputs.
template <class Section>
Measurement measure(Section& section) {
    call(section);
    return {};
}

/// The best of nine batches: whatever else the machine does only makes one longer.
template <class Section>
int print_measurement(Measurement, Section& section) {
    std::array<double, 9> batches{};
    for (double& batch : batches) batch = batch_nanoseconds(section);
    std::printf("%.1f ns\n", *std::min_element(batches.begin(), batches.end()));
    return 0;
}

}  // namespace mote::firmware
