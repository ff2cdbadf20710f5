// SPDX-License-Identifier: MIT
#include "mote/supervised/quadratic_discriminant.hpp"

#include <cmath>
#include <limits>

#include "tests/contracts/classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::QuadraticDiscriminant;
using mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;
using mote::testing::standardised;

using Line = std::array<std::array<double, 1>, 4>;
constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1};
using Rows = std::array<std::array<double, 2>, 4>;
constexpr Rows flat{{{-3, 7}, {-1, 7}, {1, 7}, {3, 7}}};
constexpr Rows far{{{1e200, 0}, {-1e200, 1}, {1, 1}, {2, 3}}};

// Worked by hand: class 0 is -1, 1 (mean 0, variance 2), class 1 is 1, 5 (mean 3, variance 8). At x the
// scores are log(1/2) - log(2) / 2 - x^2 / 4 and log(1/2) - log(8) / 2 - (x - 3)^2 / 16.
TEST_CASE("QuadraticDiscriminant: worked example") {
    const Line points{{{-1}, {1}, {1}, {5}}};
    QuadraticDiscriminant<double, 1, 2> model(0);
    REQUIRE(model.fit({points, labels}) == Status::ok);
    const auto scores = model.decision_function(std::array{2.0});
    CHECK(scores[0] == Approx(std::log(0.5) - std::log(2) / 2 - 1).epsilon(1e-13));
    CHECK(scores[1] == Approx(std::log(0.5) - std::log(8) / 2 - 1.0 / 16).epsilon(1e-13));
    CHECK(model.predict(std::array{2.0}) == 1);
    CHECK(model.predict(std::array{-9.0}) == 1);  // far away on either side is the wide class's
    CHECK(model.predict(std::array{0.0}) == 0);
    CHECK(model.mean(1)[0] == 3);
}

TEST_CASE("QuadraticDiscriminant: scikit-learn's scores") {
    const auto iris = standardised<double, 4>("iris");
    QuadraticDiscriminant<double, 4, 3> model;
    REQUIRE(model.fit(iris.train()) == Status::ok);
    for (std::size_t n = 0; n < 3; ++n) {
        const auto scores = model.decision_function(iris.held_out_rows[n]);
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(scores[k] == Approx(reference::iris_qda_scores[n][k]).epsilon(1e-9));
        }
    }
    const auto cancer = standardised<double, 30>("breast_cancer");
    QuadraticDiscriminant<double, 30, 2> large;
    REQUIRE(large.fit(cancer.train()) == Status::ok);
    for (std::size_t n = 0; n < 3; ++n) {  // of two classes scikit-learn gives the log odds
        const auto scores = large.decision_function(cancer.held_out_rows[n]);
        CHECK(scores[1] - scores[0] == Approx(reference::breast_cancer_qda_scores[n]).epsilon(1e-9));
    }
    CHECK(right_answers(model, iris.test()) == reference::iris_qda_right);
    CHECK(right_answers(large, cancer.test()) == reference::breast_cancer_qda_right);
    const auto digits = standardised<float, 64>("digits");
    static QuadraticDiscriminant<float, 64, 10> single;
    REQUIRE(single.fit(digits.train()) == Status::ok);
    CHECK(as_good_as(right_answers(single, digits.test()), reference::digits_qda_right, 360));
}

TEST_CASE("QuadraticDiscriminant: edges") {
    const Rows equal{{{1, 2}, {1, 2}, {1, 2}, {1, 2}}};
    const std::array<std::uint8_t, 4> zeros{0, 0, 0, 0};
    QuadraticDiscriminant<double, 2, 2> model, unshrunk(0), bad(-0.5);
    REQUIRE(model.fit({flat, labels}) == Status::ok);
    CHECK(model.predict(std::array{-2.0, 7.0}) == 0);
    CHECK(model.predict(std::array{2.0, 7.0}) == 1);
    CHECK(unshrunk.fit({flat, labels}) == Status::not_converged);
    CHECK(model.fit({flat, zeros}) == Status::missing_class);
    CHECK(model.fit({far, labels}) == Status::not_finite);
    CHECK(model.predict(std::array{2.0, 7.0}) == 1);
    CHECK(model.fit({equal, labels}) == Status::ok);
    CHECK(model.predict(std::array{std::numeric_limits<double>::quiet_NaN(), 0.0}) == 0);
    CHECK(bad.fit({flat, labels}) == Status::bad_parameter);
}

TEST_CASE("QuadraticDiscriminant: keeps the promises of a classifier") {
    mote::testing::check_classifier<QuadraticDiscriminant<double, 2, 2>>();
    STATIC_REQUIRE(sizeof(QuadraticDiscriminant<float, 4, 3>) == 4 * (3 * 15 + 1));
}
