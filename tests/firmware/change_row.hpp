// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "mote/core/change.hpp"
#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// The i-th outcome of a learner, 1 an error: two in ten, after the 600th six.
inline float outcome(Random& random, int i) {
    return random.below(10) < (i < 600 ? 2u : 6u) ? 1.0f : 0.0f;
}

/// The i-th value of a sensor whose level rises by one after the 600th.
inline float level(Random& random, int i) {
    return random.uniform<float>() + (i < 600 ? 0.0f : 1.0f);
}

template <auto& detector>
std::uint32_t is_change(float value) {
    return detector.observe(value) == Change::detected ? 1u : 0u;
}

/// Measures 64 values observed, after others that draw(random, i) gives; the checksum is over how many
/// changes were found in both.
template <auto& detector, class Draw>
int report_changes(const char* name, Draw draw, int others = 1000) {
    static std::array<float, 64> observed{};
    static std::uint32_t earlier = 0, changes = 0;
    Random random(1);
    for (int i = 0; i < others; ++i) earlier += is_change<detector>(draw(random, i));
    for (float& value : observed) value = draw(random, others);
    return report(
        name, /*macs=*/0,
        [] {
            for (const float value : opaque(observed)) changes += is_change<detector>(value);
        },
        [] {
            const std::array<std::uint32_t, 2> found{earlier, changes};
            return checksum(found);
        });
}

}  // namespace mote::firmware
