// SPDX-License-Identifier: MIT
// One observation of one feature with the defaults, after 1,500 others.
#include "mote/anomaly/contextual_detector.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::ContextualDetector<float, 1> detector;

int main() {
    return mote::firmware::report_wave<detector>("contextual_detector", /*macs=*/0, /*others=*/1500);
}
