// SPDX-License-Identifier: MIT
// One observation of one feature by 10 random cut trees of 32 points, shingles of 4, after 600 others.
#include "mote/anomaly/random_cut_forest.hpp"

#include "tests/firmware/row.hpp"

using Detector =
    mote::RandomCutForest<float, 1, mote::RandomCutConfig{.trees = 10, .points = 32, .shingle = 4}>;

constinit Detector detector;
constinit std::array<float, 1> input{0.7f};
constinit Detector::Score score = 0;

/// Feeds a seeded stream; a checksum of the scores.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const float wave = static_cast<float>(i % 48) / 48.0f;
        sum = 31 * sum + detector.observe(std::array{wave + 0.1f * random.uniform<float>()});
    }
    return sum;
}

int main() {
    stream(600, 1);
    return mote::firmware::report(
        "random_cut_forest", /*macs=*/0, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> scores{score, stream(300, 2)};
            return mote::firmware::checksum(scores);
        });
}
