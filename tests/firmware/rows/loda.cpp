// SPDX-License-Identifier: MIT
// One score by 50 sparse projections of 16 features, trained here on 40 rows.
#include "mote/anomaly/loda.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::Loda<float, 16, mote::LodaConfig{.projections = 50}>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("loda", /*macs=*/200, /*margin=*/1e-4f);
}
