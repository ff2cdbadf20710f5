// SPDX-License-Identifier: MIT
// One observation by SeasonalBaseline of 24 slots of 10 samples, after 1,000 others.
#include "mote/anomaly/seasonal_baseline.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::SeasonalBaseline<float, 1> detector(10);

int main() {
    return mote::firmware::report_stream<detector>("seasonal_baseline", /*macs=*/0);
}
