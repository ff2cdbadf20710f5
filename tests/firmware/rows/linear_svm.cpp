// SPDX-License-Identifier: MIT
// One prediction by a linear support vector machine of 30 features and 2 classes, trained at compile time
// into flash.
#include "mote/supervised/linear_svm.hpp"

#include "tests/firmware/classifier_row.hpp"

constexpr auto model = mote::firmware::trained_on_rows<mote::LinearSvm<float, 30, 2>>();

int main() {
    return mote::firmware::report_classifier<model>("linear_svm", /*macs=*/30);
}
