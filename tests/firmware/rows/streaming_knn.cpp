// SPDX-License-Identifier: MIT
// One observation of one feature with the defaults, after 1,500 others.
#include "mote/anomaly/streaming_knn.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::StreamingKnn<float, 1> detector;

int main() {
    return mote::firmware::report_wave<detector>("streaming_knn", /*macs=*/1024, /*others=*/1500);
}
