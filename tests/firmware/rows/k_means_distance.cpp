// SPDX-License-Identifier: MIT
// One score by 8 centroids of 4 features, found here from 64 rows.
#include "mote/anomaly/k_means_distance.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::KMeansDistance<float, 4, 8, mote::KMeansConfig{.starts = 2, .iterations = 20}>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};
constinit float score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (float& value : row) value = random.uniform<float>() + random.uniform<float>();
    }
    if (detector.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "k_means_distance", /*macs=*/36, [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::uint8_t, 64> unusual{};
            for (std::size_t i = 0; i < rows.size(); ++i)
                unusual[i] = detector.score(rows[i]) > score ? 1 : 0;
            return mote::firmware::checksum(unusual);
        });
}
