// SPDX-License-Identifier: MIT
// One observation of one feature by Ewma, after 1,000 others.
#include "mote/anomaly/ewma.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::Ewma<float, 1> detector;

int main() {
    return mote::firmware::report_stream<detector>("ewma", /*macs=*/0);
}
