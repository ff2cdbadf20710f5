// SPDX-License-Identifier: MIT
// One score by the tails of 16 features, 32 knots each, learnt here from 40 rows.
#include "mote/anomaly/ecod.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::Ecod<float, 16>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("ecod", /*macs=*/0);
}
