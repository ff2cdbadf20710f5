// SPDX-License-Identifier: MIT
// One update of nearest centroids of 30 features and 2 classes.
#include "mote/supervised/nearest_centroid.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::NearestCentroid<float, 30, 2> model;

int main() {
    return mote::firmware::report_classifier_update<model>("nearest_centroid_update", /*macs=*/60);
}
