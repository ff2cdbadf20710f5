// SPDX-License-Identifier: MIT
// One score by 8 centroids of 4 features, found here from 64 rows.
#include "mote/anomaly/k_means_distance.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::KMeansDistance<float, 4, 8, mote::KMeansConfig{.starts = 2, .iterations = 20}>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("k_means_distance", /*macs=*/36);
}
