// SPDX-License-Identifier: MIT
// One score against 64 rows of 4 features, by 10 neighbours.
#include "mote/anomaly/local_outlier_factor.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::LocalOutlierFactor<float, 4, 64, 10>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("local_outlier_factor", /*macs=*/256);
}
