// SPDX-License-Identifier: MIT
// One score through an alarm that is ready, after 3,000 others.
#include "mote/anomaly/alarm.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

constinit mote::Alarm<float> alarm({.per_day = 1, .samples_per_day = 500});
constinit float input = 0.5f;
constinit bool begins = false;

/// Feeds a seeded stream; returns how many alarms it has raised.
std::uint32_t stream(int samples, std::uint64_t seed) {
    mote::Random random(seed);
    const std::uint32_t before = alarm.alarms();
    for (int i = 0; i < samples; ++i) alarm.observe(random.uniform<float>() * random.uniform<float>());
    return alarm.alarms() - before;
}

int main() {
    stream(3000, 1);
    return mote::firmware::report(
        "alarm", /*macs=*/0, [] { begins = alarm.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> counts{begins ? 1u : 0u, stream(3000, 2)};
            return mote::firmware::checksum(counts);
        });
}
