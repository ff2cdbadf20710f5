// SPDX-License-Identifier: MIT
// One observation of four features, 16 clusters, after 300 others. The checksum is of which scores are high.
#include "mote/cluster/micro_clusters.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

constinit mote::MicroClusters<float, 4, 16> clusters;
constinit std::array<float, 4> input{0.6f, 0.4f, 0.5f, 0.5f};
constinit float score = 0;

/// Feeds a seeded stream in which every 16th row is odd; how many scores were high.
std::uint32_t stream(std::size_t rows, std::uint64_t seed) {
    mote::Random random(seed);
    std::uint32_t high = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        std::array<float, 4> row{};
        for (float& value : row) value = random.uniform<float>();
        if (i % 16 == 15) row[i / 16 % 4] += 20;
        high += clusters.observe(row) > 5 ? 1 : 0;
    }
    return high;
}

int main() {
    stream(300, 1);
    return mote::firmware::report(
        "micro_clusters", /*macs=*/0, [] { score = clusters.observe(mote::firmware::opaque(input)); },
        [] {
            const std::array<std::uint32_t, 2> answers{score > 5 ? 1u : 0u, stream(160, 2)};
            return mote::firmware::checksum(answers);
        });
}
