// SPDX-License-Identifier: MIT
// Observes 64 outcomes of a learner, after 1,000 others of which the last 400 had changed.
#include "mote/anomaly/ddm.hpp"

#include "tests/firmware/change_row.hpp"

constinit mote::Ddm<float> detector;

int main() {
    return mote::firmware::report_changes<detector>("ddm", mote::firmware::outcome);
}
