// SPDX-License-Identifier: MIT
// board: m0 large
// One prediction by a regression forest of 10 trees that has learnt on the board from 200 rows of 8 features.
// Most of a target follows a rule of three features; the rest is noise.
#include "mote/supervised/regression_forest.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace {

using Model = mote::RegressionForest<float, 8, mote::ForestConfig{.trees = 10, .depth = 6}>;
using Row = std::array<float, 8>;

constinit std::array<Row, 200> rows{};
constinit std::array<float, 200> targets{};
constinit Model::Trainer<200> trainer;
constinit Model model;
constinit std::array<std::uint8_t, 64> answers{};

void draw(std::uint64_t seed) {
    mote::Random random(seed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& value : rows[i]) value = random.uniform<float>();
        targets[i] = (rows[i][2] > 0.6f ? 2 * rows[i][5] : rows[i][0]) + random.uniform<float>() / 8;
    }
}

std::uint8_t is_high(const Row& row) {
    return model.predict(row) > 0.75f ? 1 : 0;
}

}  // namespace

int main() {
    draw(1);
    if (model.fit({rows, targets}, trainer) != mote::Status::ok) return 1;
    if (model.out_of_bag_score({rows, targets}, trainer) < 0.7f) return 1;
    draw(2);
    return mote::firmware::report(
        "regression_forest", /*macs=*/0, [] { answers[0] = is_high(mote::firmware::opaque(rows[0])); },
        [] {
            for (std::size_t i = 1; i < answers.size(); ++i) answers[i] = is_high(rows[i]);
            return mote::firmware::checksum(answers);
        });
}
