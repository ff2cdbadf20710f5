// SPDX-License-Identifier: MIT
// One prediction by 20 boosted stumps that have learnt on the board from 200 rows of 8 features, of which
// three count.
#include "mote/supervised/ada_boost.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace {

using Model = mote::AdaBoost<float, 8, 2, mote::AdaBoostConfig{.rounds = 20}>;
using Row = std::array<float, 8>;

constinit std::array<Row, 200> rows{};
constinit std::array<std::uint8_t, 200> labels{};
constinit Model::Trainer<200> trainer;
constinit Model model;
constinit std::array<std::uint8_t, 64> answers{};

void draw(std::uint64_t seed) {
    mote::Random random(seed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& value : rows[i]) value = random.uniform<float>();
        labels[i] = rows[i][2] + rows[i][5] + rows[i][0] > 1.5f ? 1 : 0;
    }
}

int count_right() {
    int right = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) right += model.predict(rows[i]) == labels[i] ? 1 : 0;
    return right;
}

}  // namespace

int main() {
    draw(1);
    if (model.fit({rows, labels}, trainer) != mote::Status::ok) return 1;
    draw(2);
    if (count_right() < 170) return 1;
    return mote::firmware::report(
        "ada_boost", /*macs=*/0, [] { answers[0] = model.predict(mote::firmware::opaque(rows[0])); },
        [] {
            for (std::size_t i = 1; i < answers.size(); ++i) answers[i] = model.predict(rows[i]);
            return mote::firmware::checksum(answers);
        });
}
