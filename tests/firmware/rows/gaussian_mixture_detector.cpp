// SPDX-License-Identifier: MIT
// One score by 4 normal distributions of 4 independent features, found here from 64 rows.
#include "mote/anomaly/gaussian_mixture_detector.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::GaussianMixtureDetector<float, 4, 4, mote::Covariance::diagonal,
                                               mote::GaussianMixtureConfig{.starts = 1, .iterations = 20}>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("gaussian_mixture_detector", /*macs=*/32,
                                                           /*margin=*/0.001f);
}
