// SPDX-License-Identifier: MIT
// One observation of one feature by RobustZScore, after 1,000 others.
#include "mote/anomaly/robust_z_score.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::RobustZScore<float, 1> detector;

int main() {
    return mote::firmware::report_stream<detector>("robust_z_score", /*macs=*/0);
}
