// SPDX-License-Identifier: MIT
// board: m0 large
// One prediction by a compact forest of 100 trees of depth 6, 8 features and 2 classes. The forest learns
// from noisy labels first, so that most trees use all their depth; that it answers as its source is checked
// on the way.
#include "mote/supervised/compact_forest.hpp"

#include "mote/core/random.hpp"
#include "mote/supervised/random_forest.hpp"
#include "tests/firmware/row.hpp"

namespace {

using Forest = mote::RandomForest<float, 8, 2, mote::ForestConfig{.trees = 100, .depth = 6}>;
using Row = std::array<float, 8>;

constinit std::array<Row, 300> rows{};
constinit std::array<std::uint8_t, 300> labels{};
constinit Forest::Trainer<300> trainer;
constinit Forest forest;
constinit mote::CompactForest<
    Forest, mote::CompactSize{.node_bytes = 16'000, .thresholds = 2'400, .slots = 16, .leaves = 256}>
    model;
constinit std::array<std::uint8_t, 64> answers{};

void draw(std::uint64_t seed) {
    mote::Random random(seed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& value : rows[i]) value = random.uniform<float>();
        const bool rule = rows[i][2] > 0.6f ? rows[i][5] > 0.3f : rows[i][0] > 0.8f;
        labels[i] = rule != (random.below(5) == 0);
    }
}

}  // namespace

int main() {
    draw(1);
    if (forest.fit({rows, labels}, trainer) != mote::Status::ok) return 1;
    if (model.assign(forest) != mote::Status::ok) return 1;
    draw(2);
    return mote::firmware::report(
        "compact_forest", /*macs=*/0, [] { answers[0] = model.predict(mote::firmware::opaque(rows[0])); },
        [] {
            for (std::size_t i = 0; i < answers.size(); ++i) {
                const bool same = model.votes(rows[i]) == forest.votes(rows[i]);
                answers[i] = same ? model.predict(rows[i]) : std::uint8_t{255};
            }
            return mote::firmware::checksum(answers);
        });
}
