// SPDX-License-Identifier: MIT
// One prediction by nearest centroids of 30 features and 2 classes, trained at compile time into flash.
#include "mote/supervised/nearest_centroid.hpp"

#include "tests/firmware/classifier_row.hpp"

constexpr auto model = mote::firmware::trained_on_rows<mote::NearestCentroid<float, 30, 2>>();

int main() {
    return mote::firmware::report_classifier<model>("nearest_centroid", /*macs=*/60);
}
