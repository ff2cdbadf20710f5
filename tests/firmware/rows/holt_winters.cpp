// SPDX-License-Identifier: MIT
// One observation by HoltWinters with a season of 24 samples, after 1,000 others.
#include "mote/anomaly/holt_winters.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::HoltWinters<float, 24> detector;

int main() {
    return mote::firmware::report_stream<detector>("holt_winters", /*macs=*/3);
}
