// SPDX-License-Identifier: MIT
// One observation of one feature by 10 random cut trees of 32 points, shingles of 4, after 600 others.
#include "mote/anomaly/random_cut_forest.hpp"

#include "tests/firmware/stream_row.hpp"

constinit mote::RandomCutForest<float, 1, mote::RandomCutConfig{.trees = 10, .points = 32, .shingle = 4}>
    detector;

int main() {
    return mote::firmware::report_wave<detector, 48>("random_cut_forest", /*macs=*/0, /*others=*/600);
}
