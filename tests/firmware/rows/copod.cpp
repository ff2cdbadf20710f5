// SPDX-License-Identifier: MIT
// One score by the tails of 16 features joined, 32 knots each, learnt here from 40 rows.
#include "mote/anomaly/copod.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::Copod<float, 16>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("copod", /*macs=*/0);
}
