// SPDX-License-Identifier: MIT
#include "mote/supervised/fixed_categorical.hpp"

#include <memory>

#include "tests/contracts/battery.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::CategoricalNaiveBayes, mote::FixedCategoricalNaiveBayes, mote::Status;
using Row = std::array<std::uint8_t, 1>;

namespace {

// Worked by hand: class 0 shows categories 0, 0, 2, class 1 shows 1, nobody is of class 2. Smoothed by one,
// the odds of class 0 are 6 to 1 at category 0, 3/4 * 1/6 to 1/4 * 2/4, which is 1 to 1, at category 1, and 3
// to 1 without any.
constexpr auto worked(int more_of_one) {
    CategoricalNaiveBayes<double, 1, 3, 3> model;
    for (const Row& x : {Row{0}, Row{0}, Row{2}}) model.update(x, 0);
    for (int i = 0; i < more_of_one; ++i) model.update(Row{1}, 1);
    FixedCategoricalNaiveBayes<1, 3, 3> fixed;
    static_cast<void>(fixed.assign(model));
    return fixed;
}

}  // namespace

TEST_CASE("FixedCategoricalNaiveBayes: worked by hand") {
    static constexpr auto once = worked(1), twice = worked(2);
    STATIC_REQUIRE(once.predict(Row{0}) == 0);
    STATIC_REQUIRE(once.predict(Row{2}) == 0);
    STATIC_REQUIRE(once.predict(Row{9}) == 0);   // out of range: the priors
    STATIC_REQUIRE(twice.predict(Row{1}) == 1);  // 3/5 * 1/6 to 2/5 * 3/5
    STATIC_REQUIRE(twice.predict(Row{0}) == 0);
}

TEST_CASE("FixedCategoricalNaiveBayes: loses less than a point on the digits' shades") {
    const mote::testing::Split<double, 64> digits("digits");
    const auto shades = [](const std::array<double, 64>& row) {
        std::array<std::uint8_t, 64> result{};
        for (std::size_t i = 0; i < 64; ++i) result[i] = static_cast<std::uint8_t>(row[i]);
        return result;
    };
    const auto model = std::make_unique<CategoricalNaiveBayes<float, 64, 17, 10>>();
    const auto fixed = std::make_unique<FixedCategoricalNaiveBayes<64, 17, 10>>();
    REQUIRE(fixed->assign(*model) == Status::not_trained);
    for (std::size_t i = 0; i < digits.rows.size(); ++i) {
        REQUIRE(model->update(shades(digits.rows[i]), digits.labels[i]) == Status::ok);
    }
    REQUIRE(fixed->assign(*model) == Status::ok);
    int right = 0, right_in_integers = 0;
    for (std::size_t i = 0; i < digits.held_out_rows.size(); ++i) {
        const auto x = shades(digits.held_out_rows[i]);
        right += model->predict(x) == digits.held_out_labels[i];
        right_in_integers += fixed->predict(x) == digits.held_out_labels[i];
    }
    INFO(right << " and in integers " << right_in_integers);
    CHECK(right > 300);
    CHECK(std::abs(right - right_in_integers) <= 3);  // of 360
    STATIC_REQUIRE(sizeof(*fixed) == 2 * 10 * 64 * 17 + 4 * 10);
}

TEST_CASE("FixedCategoricalNaiveBayes: a plain value that forgets") {
    auto model = worked(2);
    STATIC_REQUIRE(mote::Classifier<decltype(model)>);
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.assign(CategoricalNaiveBayes<float, 1, 3, 3>{}) == Status::not_trained);
    REQUIRE(mote::testing::bytes_of(model) == before);
    model.reset();
    REQUIRE(model.predict(Row{1}) == 0);
}
