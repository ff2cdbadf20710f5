// SPDX-License-Identifier: MIT
// Observes 64 values, after 1,000 others of which the last 400 had changed.
#include "mote/anomaly/page_hinkley.hpp"

#include "tests/firmware/change_row.hpp"

constinit mote::PageHinkley<float> detector;

int main() {
    return mote::firmware::report_changes<detector>("page_hinkley", mote::firmware::level);
}
