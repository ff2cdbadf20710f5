// SPDX-License-Identifier: MIT
// Observes 64 values by the latest 30 of 100, after 1,000 others of which the last 400 had changed.
#include "mote/anomaly/kswin.hpp"

#include "tests/firmware/change_row.hpp"

constinit mote::Kswin<float> detector;

int main() {
    const auto spread = [](mote::Random& random, int i) {
        return random.uniform<float>() * (i < 600 ? 1.0f : 3.0f);
    };
    return mote::firmware::report_changes<detector>("kswin", spread);
}
