// SPDX-License-Identifier: MIT
// One prediction by a softmax regression of 30 features and 2 classes, trained at compile time into flash.
#include "mote/supervised/logistic_regression.hpp"

#include "tests/firmware/classifier_row.hpp"

constexpr auto model = mote::firmware::trained_on_rows<mote::LogisticRegression<float, 30, 2>>();

int main() {
    return mote::firmware::report_classifier<model>("logistic_regression", /*macs=*/60);
}
