// SPDX-License-Identifier: MIT
// One batch of 16 rows of 4 features that moves 8 centroids, which were found here in 64 rows.
#include "mote/cluster/mini_batch_k_means.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Clusters =
    mote::MiniBatchKMeans<float, 4, 8, mote::MiniBatchKMeansConfig{.batch = 16, .batches = 10, .starts = 2}>;

constinit Clusters clusters;
constinit std::array<std::array<float, 4>, 64> rows{};

int main() {
    mote::Random random(1);
    for (std::size_t n = 0; n < rows.size(); ++n) {  // eight corners, apart by ten times their spread
        for (std::size_t i = 0; i < 4; ++i) {
            rows[n][i] = static_cast<float>((n >> i) % 2) * float(i < 3) + 0.1f * random.uniform<float>();
        }
    }
    if (clusters.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "mini_batch_k_means", /*macs=*/16 * 8 * 4,
        [] { static_cast<void>(clusters.update(std::span(mote::firmware::opaque(rows)).first<16>())); },
        [] {
            std::array<std::uint8_t, 64> together{};  // with the row eight before
            for (std::size_t n = 8; n < rows.size(); ++n) {
                together[n] = clusters.predict(rows[n]) == clusters.predict(rows[n - 8]) ? 1 : 0;
            }
            return mote::firmware::checksum(together);
        });
}
