// SPDX-License-Identifier: MIT
// One update by a sample of four features, after 2,000 others from which the tree has grown.
#include "mote/supervised/hoeffding_tree.hpp"

#include "tests/firmware/row.hpp"

using Model = mote::HoeffdingTree<float, 4, 2, mote::HoeffdingConfig{.leaves = 16, .learners = 8}>;
using Row = std::array<float, 4>;

constinit Model model({.confidence = 0.01f, .grace = 100});
constinit Row input{0.1f, 0.9f, 0.4f, 0.6f};

Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>();
    return row;
}

int main() {
    mote::Random random(1);
    for (int i = 0; i < 2000; ++i) {
        const Row row = draw(random);
        model.update(row, row[0] + row[1] > 0.9f ? 1 : 0);
    }
    return mote::firmware::report(
        "hoeffding_tree", /*macs=*/0, [] { model.update(mote::firmware::opaque(input), 1); },
        [] {
            mote::Random unseen(2);
            std::array<std::uint8_t, 64> labels{};
            for (std::uint8_t& label : labels) label = model.predict(draw(unseen));
            return mote::firmware::checksum(labels);
        });
}
