// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#if __has_include(<Eigen/Core>)

#define EIGEN_NO_MALLOC
#include "mote/supervised/linear_discriminant.hpp"

#include <cmath>

#include "tests/contracts/classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"

using mote::LinearDiscriminant;
using mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;
using mote::testing::standardised;
using mote::testing::worst_gap;

template <>
struct mote::testing::Recipe<LinearDiscriminant<double, 2, 2>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;  // Eigen
    static constexpr LinearDiscriminant<double, 2, 2> fresh() { return LinearDiscriminant<double, 2, 2>{}; }
};

using Line = std::array<std::array<double, 1>, 4>;
constexpr Line rows{{{-3}, {-1}, {1}, {3}}};
constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1};
using Rows = std::array<std::array<double, 2>, 4>;
constexpr Rows flat{{{-3, 7}, {-1, 7}, {1, 7}, {3, 7}}};
constexpr Rows far{{{1e200, 0}, {-1e200, 1}, {1, 1}, {2, 3}}};

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

TEST_CASE("LinearDiscriminant: scikit-learn's coefficients and score") {
    const auto iris = standardised<double, 4>("iris");
    LinearDiscriminant<double, 4, 3> small(0.1);
    REQUIRE(small.fit(iris.train()) == Status::ok);
    CHECK(worst_gap(small.planes(), reference::iris_lda_coefficients, reference::iris_lda_intercepts) < 1e-9);
    CHECK(right_answers(small, iris.test()) == reference::iris_lda_right);
    const auto cancer = standardised<double, 30>("breast_cancer");
    LinearDiscriminant<double, 30, 2> large(0.1);
    REQUIRE(large.fit(cancer.train()) == Status::ok);
    CHECK(worst_gap(large.planes(), reference::breast_cancer_lda_coefficients,
                    reference::breast_cancer_lda_intercepts) < 1e-9);
    CHECK(right_answers(large, cancer.test()) == reference::breast_cancer_lda_right);
    const auto digits = standardised<float, 64>("digits");
    LinearDiscriminant<float, 64, 10> single(0.1f);
    REQUIRE(single.fit(digits.train()) == Status::ok);
    CHECK(as_good_as(right_answers(single, digits.test()), reference::digits_lda_right, 360));
}

TEST_CASE("LinearDiscriminant: edges") {
    const Rows equal{{{1, 2}, {1, 2}, {1, 2}, {1, 2}}};
    const std::array<std::uint8_t, 4> zeros{0, 0, 0, 0};
    LinearDiscriminant<double, 2, 2> model, bad(1.5);
    REQUIRE(model.fit({flat, labels}) == Status::ok);
    CHECK(model.planes().weights(0)[1] == 0);  // constant
    CHECK(model.predict(std::array{-2.0, 7.0}) == 0);
    CHECK(model.predict(std::array{2.0, 7.0}) == 1);
    CHECK(model.fit({flat, zeros}) == Status::missing_class);
    CHECK(model.fit({far, labels}) == Status::diverged);
    CHECK(model.predict(std::array{2.0, 7.0}) == 1);
    CHECK(model.fit({equal, labels}) == Status::ok);
    CHECK(model.predict_proba(std::array{1.0, 2.0})[0] == 0.5);
    CHECK(bad.fit({flat, labels}) == Status::bad_parameter);
}

TEST_CASE("LinearDiscriminant: keeps the promises of a classifier") {
    mote::testing::check_classifier<LinearDiscriminant<double, 2, 2>>();
    STATIC_REQUIRE(sizeof(LinearDiscriminant<float, 30, 2>) == 4 * 32);
}

#endif
