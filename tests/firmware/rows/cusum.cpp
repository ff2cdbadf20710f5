// SPDX-License-Identifier: MIT
// Observes 64 values, after 1,000 others of which the last 400 had changed.
#include "mote/anomaly/cusum.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::Cusum<float>;

constinit Detector detector(0.5f, 0.3f);
constinit std::array<float, 64> observed{};
constinit std::uint32_t changes = 0;  // found in the measured values

float draw(mote::Random& random, int i) {
    return random.uniform<float>() + (i < 600 ? 0.0f : 1.0f);
}

int main() {
    mote::Random random(1);
    std::uint32_t earlier = 0;
    for (int i = 0; i < 1000; ++i) {
        earlier += detector.observe(draw(random, i)) == mote::Change::detected ? 1u : 0u;
    }
    for (float& value : observed) value = draw(random, 1000);
    return mote::firmware::report(
        "cusum", /*macs=*/0,
        [] {
            for (const float value : mote::firmware::opaque(observed)) {
                changes += detector.observe(value) == mote::Change::detected ? 1u : 0u;
            }
        },
        [=] {
            const std::array<std::uint32_t, 2> found{earlier, changes};
            return mote::firmware::checksum(found);
        });
}
