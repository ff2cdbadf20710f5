// SPDX-License-Identifier: MIT
// One score by 2 normal distributions of 8 features that lean on each other, found here from 64 rows.
#include "mote/anomaly/gaussian_mixture_detector.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::GaussianMixtureDetector<float, 8, 2, mote::Covariance::full,
                                               mote::GaussianMixtureConfig{.starts = 1, .iterations = 20}>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("gaussian_mixture_full", /*macs=*/72,
                                                           /*margin=*/0.01f);
}
