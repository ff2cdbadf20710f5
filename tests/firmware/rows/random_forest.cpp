// SPDX-License-Identifier: MIT
// board: m0 large
// One prediction by a random forest of 10 trees that has learnt on the board from 400 rows of 8 features.
// Rows, trainer and forest together take less than 64 KB of RAM. Most labels follow a rule that a tree needs
// three questions for.
#include "mote/supervised/random_forest.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace {

using Model = mote::RandomForest<float, 8, 2, mote::ForestConfig{.trees = 10, .depth = 6}>;
using Row = std::array<float, 8>;

constinit std::array<Row, 400> rows{};
constinit std::array<std::uint8_t, 400> labels{};
constinit Model::Trainer<400> trainer;
constinit Model model;
constinit std::array<std::uint8_t, 64> answers{};

static_assert(sizeof rows + sizeof labels + sizeof trainer + sizeof model + sizeof answers < 64 * 1024);

void draw(std::uint64_t seed) {
    mote::Random random(seed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& value : rows[i]) value = random.uniform<float>();
        const bool rule = rows[i][2] > 0.6f ? rows[i][5] > 0.3f : rows[i][0] > 0.8f;
        labels[i] = rule != (random.below(20) == 0);
    }
}

}  // namespace

int main() {
    draw(1);
    if (model.fit({rows, labels}, trainer) != mote::Status::ok) return 1;
    if (model.out_of_bag_score({rows, labels}, trainer) < 0.85f) return 1;
    draw(2);
    return mote::firmware::report(
        "random_forest", /*macs=*/0, [] { answers[0] = model.predict(mote::firmware::opaque(rows[0])); },
        [] {
            for (std::size_t i = 1; i < answers.size(); ++i) answers[i] = model.predict(rows[i]);
            return mote::firmware::checksum(answers);
        });
}
