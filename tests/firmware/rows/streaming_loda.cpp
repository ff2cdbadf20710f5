// SPDX-License-Identifier: MIT
// One observation of eight features by 50 projections, after 600 others.
#include "mote/anomaly/streaming_loda.hpp"

#include "tests/firmware/row.hpp"

constinit mote::StreamingLoda<float, 8> detector;
constinit std::array<float, 8> input{0.1f, 0.9f, 0.4f, 0.6f, 0.5f, 0.5f, 0.3f, 0.7f};
constinit std::uint32_t score = 0;

/// Feeds a seeded stream on this level; a checksum of the scores.
std::uint32_t stream(std::size_t rows, std::uint64_t seed, float level) {
    mote::Random random(seed);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        std::array<float, 8> row{};
        for (float& value : row) value = level + 0.5f * random.uniform<float>();
        sum = 31 * sum + detector.observe(row);
    }
    return sum;
}

int main() {
    stream(600, 1, 0.25f);
    return mote::firmware::report(
        "streaming_loda", /*macs=*/200, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 3> scores{score, stream(300, 2, 0.25f), stream(700, 3, 7)};
            return mote::firmware::checksum(scores);
        });
}
