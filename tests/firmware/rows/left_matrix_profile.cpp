// SPDX-License-Identifier: MIT
// One observation with windows of 32 and a history of 256, after 400 others. The checksum is of which scores
// are high.
#include "mote/anomaly/left_matrix_profile.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

constinit mote::LeftMatrixProfile<float> detector;
constinit std::array<float, 1> input{0.7f};
constinit float score = 0;

/// Feeds a seeded stream in which every eighth beat is spoilt; how many scores were high.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t high = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const float beat = i % 30 == 20 ? (i / 30 % 8 == 7 ? 0.2f : 3.0f) : 0.0f;
        high += detector.observe(std::array{beat + 0.1f * random.uniform<float>()}) > 4 ? 1 : 0;
    }
    return high;
}

int main() {
    stream(400, 1);
    return mote::firmware::report(
        "left_matrix_profile", /*macs=*/0, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> answers{score > 4 ? 1u : 0u, stream(320, 2)};
            return mote::firmware::checksum(answers);
        });
}
