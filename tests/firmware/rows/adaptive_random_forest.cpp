// SPDX-License-Identifier: MIT
// One update of five trees by a sample of four features, after 600 others of which the last 300 are the
// contrary.
#include "mote/supervised/adaptive_random_forest.hpp"

#include "tests/firmware/row.hpp"

constexpr mote::AdaptiveForestConfig config{.trees = 5, .backgrounds = 1, .leaves = 6};
using Model = mote::AdaptiveRandomForest<float, 4, 2, config, mote::Adwin<float, 10>>;
using Row = std::array<float, 4>;

constinit Model model;
constinit Row input{0.1f, 0.9f, 0.4f, 0.6f};

Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>();
    return row;
}

int main() {
    mote::Random random(1);
    for (int i = 0; i < 600; ++i) {
        const Row row = draw(random);
        model.update(row, (row[0] + row[1] > 0.9f) == (i < 300) ? 1 : 0);
    }
    return mote::firmware::report(
        "adaptive_random_forest", /*macs=*/0, [] { model.update(mote::firmware::opaque(input), 1); },
        [] {
            mote::Random unseen(2);
            std::array<std::uint8_t, 64> labels{};
            for (std::uint8_t& label : labels) label = model.predict(draw(unseen));
            return mote::firmware::checksum(labels);
        });
}
