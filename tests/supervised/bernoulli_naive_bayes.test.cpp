// SPDX-License-Identifier: MIT
#include "mote/supervised/bernoulli_naive_bayes.hpp"

#include <cmath>

#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::BernoulliNaiveBayes;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::standardised;

// Worked by hand: of three samples of class 0 two are above, of one of class 1 none. Smoothed by one, a
// sample above has P(above | 0) = 3 / 5 and P(above | 1) = 1 / 3, so the odds are 3/4 * 3/5 to 1/4 * 1/3, 27
// to 5.
constexpr BernoulliNaiveBayes<double, 1, 2> worked() {
    BernoulliNaiveBayes<double, 1, 2> model(0.5);
    for (double value : {1.0, 2.0, 0.0}) model.update(std::array{value}, 0);
    model.update(std::array{0.5}, 1);  // at the threshold is not above
    return model;
}

TEST_CASE("BernoulliNaiveBayes: worked example") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.predict(std::array{0.7}) == 0);
    CHECK(model.predict_proba(std::array{0.7})[0] == Approx(27.0 / 32).epsilon(1e-12));
    CHECK(model.predict_joint_log_proba(std::array{9.0})[1] == Approx(std::log(1.0 / 12)).epsilon(1e-12));
    CHECK(model.predict_proba(std::array{0.5})[0] == Approx(9.0 / 14).epsilon(1e-12));  // 3/4 2/5 to 1/4 2/3
}

TEST_CASE("BernoulliNaiveBayes: scikit-learn's log probabilities and score") {
    const auto wine = standardised<double, 13>("wine");
    BernoulliNaiveBayes<double, 13, 3> model;
    REQUIRE(model.fit(wine.train()) == Status::ok);
    for (std::size_t n = 0; n < 3; ++n) {
        const auto joint = model.predict_joint_log_proba(wine.held_out_rows[n]);
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(joint[k] == Approx(reference::wine_bernoulli_joint[n][k]).epsilon(1e-12));
        }
    }
    CHECK(right_answers(model, wine.test()) == reference::wine_bernoulli_right);
    const auto digits = standardised<float, 64>("digits");
    BernoulliNaiveBayes<float, 64, 10> figures;
    REQUIRE(figures.fit(digits.train()) == Status::ok);
    CHECK(right_answers(figures, digits.test()) == reference::digits_bernoulli_right);
}

TEST_CASE("BernoulliNaiveBayes: merging is exact, to the bit") {
    const auto wine = standardised<float, 13>("wine");
    BernoulliNaiveBayes<float, 13, 3> batch, left, right;
    REQUIRE(batch.fit(wine.train()) == Status::ok);
    for (std::size_t n = 0; n < wine.rows.size(); ++n) {
        (n % 3 == 0 ? left : right).update(wine.rows[n], wine.labels[n]);
    }
    REQUIRE(left.merge(right) == Status::ok);
    for (const auto& x : wine.held_out_rows) {
        CHECK(left.predict_joint_log_proba(x) == batch.predict_joint_log_proba(x));
    }
}

TEST_CASE("BernoulliNaiveBayes: edges") {
    using Row = std::array<float, 1>;
    BernoulliNaiveBayes<float, 1, 3> model;
    CHECK(model.predict(Row{5}) == 0);
    CHECK(model.predict_proba(Row{5})[1] == Approx(1.0 / 3));
    REQUIRE(model.update(Row{1}, 1) == Status::ok);
    CHECK(model.predict(Row{-100}) == 1);  // the only class seen
    const std::array<Row, 2> rows{Row{0}, Row{1}};
    const std::array<std::uint8_t, 2> labels{0, 0};
    REQUIRE(model.fit({rows, labels}) == Status::missing_class);
    CHECK(model.count(1) == 1);
}

TEST_CASE("BernoulliNaiveBayes: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<BernoulliNaiveBayes<float, 3, 4>>();
    mote::testing::check_mergeable<BernoulliNaiveBayes<double, 4, 3>>();
    STATIC_REQUIRE(sizeof(BernoulliNaiveBayes<float, 30, 2>) == 4 * (2 * 60 + 4 + 2));
}
