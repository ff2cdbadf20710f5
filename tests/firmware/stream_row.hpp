// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// Feeds a detector of one feature a seeded stream of noise; the score of the last sample.
template <auto& detector>
float observe_noise(int samples, std::uint64_t seed) {
    Random random(seed);
    float last = 0;
    for (int i = 0; i < samples; ++i) last = detector.observe(std::array{random.uniform<float>()});
    return last;
}

/// Measures one observation after 1,000 others; the checksum is over which later scores are above one.
template <auto& detector>
int report_stream(const char* name, std::uint32_t macs) {
    static std::array<float, 1> input{0.9f};
    static float score = 0;
    observe_noise<detector>(1000, 1);
    return report(
        name, macs, [] { score = detector.observe(opaque(input)); },
        [] {
            std::array<std::uint8_t, 20> unusual{};
            for (std::size_t i = 0; i < unusual.size(); ++i) {
                unusual[i] = observe_noise<detector>(10, i) > 1 ? 1 : 0;
            }
            return checksum(unusual, score > 1 ? 1u : 2u);
        });
}

/// Feeds a detector of integer scores a seeded wave of this many samples; a checksum of the scores.
template <auto& detector>
std::uint32_t observe_wave(std::size_t samples, std::size_t period, std::uint64_t seed) {
    Random random(seed);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        const float wave = static_cast<float>(i % period) / static_cast<float>(period);
        sum = 31 * sum + detector.observe(std::array{wave + 0.1f * random.uniform<float>()});
    }
    return sum;
}

/// Measures one observation after that many others; the checksum is over its score and 300 more.
template <auto& detector, std::size_t Period = 288>
int report_wave(const char* name, std::uint32_t macs, std::size_t others) {
    static std::array<float, 1> input{0.7f};
    static std::uint32_t score = 0;
    observe_wave<detector>(others, Period, 1);
    return report(
        name, macs, [] { score = detector.observe(opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> scores{score, observe_wave<detector>(300, Period, 2)};
            return checksum(scores);
        });
}

}  // namespace mote::firmware
