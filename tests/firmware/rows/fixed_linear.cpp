// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction by a linear classifier of 30 features and 2 classes in integers. The board trains it itself.
#include "mote/supervised/fixed_linear.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using mote::q15;
using Model = mote::FixedLinearClassifier<30, 2>;
using Row = std::array<q15, 30>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (q15& value : row) {
        const auto noise = static_cast<std::int32_t>(random.below(20'000)) - 10'000;
        value = q15::saturate(noise + 3'000 * static_cast<std::int32_t>(label));
    }
    return row;
}

constinit Model model;
constinit Row input{};
constinit std::array<std::uint8_t, 64> labels{};

int main() {
    mote::Random random(1);
    for (std::size_t i = 0; i < 256; ++i) model.update(draw(random, i % 2), i % 2);
    input = draw(random, 1);
    return mote::firmware::report(
        "fixed_linear", /*macs=*/30, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            mote::Random unseen(2);
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(draw(unseen, i % 2));
            return mote::firmware::checksum(labels);
        });
}
