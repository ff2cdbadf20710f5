// SPDX-License-Identifier: MIT
// One observation of four features by 20 grids, after 400 others.
#include "mote/anomaly/rs_hash.hpp"

#include "tests/firmware/row.hpp"

constinit mote::RsHash<float, 4> detector;
constinit std::array<float, 4> input{0.1f, 0.9f, 0.4f, 0.6f};
constinit std::uint32_t score = 0;

/// Feeds a seeded stream; a checksum of the scores.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        std::array<float, 4> row{};
        for (float& value : row) value = 0.25f + 0.5f * random.uniform<float>();
        sum = 31 * sum + detector.observe(row);
    }
    return sum;
}

int main() {
    stream(400, 1);
    return mote::firmware::report(
        "rs_hash", /*macs=*/0, [] { score = detector.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> scores{score, stream(200, 2)};
            return mote::firmware::checksum(scores);
        });
}
