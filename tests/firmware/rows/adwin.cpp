// SPDX-License-Identifier: MIT
// Observes 64 outcomes of a learner, after two of which the window is tested, after 1,000 others of which the
// last 400 had changed.
#include "mote/anomaly/adwin.hpp"

#include "tests/firmware/change_row.hpp"

constinit mote::Adwin<float> detector;

int main() {
    return mote::firmware::report_changes<detector>("adwin", mote::firmware::outcome);
}
