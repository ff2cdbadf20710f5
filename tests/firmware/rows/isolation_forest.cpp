// SPDX-License-Identifier: MIT
// One score by 20 isolation trees of 64 samples on 4 features, trained here on 100 rows.
#include "mote/anomaly/isolation_forest.hpp"

#include "tests/firmware/row.hpp"

using Detector = mote::IsolationForest<float, 4, mote::IsolationForestConfig{.trees = 20, .samples = 64}>;

constinit Detector detector;
constinit std::array<Detector::Row, 100> rows{};
constinit Detector::Row input{0.1f, 0.9f, 0.4f, 0.6f};
constinit float score = 0;

int main() {
    mote::Random random(1);
    for (auto& row : rows) {
        for (float& value : row) value = 0.25f + 0.5f * random.uniform<float>();
    }
    if (detector.fit(rows) != mote::Status::ok) return 1;
    return mote::firmware::report(
        "isolation_forest", /*macs=*/124, [] { score = detector.score(mote::firmware::opaque(input)); },
        [] {
            std::array<std::uint32_t, 101> lengths{detector.path_length(input)};
            for (std::size_t i = 0; i < rows.size(); ++i) lengths[i + 1] = detector.path_length(rows[i]);
            return mote::firmware::checksum(lengths);
        });
}
