// SPDX-License-Identifier: MIT
// One score against 64 rows of 4 features.
#include "mote/anomaly/k_nearest_distance.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::KNearestDistance<float, 4, 64>;

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
        "k_nearest_distance", /*macs=*/256, [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::uint8_t, 64> unusual{};
            for (std::size_t i = 0; i < rows.size(); ++i)
                unusual[i] = detector.score(rows[i]) > score ? 1 : 0;
            return mote::firmware::checksum(unusual);
        });
}
