// SPDX-License-Identifier: MIT
// Observes 64 values by 64 run lengths, after 200 others of which the last 80 had changed.
#include "mote/anomaly/bayesian_online_change_point.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::BayesianOnlineChangePoint<float>;

constinit Detector detector;
constinit std::array<float, 64> observed{};
constinit std::uint32_t changes = 0;  // found in the measured values

float draw(mote::Random& random, int i) {
    return random.uniform<float>() + (i < 120 ? 0.0f : 3.0f);
}

int main() {
    mote::Random random(1);
    std::uint32_t earlier = 0;
    for (int i = 0; i < 200; ++i) {
        earlier += detector.observe(draw(random, i)) == mote::Change::detected ? 1u : 0u;
    }
    for (float& value : observed) value = draw(random, 200);
    return mote::firmware::report(
        "bayesian_online_change_point", /*macs=*/0,
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
