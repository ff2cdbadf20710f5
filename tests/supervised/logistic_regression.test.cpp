// SPDX-License-Identifier: MIT
#include "mote/supervised/logistic_regression.hpp"

#include <algorithm>
#include <cmath>

#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::LogisticRegression;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::standardised;

// Worked by hand: all parameters 0 give both classes 1/2. One step of rate 0.5 without penalty on x = 2,
// class 1 adds 0.5 * (1 - 1/2) * 2 = 0.5 to its weight and 0.25 to its intercept, and takes as much from the
// other.
constexpr auto one_step() {
    LogisticRegression<double, 1, 2> model({.learning_rate = 0.5, .alpha = 0});
    model.update(std::array{2.0}, 1);
    return model;
}

TEST_CASE("LogisticRegression: worked example") {
    static constexpr auto model = one_step();
    STATIC_REQUIRE(model.coefficients(1)[0] == 0.5);
    STATIC_REQUIRE(model.coefficients(0)[0] == -0.5);
    STATIC_REQUIRE(model.intercept(1) == 0.25);
    STATIC_REQUIRE(model.predict(std::array{1.0}) == 1);
    // At x = 1 the log odds are 2 * (0.5 + 0.25) = 1.5.
    REQUIRE(model.predict_proba(std::array{1.0})[1] == Approx(1 / (1 + std::exp(-1.5))).epsilon(1e-14));
}

// With one binary feature, two classes and hardly a penalty the optimum is known: the log odds at x = 0 and x
// = 1 are those of the counts, here 3 to 1 and 1 to 4.
TEST_CASE("LogisticRegression: fits the log odds of a table of counts") {
    const std::array<std::array<double, 1>, 9> rows{{{0}, {0}, {0}, {0}, {1}, {1}, {1}, {1}, {1}}};
    const std::array<std::uint8_t, 9> labels{1, 1, 1, 0, 1, 0, 0, 0, 0};
    LogisticRegression<double, 1, 2> model({.C = 1e9, .tolerance = 1e-10});
    REQUIRE(model.fit({rows, labels}) == Status::ok);
    REQUIRE(model.predict_proba(std::array{0.0})[1] == Approx(0.75).epsilon(1e-7));
    REQUIRE(model.predict_proba(std::array{1.0})[1] == Approx(0.2).epsilon(1e-7));
}

namespace {

template <class Model, class Coefficients, class Intercepts>
double worst_model_gap(const Model& model, const Coefficients& coefficients, const Intercepts& intercepts) {
    double worst = 0;
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
        const auto label = static_cast<std::uint8_t>(k);
        for (std::size_t i = 0; i < coefficients[k].size(); ++i) {
            const double gap = static_cast<double>(model.coefficients(label)[i]) - coefficients[k][i];
            worst = std::max(worst, std::abs(gap));
        }
        worst = std::max(worst, std::abs(static_cast<double>(model.intercept(label)) - intercepts[k]));
    }
    return worst;
}

}  // namespace

TEST_CASE("LogisticRegression: scikit-learn's coefficients and score") {
    const auto iris = standardised<double, 4>("iris");
    LogisticRegression<double, 4, 3> small;
    REQUIRE(small.fit(iris.train()) == Status::ok);
    REQUIRE(worst_model_gap(small, reference::iris_coefficients, reference::iris_intercepts) < 1e-5);
    REQUIRE(right_answers(small, iris.test()) == reference::iris_logistic_regression_right);

    const auto cancer = standardised<double, 30>("breast_cancer");
    LogisticRegression<double, 30, 2> large;
    REQUIRE(large.fit(cancer.train()) == Status::ok);
    REQUIRE(worst_model_gap(large, reference::breast_cancer_coefficients,
                            reference::breast_cancer_intercepts) < 1e-5);
    REQUIRE(right_answers(large, cancer.test()) == reference::breast_cancer_logistic_regression_right);
}

TEST_CASE("LogisticRegression: float finds the same optimum") {
    const auto cancer = standardised<float, 30>("breast_cancer");
    LogisticRegression<float, 30, 2> model;
    REQUIRE(model.fit(cancer.train()) == Status::ok);
    REQUIRE(worst_model_gap(model, reference::breast_cancer_coefficients,
                            reference::breast_cancer_intercepts) < 1e-3);
    REQUIRE(right_answers(model, cancer.test()) == reference::breast_cancer_logistic_regression_right);
}

TEST_CASE("LogisticRegression: scikit-learn's coefficients where magnitudes are penalised") {
    const auto iris = standardised<double, 4>("iris");
    LogisticRegression<double, 4, 3> small({.C = 0.5, .l1_ratio = 1, .iterations = 20'000});
    REQUIRE(small.fit(iris.train()) == Status::ok);
    CHECK(mote::testing::worst_gap(small.planes(), reference::iris_l1_coefficients,
                                   reference::iris_l1_intercepts) < 1e-4);
    CHECK(right_answers(small, iris.test()) == reference::iris_l1_right);

    const auto cancer = standardised<double, 30>("breast_cancer");
    LogisticRegression<double, 30, 2> large(
        {.C = 0.5, .l1_ratio = 1, .tolerance = 1e-7, .iterations = 20'000});
    REQUIRE(large.fit(cancer.train()) == Status::ok);
    CHECK(right_answers(large, cancer.test()) == reference::breast_cancer_l1_right);
    std::size_t zeros = 0, expected_zeros = 0;
    for (std::size_t i = 0; i < 30; ++i) {
        // Of the two opposite rows that scikit-learn keeps as one, one half of each difference is ours.
        const double expected = reference::breast_cancer_l1_coefficients[0][i];
        CHECK(large.coefficients(1)[i] - large.coefficients(0)[i] == Approx(2 * expected).margin(1e-3));
        zeros += large.coefficients(1)[i] == 0 && large.coefficients(0)[i] == 0;
        expected_zeros += std::abs(expected) < 1e-9;
    }
    CHECK(zeros == expected_zeros);
    CHECK(zeros > 10);
}

TEST_CASE("LogisticRegression: scikit-learn's coefficients with balanced classes") {
    const auto cancer = standardised<double, 30>("breast_cancer");
    const auto weights = mote::balanced_weights<double, 2, std::uint8_t>(cancer.labels);
    LogisticRegression<double, 30, 2> model({.class_weight = weights});
    REQUIRE(model.fit(cancer.train()) == Status::ok);
    for (std::size_t i = 0; i < 30; ++i) {
        CHECK(model.coefficients(1)[i] ==
              Approx(reference::breast_cancer_weighted_coefficients[0][i]).margin(1e-5));
    }
    CHECK(model.intercept(1) == Approx(reference::breast_cancer_weighted_intercepts[0]).margin(1e-5));
    CHECK(right_answers(model, cancer.test()) == reference::breast_cancer_weighted_right);
    const std::array<std::uint8_t, 4> labels{0, 1, 1, 1};
    REQUIRE(mote::balanced_weights<double, 2, std::uint8_t>(labels) == std::array{2.0, 2.0 / 3});
    LogisticRegression<double, 30, 2> bad({.class_weight = {1, -1}}), ratio({.l1_ratio = 2}), none({.C = 0});
    CHECK(bad.fit(cancer.train()) == Status::bad_parameter);
    CHECK(ratio.fit(cancer.train()) == Status::bad_parameter);
    CHECK(none.fit(cancer.train()) == Status::bad_parameter);
}

TEST_CASE("LogisticRegression: a stream teaches as well as the batch") {
    const auto iris = standardised<float, 4>("iris");
    LogisticRegression<float, 4, 3> model;
    mote::Random random(3);
    for (int step = 0; step < 20'000; ++step) {
        const auto row = random.below(static_cast<std::uint32_t>(iris.rows.size()));
        REQUIRE(model.update(iris.rows[row], iris.labels[row]) == Status::ok);
    }
    REQUIRE(right_answers(model, iris.test()) >= reference::iris_logistic_regression_right);
}

TEST_CASE("LogisticRegression: a stronger penalty gives smaller weights, and shifts go into the intercept") {
    const auto iris = standardised<double, 4>("iris");
    auto moved = iris;
    for (auto& row : moved.rows) row[1] += 10;
    LogisticRegression<double, 4, 3> weak({.C = 1}), strong({.C = 0.01}), shifted({.C = 1});
    REQUIRE(weak.fit(iris.train()) == Status::ok);
    REQUIRE(strong.fit(iris.train()) == Status::ok);
    REQUIRE(shifted.fit(moved.train()) == Status::ok);
    for (std::uint8_t k = 0; k < 3; ++k) {
        REQUIRE(std::abs(strong.coefficients(k)[2]) < std::abs(weak.coefficients(k)[2]));
        REQUIRE(shifted.coefficients(k)[1] == Approx(weak.coefficients(k)[1]).epsilon(1e-4));
        REQUIRE(shifted.intercept(k) ==
                Approx(weak.intercept(k) - 10 * weak.coefficients(k)[1]).margin(1e-3));
    }
}

TEST_CASE("LogisticRegression: what cannot be learnt leaves the model as it was") {
    const auto iris = standardised<double, 4>("iris");
    LogisticRegression<double, 4, 3> hurried({.iterations = 2});
    hurried.update(iris.rows[0], iris.labels[0]);
    const auto before = mote::testing::bytes_of(hurried);
    REQUIRE(hurried.fit(iris.train()) == Status::not_converged);
    REQUIRE(mote::testing::bytes_of(hurried) == before);
    LogisticRegression<float, 1, 2> wild({.learning_rate = 1e38f});
    REQUIRE(wild.update(std::array{1e30f}, 1) == Status::diverged);
    REQUIRE(wild.coefficients(1)[0] == 0);
}

TEST_CASE("LogisticRegression: keeps the promises of an online classifier") {
    mote::testing::check_online_classifier<LogisticRegression<float, 3, 4>>();
    mote::testing::check_online_classifier<LogisticRegression<double, 2, 2>>();
    STATIC_REQUIRE(sizeof(LogisticRegression<float, 30, 2>) == 4 * (31 * 2 + 2 + 6));
}
