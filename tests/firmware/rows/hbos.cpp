// SPDX-License-Identifier: MIT
// One score by histograms of 16 features, trained here on 40 rows.
#include "mote/anomaly/hbos.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::Hbos<float, 16>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("hbos", /*macs=*/16);
}
