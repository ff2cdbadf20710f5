// SPDX-License-Identifier: MIT
// One update of a linear support vector machine of 30 features and 2 classes.
#include "mote/supervised/linear_svm.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::LinearSvm<float, 30, 2> model;

int main() {
    return mote::firmware::report_classifier_update<model>("linear_svm_update", /*macs=*/60);
}
