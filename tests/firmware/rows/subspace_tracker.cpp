// SPDX-License-Identifier: MIT
// One observation of eight features, two directions, after 200 others. The checksum is of which scores are
// high.
#include "mote/anomaly/subspace_tracker.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::SubspaceTracker<float, 8>;

constinit Detector detector;
constinit std::array<float, 8> input{1, 2, 3, 4, 5, 6, 7, 8};
constinit float score = 0;

/// Feeds a seeded stream in which every 16th row is odd; how many scores were high.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t high = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        std::array<float, 8> row{};
        const float cause = random.uniform<float>();
        for (std::size_t k = 0; k < 8; ++k)
            row[k] = cause * static_cast<float>(k) + 0.1f * random.uniform<float>();
        if (i % 16 == 15) row[3] += 5;
        high += detector.observe(row) > 2 ? 1 : 0;
    }
    return high;
}

int main() {
    stream(200, 1);
    return mote::firmware::report(
        "subspace_tracker", /*macs=*/0, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> answers{score > 2 ? 1u : 0u, stream(160, 2)};
            return mote::firmware::checksum(answers);
        });
}
