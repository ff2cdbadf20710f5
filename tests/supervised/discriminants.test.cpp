// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#if __has_include(<Eigen/Core>)

#define EIGEN_NO_MALLOC
#include <cmath>
#include <limits>

#include "mote/supervised/linear_discriminant.hpp"
#include "mote/supervised/normal_equations.hpp"
#include "mote/supervised/quadratic_discriminant.hpp"
#include "mote/supervised/ridge_classifier.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"

using mote::LinearDiscriminant;
using mote::QuadraticDiscriminant;
using mote::RidgeClassifier;
using mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;
using mote::testing::standardised;
using mote::testing::worst_gap;

template <class M>
requires(std::same_as<M, RidgeClassifier<float, 3, 4>> || std::same_as<M, LinearDiscriminant<double, 2, 2>> ||
         std::same_as<M, LinearDiscriminant<float, 3, 4>> ||
         std::same_as<M, QuadraticDiscriminant<float, 3, 2>>) struct mote::testing::Recipe<M> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;  // Eigen
    static constexpr M fresh() { return M{}; }
};

using Line = std::array<std::array<double, 1>, 4>;
constexpr Line rows{{{-3}, {-1}, {1}, {3}}};
constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1};

// Worked by hand: sides -1, -1, 1, 1 over x = -3, -1, 1, 3: the slope is 8 / (20 + alpha).
TEST_CASE("RidgeClassifier: worked example") {
    RidgeClassifier<double, 1, 2> model(20);
    REQUIRE(model.fit({rows, labels}) == Status::ok);
    CHECK(model.planes().weights(0)[0] == Approx(0.2).epsilon(1e-14));
    CHECK(model.planes().intercept(0) == Approx(0).margin(1e-15));
    CHECK(model.predict(std::array{0.1}) == 1);
    CHECK(model.predict(std::array{-0.1}) == 0);
}

// Worked by hand: means -2 and 2, variance 1 within either, so the log odds at x are 4 x.
TEST_CASE("LinearDiscriminant: worked example") {
    LinearDiscriminant<double, 1, 2> model;
    REQUIRE(model.fit({rows, labels}) == Status::ok);
    CHECK(model.decision_function(std::array{0.5})[0] == Approx(2).epsilon(1e-14));
    CHECK(model.predict_proba(std::array{0.5})[1] == Approx(1 / (1 + std::exp(-2.0))).epsilon(1e-13));
    LinearDiscriminant<double, 1, 2> shrunk(1);  // of one feature, shrinking changes nothing
    REQUIRE(shrunk.fit({rows, labels}) == Status::ok);
    CHECK(shrunk.decision_function(std::array{0.5})[0] == Approx(2).epsilon(1e-14));
}

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

TEST_CASE("RidgeClassifier, LinearDiscriminant: scikit-learn's coefficients") {
    const auto iris = standardised<double, 4>("iris");
    RidgeClassifier<double, 4, 3> ridge;
    LinearDiscriminant<double, 4, 3> linear(0.1);
    REQUIRE(ridge.fit(iris.train()) == Status::ok);
    REQUIRE(linear.fit(iris.train()) == Status::ok);
    CHECK(worst_gap(ridge.planes(), reference::iris_ridge_coefficients, reference::iris_ridge_intercepts) <
          1e-9);
    CHECK(worst_gap(linear.planes(), reference::iris_lda_coefficients, reference::iris_lda_intercepts) <
          1e-9);
    const auto cancer = standardised<double, 30>("breast_cancer");
    RidgeClassifier<double, 30, 2> other;
    LinearDiscriminant<double, 30, 2> discriminant(0.1);
    REQUIRE(other.fit(cancer.train()) == Status::ok);
    REQUIRE(discriminant.fit(cancer.train()) == Status::ok);
    CHECK(worst_gap(other.planes(), reference::breast_cancer_ridge_coefficients,
                    reference::breast_cancer_ridge_intercepts) < 1e-9);
    CHECK(worst_gap(discriminant.planes(), reference::breast_cancer_lda_coefficients,
                    reference::breast_cancer_lda_intercepts) < 1e-9);
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
}

namespace {

template <std::size_t Features, std::size_t Classes>
std::array<int, 3> scores_of(const char* name) {
    const auto split = standardised<float, Features>(name);
    RidgeClassifier<float, Features, Classes> ridge;
    LinearDiscriminant<float, Features, Classes> linear(0.1f);
    static QuadraticDiscriminant<float, Features, Classes> quadratic;
    REQUIRE(ridge.fit(split.train()) == Status::ok);
    REQUIRE(linear.fit(split.train()) == Status::ok);
    REQUIRE(quadratic.fit(split.train()) == Status::ok);
    return {right_answers(ridge, split.test()), right_answers(linear, split.test()),
            right_answers(quadratic, split.test())};
}

void compare(const std::array<int, 3>& right, const std::array<int, 3>& expected, std::size_t count) {
    for (std::size_t k = 0; k < 3; ++k) CHECK(as_good_as(right[k], expected[k], count));
}

}  // namespace

TEST_CASE("RidgeClassifier and the discriminants: in float as good as scikit-learn") {
    compare(scores_of<4, 3>("iris"),
            {reference::iris_ridge_right, reference::iris_lda_right, reference::iris_qda_right}, 30);
    compare(scores_of<13, 3>("wine"),
            {reference::wine_ridge_right, reference::wine_lda_right, reference::wine_qda_right}, 36);
    compare(scores_of<30, 2>("breast_cancer"),
            {reference::breast_cancer_ridge_right, reference::breast_cancer_lda_right,
             reference::breast_cancer_qda_right},
            114);
    compare(scores_of<64, 10>("digits"),
            {reference::digits_ridge_right, reference::digits_lda_right, reference::digits_qda_right}, 360);
}

TEST_CASE("RidgeClassifier and the discriminants: edges") {
    using Rows = std::array<std::array<double, 2>, 4>;
    const Rows flat{{{-3, 7}, {-1, 7}, {1, 7}, {3, 7}}}, equal{{{1, 2}, {1, 2}, {1, 2}, {1, 2}}};
    const Rows far{{{1e200, 0}, {-1e200, 1}, {1, 1}, {2, 3}}};
    const std::array<std::uint8_t, 4> zeros{0, 0, 0, 0};
    RidgeClassifier<double, 2, 2> ridge(0);
    LinearDiscriminant<double, 2, 2> linear;
    QuadraticDiscriminant<double, 2, 2> quadratic, unshrunk(0);
    REQUIRE(ridge.fit({flat, labels}) == Status::ok);
    REQUIRE(linear.fit({flat, labels}) == Status::ok);
    REQUIRE(quadratic.fit({flat, labels}) == Status::ok);
    CHECK(ridge.planes().weights(0)[1] == 0);  // constant
    CHECK(linear.planes().weights(0)[1] == 0);
    for (const double x : {-2.0, 2.0}) {
        const std::array<double, 2> sample{x, 7};
        CHECK(ridge.predict(sample) == (x > 0));
        CHECK(linear.predict(sample) == (x > 0));
        CHECK(quadratic.predict(sample) == (x > 0));
    }
    CHECK(unshrunk.fit({flat, labels}) == Status::not_converged);
    CHECK(linear.fit({flat, zeros}) == Status::missing_class);
    CHECK(quadratic.fit({flat, zeros}) == Status::missing_class);
    CHECK(ridge.fit({far, labels}) == Status::diverged);
    CHECK(linear.fit({far, labels}) == Status::diverged);
    CHECK(quadratic.fit({far, labels}) == Status::not_finite);
    CHECK(quadratic.fit({equal, labels}) == Status::ok);
    CHECK(linear.fit({equal, labels}) == Status::ok);
    CHECK(linear.predict_proba(std::array{1.0, 2.0})[0] == 0.5);
    const std::array<double, 2> nowhere{std::numeric_limits<double>::quiet_NaN(), 0};
    CHECK(quadratic.predict(nowhere) == 0);
    LinearDiscriminant<double, 2, 2> bad(1.5);
    QuadraticDiscriminant<double, 2, 2> worse(-0.5);
    RidgeClassifier<double, 2, 2> negative(-1);
    CHECK(bad.fit({flat, labels}) == Status::bad_parameter);
    CHECK(worse.fit({flat, labels}) == Status::bad_parameter);
    CHECK(negative.fit({flat, labels}) == Status::bad_parameter);
}

TEST_CASE("RidgeClassifier and the discriminants: keep the promises of a classifier") {
    mote::testing::check_classifier<RidgeClassifier<float, 3, 4>>();
    mote::testing::check_classifier<LinearDiscriminant<float, 3, 4>>();
    mote::testing::check_classifier<LinearDiscriminant<double, 2, 2>>();
    mote::testing::check_classifier<QuadraticDiscriminant<float, 3, 2>>();
    STATIC_REQUIRE(sizeof(RidgeClassifier<float, 30, 2>) == 4 * 32);
    STATIC_REQUIRE(sizeof(LinearDiscriminant<float, 30, 2>) == 4 * 32);
    STATIC_REQUIRE(sizeof(QuadraticDiscriminant<float, 4, 3>) == 4 * (3 * 15 + 1));
}

#endif
