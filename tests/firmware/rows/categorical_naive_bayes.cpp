// SPDX-License-Identifier: MIT
// One prediction by a categorical naive Bayes of 10 features of 8 categories and 2 classes. The board trains
// it itself.
#include "mote/supervised/categorical_naive_bayes.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Row = std::array<std::uint8_t, 10>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (auto& value : row) value = static_cast<std::uint8_t>(random.below(6) + 2 * label);
    return row;
}

constinit mote::CategoricalNaiveBayes<float, 10, 8, 2> model;
constinit Row input{};
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < 24; ++i) model.update(draw(random, i % 2), i % 2);
    input = draw(random, 1);
    return mote::firmware::report(
        "categorical_naive_bayes", /*macs=*/20,
        [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random unseen(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(unseen, i % 2));
            return mote::firmware::checksum(labels);
        });
}
