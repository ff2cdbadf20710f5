// SPDX-License-Identifier: MIT
// One observation of one feature by IntegerZScore, after 1,000 others. The checksum is over its scores.
#include "mote/anomaly/integer_z_score.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::IntegerZScore<1>;

constinit Detector detector;
constinit std::array<std::int16_t, 1> input{900};
constinit Detector::Score score = 0;

/// Feeds a seeded stream; returns the score of the last sample.
Detector::Score stream(int samples, std::uint64_t seed) {
    mote::Random random(seed);
    Detector::Score last = 0;
    for (int i = 0; i < samples; ++i) {
        last = detector.observe(std::array{static_cast<std::int16_t>(random.below(1000))});
    }
    return last;
}

int main() {
    stream(1000, 1);
    return mote::firmware::report(
        "integer_z_score", /*macs=*/0, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            std::array<Detector::Score, 20> scores{};
            for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = stream(10, i);
            return mote::firmware::checksum(scores, score);
        });
}
