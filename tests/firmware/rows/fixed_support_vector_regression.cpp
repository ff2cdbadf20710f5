// SPDX-License-Identifier: MIT
// board: no soft float
// One estimate by support vector regression in integers, 4 features, learnt by the compiler from the rows of
// the row support_vector_regression.
#include "mote/supervised/fixed_kernel_svm.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using mote::q15;
using Row = std::array<float, 4>;
constexpr float unit = 1, target_unit = 4;

constexpr Row draw(mote::Random& random) {
    Row row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f;
    return row;
}

constexpr auto in_units(const Row& row) {
    std::array<q15, 4> result{};
    for (std::size_t i = 0; i < row.size(); ++i) result[i] = q15(row[i] / unit);
    return result;
}

constexpr mote::FixedSupportVectorRegression<4, 45> model = [] {
    using Learner = mote::SupportVectorRegression<float, 4, 45>;
    std::array<Row, 45> rows{};
    std::array<float, 45> targets{};
    mote::Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = draw(random);
        targets[i] = 4 * rows[i][0] * rows[i][0] - 2 * rows[i][1];
    }
    Learner learner({.C = 10, .epsilon = 0.125f});
    Learner::Trainer<45> trainer{};
    mote::FixedSupportVectorRegression<4, 45> fixed;
    if (learner.fit({rows, targets}, trainer) == mote::Status::ok) {
        static_cast<void>(fixed.assign(learner, unit, target_unit));
    }
    return fixed;
}();

constexpr std::array<std::array<q15, 4>, 32> unseen = [] {
    std::array<std::array<q15, 4>, 32> result{};
    mote::Random random(2);
    for (auto& row : result) row = in_units(draw(random));
    return result;
}();

constinit std::array<q15, 4> input = in_units({0.2f, -0.1f, 0.4f, -0.3f});
constinit q15 estimate{};
constinit std::array<std::int16_t, 32> estimates{};

int main() {
    static_assert(model.count() == 23);
    return mote::firmware::report(
        "fixed_support_vector_regression", /*macs=*/23 * 5,
        [] { estimate = model.predict(mote::firmware::opaque(input)); },
        [] {
            for (std::size_t i = 0; i < unseen.size(); ++i) estimates[i] = model.predict(unseen[i]).raw;
            return mote::firmware::checksum(estimates);
        });
}
