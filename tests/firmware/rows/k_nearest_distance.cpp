// SPDX-License-Identifier: MIT
// One score against 64 rows of 4 features.
#include "mote/anomaly/k_nearest_distance.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::KNearestDistance<float, 4, 64>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("k_nearest_distance", /*macs=*/256);
}
