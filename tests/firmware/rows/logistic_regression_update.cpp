// SPDX-License-Identifier: MIT
// One update of a softmax regression of 30 features and 2 classes.
#include "mote/supervised/logistic_regression.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::LogisticRegression<float, 30, 2> model;

int main() {
    return mote::firmware::report_classifier_update<model>("logistic_regression_update", /*macs=*/120);
}
