// SPDX-License-Identifier: MIT
// One score by 20 trees of 64 samples with slanted cuts along 64 directions of 4 features, trained here on
// 100 rows.
#include "mote/anomaly/extended_isolation_forest.hpp"

#include "tests/firmware/row.hpp"

constexpr mote::ExtendedIsolationForestConfig config{.trees = 20, .samples = 64, .directions = 64};
using Detector = mote::ExtendedIsolationForest<float, 4, config>;

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
        "extended_isolation_forest", /*macs=*/132,
        [] { score = detector.score(mote::firmware::opaque(input)); },
        [] {
            std::array<std::uint32_t, 101> lengths{detector.path_length(input)};
            for (std::size_t i = 0; i < rows.size(); ++i) lengths[i + 1] = detector.path_length(rows[i]);
            return mote::firmware::checksum(lengths);
        });
}
