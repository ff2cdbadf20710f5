// SPDX-License-Identifier: MIT
// One observation of one feature by ZScore, after 1,000 others.
#include "mote/anomaly/z_score.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::ZScore<float, 1> detector;

int main() {
    return mote::firmware::report_stream<detector>("z_score", /*macs=*/0);
}
