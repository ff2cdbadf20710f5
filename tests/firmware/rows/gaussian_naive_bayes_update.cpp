// SPDX-License-Identifier: MIT
// One update of a Gaussian naive Bayes of 30 features and 2 classes.
#include "mote/supervised/gaussian_naive_bayes.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::GaussianNaiveBayes<float, 30, 2> model;

int main() {
    return mote::firmware::report_classifier_update<model>("gaussian_naive_bayes_update", /*macs=*/120);
}
