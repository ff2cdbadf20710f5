// SPDX-License-Identifier: MIT
// board: m0 large
// One prediction by 10 boosted trees of 31 leaves on 8 features, learnt on the board from 400 rows. Nine of
// ten labels follow a rule that a tree needs three questions for.
#include "mote/supervised/gradient_boosting.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace {

using Model =
    mote::GradientBoosting<float, 8, 2,
                           mote::BoostingConfig{.rounds = 10, .leaves = 31, .depth = 12, .bins = 32}>;
using Row = std::array<float, 8>;

constinit std::array<Row, 400> rows{};
constinit std::array<std::uint8_t, 400> labels{};
constinit Model::Trainer<400> trainer;
constinit Model model;
constinit std::array<std::uint8_t, 64> answers{};

void draw(std::uint64_t seed) {
    mote::Random random(seed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& value : rows[i]) value = random.uniform<float>();
        const bool rule = rows[i][2] > 0.6f ? rows[i][5] > 0.3f : rows[i][0] > 0.8f;
        labels[i] = rule != (random.below(10) == 0);
    }
}

}  // namespace

int main() {
    draw(1);
    if (model.fit({rows, labels}, trainer, {.min_samples_leaf = 4}) != mote::Status::ok) return 1;
    draw(2);
    return mote::firmware::report(
        "gradient_boosting", /*macs=*/0, [] { answers[0] = model.predict(mote::firmware::opaque(rows[0])); },
        [] {
            for (std::size_t i = 1; i < answers.size(); ++i) answers[i] = model.predict(rows[i]);
            return mote::firmware::checksum(answers);
        });
}
