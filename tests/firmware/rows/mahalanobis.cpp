// SPDX-License-Identifier: MIT
// One score by the covariance of 8 features, learnt here from 40 rows.
#include "mote/anomaly/mahalanobis.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::Mahalanobis<float, 8>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("mahalanobis", /*macs=*/36, /*margin=*/1e-3f);
}
