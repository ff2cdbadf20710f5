// SPDX-License-Identifier: MIT
// One prediction by a linear support vector machine of 30 features and 2 classes, trained at compile time
// into flash.
#include "mote/supervised/linear_svm.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::LinearSvm<float, 30, 2>;
using Row = std::array<float, 30>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f + 0.2f * static_cast<float>(label);
    return row;
}

constexpr Model trained() {
    Model model;
    mote::Random random(1);
    for (std::size_t i = 0; i < 64; ++i) model.update(draw(random, i % 2), i % 2);
    return model;
}

constexpr std::array<Row, 32> samples() {
    std::array<Row, 32> rows{};
    mote::Random random(2);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = draw(random, i % 2);
    return rows;
}

constexpr Model model = trained();
constexpr auto rows = samples();
constinit Row input = rows[0];
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    return mote::firmware::report(
        "linear_svm", /*macs=*/30, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 1; i < rows.size(); ++i) labels[i] = model.predict(rows[i]);
            return mote::firmware::checksum(labels);
        });
}
