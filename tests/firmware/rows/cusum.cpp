// SPDX-License-Identifier: MIT
// Observes 64 values, after 1,000 others of which the last 400 had changed.
#include "mote/anomaly/cusum.hpp"

#include "tests/firmware/change_row.hpp"

constinit mote::Cusum<float> detector(0.5f, 0.3f);

int main() {
    return mote::firmware::report_changes<detector>("cusum", mote::firmware::level);
}
