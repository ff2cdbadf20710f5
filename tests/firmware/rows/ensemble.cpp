// SPDX-License-Identifier: MIT
// One score of three detectors of different kinds, standardised, fitted here to 40 rows of 4 features.
#include "mote/anomaly/ensemble.hpp"

#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/isolation_forest.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "tests/firmware/detector_row.hpp"

using Detector =
    mote::Ensemble<mote::Hbos<float, 4>, mote::KNearestDistance<float, 4, 40, 5>,
                   mote::IsolationForest<float, 4, mote::IsolationForestConfig{.trees = 10, .samples = 32}>>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("ensemble", /*macs=*/0, /*margin=*/1e-3f);
}
