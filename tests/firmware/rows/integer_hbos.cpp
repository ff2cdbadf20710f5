// SPDX-License-Identifier: MIT
// One score by histograms of 16 features of raw samples, learnt here from 40 rows without floating point.
#include "mote/anomaly/integer_hbos.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Detector = mote::IntegerHbos<16>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};
constinit std::int32_t score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (auto& value : row) value = static_cast<std::int16_t>(random.below(2000) + random.below(2000));
    }
    if (detector.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "integer_hbos", /*macs=*/16, [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::int32_t, 40> scores{};
            for (std::size_t i = 0; i < rows.size(); ++i) scores[i] = detector.score(rows[i]);
            return mote::firmware::checksum(scores);
        });
}
