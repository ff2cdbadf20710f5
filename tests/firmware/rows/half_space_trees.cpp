// SPDX-License-Identifier: MIT
// One observation by 25 half-space trees of depth 6 on 4 features, after 1,000 others.
#include "mote/anomaly/half_space_trees.hpp"

#include "tests/firmware/row.hpp"

using Detector = mote::HalfSpaceTrees<float, 4>;

constinit Detector detector({0, 0, 0, 0}, {1, 1, 1, 1});
constinit Detector::Row input{0.1f, 0.9f, 0.4f, 0.6f};
constinit Detector::Score score = 0;

/// Feeds a seeded stream; returns the last score.
Detector::Score stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    Detector::Score last = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        Detector::Row row{};
        for (float& value : row) value = 0.25f + 0.5f * random.uniform<float>();
        last = detector.observe(row);
    }
    return last;
}

int main() {
    stream(1000, 1);
    return mote::firmware::report(
        "half_space_trees", /*macs=*/100, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<Detector::Score, 2> scores{score, stream(300, 2)};
            return mote::firmware::checksum(scores);
        });
}
