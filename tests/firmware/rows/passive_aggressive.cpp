// SPDX-License-Identifier: MIT
// One update of a passive-aggressive classifier of 30 features and 2 classes by a sample that it has wrong.
#include "mote/supervised/passive_aggressive.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::PassiveAggressive<float, 30, 2>;
using Row = std::array<float, 30>;

constexpr Row draw(mote::Random& random, std::size_t label) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f + 0.2f * static_cast<float>(label);
    return row;
}

constexpr std::array<Row, 32> samples() {
    std::array<Row, 32> rows{};
    mote::Random random(2);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = draw(random, i % 2);
    return rows;
}

constinit Model model;
constexpr auto rows = samples();
constinit Row input = rows[1];
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    return mote::firmware::report(
        "passive_aggressive", /*macs=*/90, [] { model.update(mote::firmware::opaque(input), 1); },
        [] {
            for (std::size_t i = 0; i < rows.size(); ++i) {
                labels[i] = model.predict(rows[i]);
                model.update(rows[i], i % 2);
            }
            return mote::firmware::checksum(labels);
        });
}
