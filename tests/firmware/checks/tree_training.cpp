// SPDX-License-Identifier: MIT
// A decision tree learns on the device: rows, trainer and model together in the 16 KB of a Cortex-M0.
#include "mote/core/random.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "tests/firmware/check.hpp"

namespace {

using Model = mote::DecisionTree<float, 8, 2, mote::TreeConfig{.depth = 5}>;
using Row = std::array<float, 8>;

constinit std::array<Row, 200> rows{};
constinit std::array<std::uint8_t, 200> labels{};
constinit Model::Trainer<200> trainer;
constinit Model model;

/// Two classes that a tree of three questions tells apart.
void draw(std::uint64_t seed) {
    mote::Random random(seed);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& value : rows[i]) value = random.uniform<float>();
        labels[i] = rows[i][2] > 0.6f ? rows[i][5] > 0.3f : rows[i][0] > 0.8f;
    }
}

std::size_t right_answers() {
    std::size_t right = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) right += model.predict(rows[i]) == labels[i];
    return right;
}

}  // namespace

int main() {
    mote::firmware::Checks checks;
    draw(1);
    checks.expect(model.fit({rows, labels}, trainer) == mote::Status::ok, "learns from 200 rows");
    checks.expect(right_answers() == rows.size(), "knows all it has seen");
    draw(2);
    checks.expect(right_answers() >= 190, "knows 95 % of what it has not seen");
    static_assert(sizeof rows + sizeof labels + sizeof trainer + sizeof model < 12 * 1024);
    return checks.result();
}
