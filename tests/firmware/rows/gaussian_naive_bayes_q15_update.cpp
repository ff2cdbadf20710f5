// SPDX-License-Identifier: MIT
// board: no soft float
// One update of a Gaussian naive Bayes of 30 features and 2 classes in integers.
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"

#include "mote/core/fixed.hpp"
#include "tests/firmware/classifier_row.hpp"

constinit mote::GaussianNaiveBayes<mote::q15, 30, 2> model;

constexpr std::array<mote::q15, 30> draw(mote::Random& random, std::size_t label) {
    std::array<mote::q15, 30> row{};
    for (mote::q15& value : row) {
        const auto noise = static_cast<std::int32_t>(random.below(20'000)) - 10'000;
        value = mote::q15::saturate(noise + 3'000 * static_cast<std::int32_t>(label));
    }
    return row;
}

int main() {
    return mote::firmware::report_update<model, std::array<mote::q15, 30>, 2>(
        "gaussian_naive_bayes_q15_update", /*macs=*/60, draw);
}
