// SPDX-License-Identifier: MIT
// One score by 20 isolation trees of 64 raw samples of 4 features, trained here on 100 rows.
// board: no soft float
#include "mote/anomaly/isolation_forest.hpp"

#include "tests/firmware/row.hpp"

using Detector =
    mote::IsolationForest<std::int16_t, 4, mote::IsolationForestConfig{.trees = 20, .samples = 64}>;

constinit Detector detector;
constinit std::array<Detector::Row, 100> rows{};
constinit std::int32_t score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (auto& value : row) value = static_cast<std::int16_t>(random.below(2000) + random.below(2000));
    }
    if (detector.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "integer_isolation_forest", /*macs=*/4,
        [] { score = detector.score(mote::firmware::opaque(rows[7])); },
        [] {
            std::array<std::int32_t, 100> scores{};
            for (std::size_t i = 0; i < rows.size(); ++i) scores[i] = detector.score(rows[i]);
            return mote::firmware::checksum(scores);
        });
}
