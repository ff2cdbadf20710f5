// SPDX-License-Identifier: MIT
// One score by the vectors among 64 rows of 4 features, found here.
#include "mote/anomaly/one_class_svm.hpp"

#include "tests/firmware/detector_row.hpp"

using Detector = mote::OneClassSvm<float, 4, 64, mote::OneClassSvmConfig{.nu = 0.2}>;

constinit Detector detector;
constinit std::array<Detector::Row, 64> rows{};

int main() {
    return mote::firmware::report_detector<detector, rows>("one_class_svm", /*macs=*/64);
}
