// SPDX-License-Identifier: MIT
#include "mote/supervised/recursive_least_squares.hpp"

#include <limits>

#include "mote/core/random.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/support/catch.hpp"

using mote::RecursiveLeastSquares;
using mote::Status;

// Worked by hand: one sample gives the constant, two the line through them; the third, (2, 8), makes it the
// least squares line of (0, 1), (1, 3), (2, 8), which is 0.5 + 3.5 x.
constexpr RecursiveLeastSquares<double, 1> taught(std::size_t samples) {
    constexpr std::array<std::array<double, 2>, 3> points{{{0, 1}, {1, 3}, {2, 8}}};
    RecursiveLeastSquares<double, 1> model;
    for (std::size_t i = 0; i < samples; ++i) model.update(std::array{points[i][0]}, points[i][1]);
    return model;
}

TEST_CASE("RecursiveLeastSquares: worked example") {
    STATIC_REQUIRE(taught(1).predict(std::array{5.0}) == 1);
    CHECK(taught(2).predict(std::array{5.0}) == Approx(11).epsilon(1e-14));
    CHECK(taught(3).intercept() == Approx(0.5).epsilon(1e-14));
    CHECK(taught(3).coefficients()[0] == Approx(3.5).epsilon(1e-14));
}

TEST_CASE("RecursiveLeastSquares: one weighted least-squares problem, as numpy solves it") {
    const mote::testing::StandardisedDiabetes<double> diabetes;
    RecursiveLeastSquares<double, 10> model(0.99);
    for (std::size_t n = 0; n < diabetes.rows.size(); ++n) {
        REQUIRE(model.update(diabetes.rows[n], diabetes.targets[n]) == Status::ok);
    }
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(model.coefficients()[i] == Approx(reference::diabetes_forgetting[i]).epsilon(1e-9));
    }
    CHECK(model.intercept() == Approx(reference::diabetes_forgetting[10]).epsilon(1e-9));

    const mote::testing::StandardisedDiabetes<float> rounded;
    RecursiveLeastSquares<float, 10> single(0.99f);
    for (std::size_t n = 0; n < rounded.rows.size(); ++n) single.update(rounded.rows[n], rounded.targets[n]);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(static_cast<double>(single.coefficients()[i]) ==
              Approx(reference::diabetes_forgetting[i]).margin(0.05));
    }
}

TEST_CASE("RecursiveLeastSquares: merging two devices is as if one had seen all") {
    const mote::testing::StandardisedDiabetes<double> diabetes;
    RecursiveLeastSquares<double, 10> left, right, both;
    for (std::size_t n = 0; n < diabetes.rows.size(); ++n) {
        (n % 3 == 0 ? left : right).update(diabetes.rows[n], diabetes.targets[n]);
        both.update(diabetes.rows[n], diabetes.targets[n]);
    }
    REQUIRE(left.merge(right) == Status::ok);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(left.coefficients()[i] == Approx(both.coefficients()[i]).epsilon(1e-9));
    }
    CHECK(left.intercept() == Approx(both.intercept()).epsilon(1e-12));
    const auto before = both.coefficients()[3];
    REQUIRE(both.merge(RecursiveLeastSquares<double, 10>{}) == Status::ok);
    CHECK(both.coefficients()[3] == before);
}

TEST_CASE("RecursiveLeastSquares: follows a line that turns") {
    RecursiveLeastSquares<float, 1> forgetful(0.95f), faithful;
    mote::Random random(4);
    for (int i = 0; i < 400; ++i) {
        const std::array<float, 1> x{random.uniform<float>()};
        const float y = i < 200 ? x[0] : 3 - x[0];
        forgetful.update(x, y);
        faithful.update(x, y);
    }
    CHECK(forgetful.coefficients()[0] == Approx(-1).margin(0.01));  // what came before weighs 0.95^200 = 4e-5
    CHECK(faithful.coefficients()[0] == Approx(0).margin(0.2));     // half of each
}

TEST_CASE("RecursiveLeastSquares: features that add nothing have coefficient 0") {
    RecursiveLeastSquares<double, 3> model;  // the second is constant, the third twice the first
    for (const double x : {1.0, 2.0, 4.0, 5.0, 7.0}) model.update(std::array{x, 7.0, 2 * x}, 1 + 4 * x);
    CHECK(model.coefficients()[1] == 0);
    CHECK(model.coefficients()[2] == 0);
    CHECK(model.predict(std::array{3.0, 7.0, 6.0}) == Approx(13).epsilon(1e-12));
    RecursiveLeastSquares<double, 3> equal;
    for (const double y : {6.0, 8.0}) equal.update(std::array{3.0, 4.0, 5.0}, y);
    CHECK(equal.predict(std::array{0.0, 0.0, 0.0}) == Approx(7).epsilon(1e-14));
}

TEST_CASE("RecursiveLeastSquares: bad input changes nothing") {
    auto model = taught(3);
    const auto before = mote::testing::bytes_of(model);
    constexpr double huge = std::numeric_limits<double>::max();
    REQUIRE(model.update(std::array{huge}, 1) == Status::ok);  // it fits, and says nothing else any more
    model = taught(3);
    REQUIRE(model.update(std::array{1.0}, std::numeric_limits<double>::infinity()) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(model) == before);
    for (const double factor : {0.0, -1.0, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
        RecursiveLeastSquares<double, 1> bad(factor);
        REQUIRE(bad.update(std::array{1.0}, 1) == Status::bad_parameter);
    }
}

TEST_CASE("RecursiveLeastSquares: keeps the promises of a regressor") {
    mote::testing::check_regressor<RecursiveLeastSquares<float, 3>>();
    mote::testing::check_regressor<RecursiveLeastSquares<double, 1>>();
    STATIC_REQUIRE(sizeof(RecursiveLeastSquares<float, 10>) == 4 * (77 + 12));
}
