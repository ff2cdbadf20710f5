// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction by a categorical naive Bayes in integers, learnt by the compiler from the rows of the row
// categorical_naive_bayes.
#include "mote/supervised/fixed_categorical.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Row = std::array<std::uint8_t, 10>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (auto& value : row) value = static_cast<std::uint8_t>(random.below(6) + 2 * label);
    return row;
}

constexpr auto model = [] {
    mote::CategoricalNaiveBayes<float, 10, 8, 2> learner;
    mote::Random random(1);
    for (std::size_t i = 0; i < 24; ++i) learner.update(draw(random, i % 2), i % 2);
    mote::FixedCategoricalNaiveBayes<10, 8, 2> fixed;
    static_cast<void>(fixed.assign(learner));
    return fixed;
}();

constinit Row input{3, 4, 2, 5, 6, 7, 3, 2, 4, 5};
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    return mote::firmware::report(
        "fixed_categorical", /*macs=*/20, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random unseen(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(unseen, i % 2));
            return mote::firmware::checksum(labels);
        });
}
