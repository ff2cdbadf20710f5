// SPDX-License-Identifier: MIT
// One score by 2 principal components of 8 features, learnt here from 40 rows.
#include "mote/anomaly/pca_reconstruction.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::PcaReconstruction<float, 8, 2>;

constinit Detector detector;
constinit std::array<Detector::Row, 40> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("pca_reconstruction", /*macs=*/32,
                                                           /*margin=*/1e-3f);
}
