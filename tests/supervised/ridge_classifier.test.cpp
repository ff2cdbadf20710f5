// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#if __has_include(<Eigen/Core>)

#define EIGEN_NO_MALLOC
#include "mote/supervised/ridge_classifier.hpp"

#include "mote/supervised/normal_equations.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"

using mote::RidgeClassifier;
using mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;
using mote::testing::standardised;
using mote::testing::worst_gap;

template <>
struct mote::testing::Recipe<RidgeClassifier<double, 2, 2>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;  // Eigen
    static constexpr RidgeClassifier<double, 2, 2> fresh() { return RidgeClassifier<double, 2, 2>{}; }
};

using Line = std::array<std::array<double, 1>, 4>;
constexpr Line rows{{{-3}, {-1}, {1}, {3}}};
constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1};
using Rows = std::array<std::array<double, 2>, 4>;
constexpr Rows flat{{{-3, 7}, {-1, 7}, {1, 7}, {3, 7}}};
constexpr Rows far{{{1e200, 0}, {-1e200, 1}, {1, 1}, {2, 3}}};

// Worked by hand: sides -1, -1, 1, 1 over x = -3, -1, 1, 3: the slope is 8 / (20 + alpha).
TEST_CASE("RidgeClassifier: worked example") {
    RidgeClassifier<double, 1, 2> model(20);
    REQUIRE(model.fit({rows, labels}) == Status::ok);
    CHECK(model.planes().weights(0)[0] == Approx(0.2).epsilon(1e-14));
    CHECK(model.planes().intercept(0) == Approx(0).margin(1e-15));
    CHECK(model.predict(std::array{0.1}) == 1);
    CHECK(model.predict(std::array{-0.1}) == 0);
}

TEST_CASE("RidgeClassifier: scikit-learn's coefficients and score") {
    const auto iris = standardised<double, 4>("iris");
    RidgeClassifier<double, 4, 3> small;
    REQUIRE(small.fit(iris.train()) == Status::ok);
    CHECK(worst_gap(small.planes(), reference::iris_ridge_coefficients, reference::iris_ridge_intercepts) <
          1e-9);
    CHECK(right_answers(small, iris.test()) == reference::iris_ridge_right);
    const auto cancer = standardised<double, 30>("breast_cancer");
    RidgeClassifier<double, 30, 2> large;
    REQUIRE(large.fit(cancer.train()) == Status::ok);
    CHECK(worst_gap(large.planes(), reference::breast_cancer_ridge_coefficients,
                    reference::breast_cancer_ridge_intercepts) < 1e-9);
    CHECK(right_answers(large, cancer.test()) == reference::breast_cancer_ridge_right);
    const auto digits = standardised<float, 64>("digits");
    RidgeClassifier<float, 64, 10> single;
    REQUIRE(single.fit(digits.train()) == Status::ok);
    CHECK(as_good_as(right_answers(single, digits.test()), reference::digits_ridge_right, 360));
}

TEST_CASE("RidgeClassifier: edges") {
    RidgeClassifier<double, 2, 2> model(0), negative(-1);
    REQUIRE(model.fit({flat, labels}) == Status::ok);
    CHECK(model.planes().weights(0)[1] == 0);  // constant
    CHECK(model.predict(std::array{-2.0, 7.0}) == 0);
    CHECK(model.predict(std::array{2.0, 7.0}) == 1);
    CHECK(model.fit({far, labels}) == Status::diverged);
    CHECK(model.predict(std::array{2.0, 7.0}) == 1);
    CHECK(negative.fit({flat, labels}) == Status::bad_parameter);
}

TEST_CASE("RidgeClassifier: keeps the promises of a classifier") {
    mote::testing::check_classifier<RidgeClassifier<double, 2, 2>>();
    STATIC_REQUIRE(sizeof(RidgeClassifier<float, 30, 2>) == 4 * 32);
}

#endif
