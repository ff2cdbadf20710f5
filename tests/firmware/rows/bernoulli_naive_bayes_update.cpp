// SPDX-License-Identifier: MIT
// One update of a Bernoulli naive Bayes of 30 features and 2 classes.
#include "mote/supervised/bernoulli_naive_bayes.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::BernoulliNaiveBayes<float, 30, 2> model;

int main() {
    return mote::firmware::report_classifier_update<model>("bernoulli_naive_bayes_update", /*macs=*/60);
}
