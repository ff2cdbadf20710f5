// SPDX-License-Identifier: MIT
// One score by 50 sparse projections of 16 features of raw samples, trained here on 40 rows.
// board: no soft float
#include "mote/anomaly/integer_loda.hpp"

#include "tests/firmware/row.hpp"

using Detector = mote::IntegerLoda<16, mote::LodaConfig{.projections = 50}>;

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
        "integer_loda", /*macs=*/250, [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::int32_t, 40> scores{};
            for (std::size_t i = 0; i < rows.size(); ++i) scores[i] = detector.score(rows[i]);
            return mote::firmware::checksum(scores);
        });
}
