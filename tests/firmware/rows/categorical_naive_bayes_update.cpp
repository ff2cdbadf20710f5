// SPDX-License-Identifier: MIT
// One update of a categorical naive Bayes of 10 features of 8 categories and 2 classes.
#include "mote/supervised/categorical_naive_bayes.hpp"

#include "tests/firmware/classifier_row.hpp"

constinit mote::CategoricalNaiveBayes<float, 10, 8, 2> model;

constexpr std::array<std::uint8_t, 10> draw(mote::Random& random, std::size_t label) {
    std::array<std::uint8_t, 10> row{};
    for (auto& value : row) value = static_cast<std::uint8_t>(random.below(6) + 2 * label);
    return row;
}

int main() {
    return mote::firmware::report_update<model, std::array<std::uint8_t, 10>, 2>(
        "categorical_naive_bayes_update", /*macs=*/0, draw);
}
