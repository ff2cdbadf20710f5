// SPDX-License-Identifier: MIT
// One observation of one feature by the recommended detector, after 1,500 others: all neighbours are kept.
#include "mote/anomaly/stream_detector.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::StreamDetector<float>;

constinit Detector detector;
constinit std::array<float, 1> input{0.7f};
constinit Detector::Score score = 0;
constinit mote::LocalTime now{0};

/// Feeds a seeded stream; a checksum of the scores.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        now.seconds += 300;
        const float wave = static_cast<float>(i % 288) / 288.0f;
        sum = 31 * sum + detector.observe(std::array{wave + 0.1f * random.uniform<float>()}, now);
    }
    return sum;
}

int main() {
    stream(1500, 1);
    return mote::firmware::report(
        "stream_detector", /*macs=*/1024,
        [] { score = detector.observe(mote::firmware::opaque(input), now); },
        [] {
            const std::array<std::uint32_t, 2> scores{score, stream(600, 2)};
            return mote::firmware::checksum(scores);
        });
}
