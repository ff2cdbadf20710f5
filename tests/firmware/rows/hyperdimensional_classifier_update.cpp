// SPDX-License-Identifier: MIT
// board: no soft float
// One update of hypervectors of 1,024 bits, 5 features in q15 and 3 classes.
#include "mote/supervised/hyperdimensional_classifier.hpp"

#include "mote/core/fixed.hpp"
#include "tests/firmware/classifier_row.hpp"

constinit mote::HyperdimensionalClassifier<mote::q15, 5, 3> model;

constexpr std::array<mote::q15, 5> draw(mote::Random& random, std::size_t label) {
    std::array<mote::q15, 5> row{};
    for (mote::q15& value : row) {
        const auto noise = static_cast<std::int32_t>(random.below(20'000)) - 10'000;
        value = mote::q15::saturate(noise + 3'000 * static_cast<std::int32_t>(label));
    }
    return row;
}

int main() {
    return mote::firmware::report_update<model, std::array<mote::q15, 5>, 3>(
        "hyperdimensional_classifier_update", /*macs=*/0, draw);
}
