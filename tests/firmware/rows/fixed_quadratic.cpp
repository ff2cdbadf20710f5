// SPDX-License-Identifier: MIT
// board: no soft float
// One prediction by a quadratic discriminant in integers, 30 features and 2 classes, learnt by the compiler
// from the rows of the row quadratic_discriminant.
#include "mote/supervised/fixed_quadratic.hpp"

#include "tests/firmware/classifier_row.hpp"

using mote::q15;

constexpr auto in_units(const mote::firmware::ClassifierRow& row) {
    std::array<q15, 30> result{};
    for (std::size_t i = 0; i < row.size(); ++i) result[i] = q15(row[i]);
    return result;
}

constexpr mote::FixedQuadraticDiscriminant<30, 2> model = [] {
    std::array<mote::firmware::ClassifierRow, 64> rows{};
    std::array<std::uint8_t, 64> labels{};
    mote::Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = mote::firmware::draw_row(random, i % 2);
        labels[i] = i % 2;
    }
    mote::QuadraticDiscriminant<float, 30, 2> learner;
    mote::FixedQuadraticDiscriminant<30, 2> fixed;
    if (learner.fit({rows, labels}) == mote::Status::ok) static_cast<void>(fixed.assign(learner));
    return fixed;
}();

constexpr std::array<std::array<q15, 30>, 32> unseen = [] {
    std::array<std::array<q15, 30>, 32> result{};
    const auto rows = mote::firmware::unseen_rows();
    for (std::size_t i = 0; i < rows.size(); ++i) result[i] = in_units(rows[i]);
    return result;
}();

constinit std::array<q15, 30> input = unseen[0];
constinit std::array<std::uint8_t, 32> labels{};

int main() {
    return mote::firmware::report(
        "fixed_quadratic", /*macs=*/2 * 495, [] { labels[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 1; i < labels.size(); ++i) labels[i] = model.predict(unseen[i]);
            return mote::firmware::checksum(labels);
        });
}
