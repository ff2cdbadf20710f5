// SPDX-License-Identifier: MIT
// One prediction by hypervectors of 1,024 bits, 5 features in q15 and 3 classes, trained on the board.
#include "mote/supervised/hyperdimensional_classifier.hpp"

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::HyperdimensionalClassifier<mote::q15, 5, 3>;
using Row = std::array<mote::q15, 5>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (mote::q15& value : row) {
        value.raw = static_cast<std::int16_t>(static_cast<int>(random.below(40000) + 10000 * label) - 30000);
    }
    return row;
}

constinit Model model;
constinit Row input{};
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < 60; ++i) {
        if (model.update(draw(random, i % 3), static_cast<std::uint8_t>(i % 3)) != mote::Status::ok) return 1;
    }
    input = draw(random, 1);
    return mote::firmware::report(
        "hyperdimensional_classifier", /*macs=*/0,
        [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random other(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(other, i % 3));
            return mote::firmware::checksum(labels) ^ mote::firmware::checksum(model.majority(1));
        });
}
