// SPDX-License-Identifier: MIT
// Observes 64 values by 64 run lengths, after 200 others of which the last 80 had changed.
#include "mote/anomaly/bayesian_online_change_point.hpp"

#include "tests/firmware/change_row.hpp"

constinit mote::BayesianOnlineChangePoint<float> detector;

int main() {
    const auto level = [](mote::Random& random, int i) {
        return random.uniform<float>() + (i < 120 ? 0.0f : 3.0f);
    };
    return mote::firmware::report_changes<detector>("bayesian_online_change_point", level, /*others=*/200);
}
