// SPDX-License-Identifier: MIT
// One score by the tails of 16 features, 32 knots each, learnt here from 40 rows.
#include "mote/anomaly/ecod.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::Ecod<float, 16>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};
constinit float score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (float& value : row) value = random.uniform<float>() + random.uniform<float>();
    }
    if (detector.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "ecod", /*macs=*/0, [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::uint8_t, 40> unusual{};
            for (std::size_t i = 0; i < rows.size(); ++i)
                unusual[i] = detector.score(rows[i]) > score ? 1 : 0;
            return mote::firmware::checksum(unusual);
        });
}
