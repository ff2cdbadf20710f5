// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#if __has_include(<Eigen/Core>)

#define EIGEN_NO_MALLOC
#include <limits>

#include "mote/evaluate/cross_validate.hpp"
#include "mote/evaluate/scorers.hpp"
#include "mote/supervised/linear_regression.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/simple_reference.hpp"
#include "tests/support/csv.hpp"

using mote::Dataset;
using mote::LinearRegression;
using mote::Status;

template <class T, std::size_t Features>
struct mote::testing::Recipe<LinearRegression<T, Features>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;  // Eigen
    static constexpr LinearRegression<T, Features> fresh() { return LinearRegression<T, Features>{}; }
};

namespace {

using Limits = std::numeric_limits<double>;

/// Rows of diabetes, every fifth held out as in simple_reference.py; features are multiplied by `unit`.
template <class T>
struct Diabetes {
    std::vector<std::array<T, 10>> rows, held_out_rows;
    std::vector<T> targets, held_out_targets;

    explicit Diabetes(T unit = 1) {
        std::size_t number = 0;
        for (const auto& line : mote::testing::read_csv<double, 11>("diabetes")) {
            const bool held_out = number++ % 5 == 0;
            auto& row = (held_out ? held_out_rows : rows).emplace_back();
            for (std::size_t i = 0; i < 10; ++i) row[i] = unit * static_cast<T>(line[i]);
            (held_out ? held_out_targets : targets).push_back(static_cast<T>(line[10]));
        }
    }
    [[nodiscard]] Dataset<T, 10, T> train() const { return {rows, targets}; }
    [[nodiscard]] Dataset<T, 10, T> test() const { return {held_out_rows, held_out_targets}; }
};

template <std::size_t Features, std::size_t Rows>
auto fitted(const std::array<std::array<double, Features>, Rows>& rows, const std::array<double, Rows>& y,
            double alpha = 0) {
    LinearRegression<double, Features> model(alpha);
    REQUIRE(model.fit({rows, y}) == Status::ok);
    return model;
}

}  // namespace

// Worked by hand: x is -1, 0, 1 and y is 3 + 2 x. Ordinary least squares finds the line; with a penalty of 2
// the slope is 4 / (2 + 2) = 1, while the intercept, not penalised, stays 3.
TEST_CASE("LinearRegression: worked example") {
    const std::array<std::array<double, 1>, 3> rows{{{-1}, {0}, {1}}};
    const auto line = fitted(rows, {1, 3, 5});
    REQUIRE(line.coefficients()[0] == Approx(2).epsilon(1e-15));
    REQUIRE(line.intercept() == Approx(3).epsilon(1e-15));
    REQUIRE(line.predict(std::array{10.0}) == Approx(23).epsilon(1e-15));
    const auto ridge = fitted(rows, {1, 3, 5}, 2);
    REQUIRE(ridge.coefficients()[0] == Approx(1).epsilon(1e-15));
    REQUIRE(ridge.intercept() == Approx(3).epsilon(1e-15));

    static constexpr auto set = [] {
        LinearRegression<double, 2> model;
        model.set(std::array{2.0, -1.0}, 3);
        return model;
    }();
    STATIC_REQUIRE(set.predict(std::array{4.0, 5.0}) == 6);
}

TEST_CASE("LinearRegression: scikit-learn's coefficients and score on diabetes") {
    const Diabetes<double> diabetes;
    LinearRegression<double, 10> ordinary;
    LinearRegression<double, 10> ridge(10);
    REQUIRE(ordinary.fit(diabetes.train()) == Status::ok);
    REQUIRE(ridge.fit(diabetes.train()) == Status::ok);
    for (std::size_t i = 0; i < 10; ++i) {
        REQUIRE(ordinary.coefficients()[i] == Approx(reference::ordinary_coefficients[i]).epsilon(1e-9));
        REQUIRE(ridge.coefficients()[i] == Approx(reference::ridge_coefficients[i]).epsilon(1e-9));
    }
    REQUIRE(ordinary.intercept() == Approx(reference::ordinary_intercept).epsilon(1e-9));
    REQUIRE(ridge.intercept() == Approx(reference::ridge_intercept).epsilon(1e-9));
    REQUIRE(mote::R2{}(ordinary, diabetes.test()) == Approx(reference::ordinary_r2).epsilon(1e-9));
    REQUIRE(mote::R2{}(ridge, diabetes.test()) == Approx(reference::ridge_r2).epsilon(1e-9));

    const Diabetes<float> rounded;
    LinearRegression<float, 10> single;
    REQUIRE(single.fit(rounded.train()) == Status::ok);
    REQUIRE(static_cast<double>(mote::R2{}(single, rounded.test())) ==
            Approx(reference::ordinary_r2).margin(1e-3));
}

TEST_CASE("LinearRegression: scikit-learn's cross-validated scores on diabetes") {
    std::vector<std::array<double, 10>> rows;
    std::vector<double> targets;
    for (const auto& line : mote::testing::read_csv<double, 11>("diabetes")) {
        std::copy_n(line.begin(), 10, rows.emplace_back().begin());
        targets.push_back(line[10]);
    }
    static mote::SplitBuffer<double, 10, 442, double> buffer;
    const auto result =
        mote::cross_validate(LinearRegression<double, 10>{}, Dataset<double, 10, double>{rows, targets},
                             mote::KFold<5>(442), mote::R2{}, buffer);
    REQUIRE(result.status == Status::ok);
    for (std::size_t i = 0; i < 5; ++i) {
        REQUIRE(result.scores[i] == Approx(reference::ordinary_cross_validated_r2[i]).epsilon(1e-9));
    }
}

TEST_CASE("LinearRegression: ordinary least squares does not care for units") {
    const Diabetes<double> plain, tiny(1e-6);
    LinearRegression<double, 10> a, b;
    REQUIRE(a.fit(plain.train()) == Status::ok);
    REQUIRE(b.fit(tiny.train()) == Status::ok);
    for (std::size_t i = 0; i < 10; ++i) {
        REQUIRE(b.coefficients()[i] == Approx(1e6 * a.coefficients()[i]).epsilon(1e-9));
    }
}

TEST_CASE("LinearRegression: features that add nothing have coefficient 0") {
    // The second feature is constant, the third twice the first: y = 1 + 4 x is all in one of the two.
    const std::array<std::array<double, 3>, 4> rows{{{1, 7, 2}, {2, 7, 4}, {4, 7, 8}, {5, 7, 10}}};
    const auto model = fitted(rows, {5, 9, 17, 21});
    REQUIRE(model.coefficients()[1] == 0);
    REQUIRE((model.coefficients()[0] == 0) != (model.coefficients()[2] == 0));
    REQUIRE(model.coefficients()[0] + 2 * model.coefficients()[2] == Approx(4).epsilon(1e-13));
    REQUIRE(model.predict(std::array{3.0, 7.0, 6.0}) == Approx(13).epsilon(1e-13));

    // With a penalty they share: each is as large as its scale, and scikit-learn's Ridge finds the same.
    const auto ridge = fitted(rows, {5, 9, 17, 21}, 1);
    REQUIRE(ridge.coefficients()[2] == Approx(2 * ridge.coefficients()[0]).epsilon(1e-12));
    REQUIRE(ridge.coefficients()[1] == 0);
    REQUIRE(ridge.coefficients()[0] == Approx(40.0 / 51).epsilon(1e-12));  // 10 * 4 / (10 + 40 + 1)
}

TEST_CASE("LinearRegression: one row, equal rows and fewer rows than features") {
    const auto one = fitted<2, 1>({{{3, 4}}}, {7});
    REQUIRE(one.coefficients()[0] == 0);
    REQUIRE(one.predict(std::array{9.0, 9.0}) == 7);
    const auto equal = fitted<2, 2>({{{3, 4}, {3, 4}}}, {6, 8});
    REQUIRE(equal.predict(std::array{0.0, 0.0}) == 7);
    const auto few = fitted<3, 2>({{{1, 2, 3}, {3, 1, 2}}}, {4, 8});
    REQUIRE(few.predict(std::array{1.0, 2.0, 3.0}) == Approx(4).epsilon(1e-13));
    REQUIRE(few.predict(std::array{3.0, 1.0, 2.0}) == Approx(8).epsilon(1e-13));
}

TEST_CASE("LinearRegression: bad input changes nothing") {
    const std::array<std::array<double, 1>, 2> rows{{{0}, {1}}};
    const std::array<double, 2> targets{0, 1};
    for (const double alpha : {-1.0, Limits::quiet_NaN(), Limits::infinity()}) {
        LinearRegression<double, 1> model(alpha);
        REQUIRE(model.fit({rows, targets}) == Status::bad_parameter);
    }
    auto model = fitted(rows, targets);
    const std::array<std::array<double, 1>, 2> far{{{-1e200}, {1e200}}};  // their squares are not finite
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.fit({far, targets}) == Status::diverged);
    REQUIRE(mote::testing::bytes_of(model) == before);
    model.reset();
    REQUIRE(model.predict(std::array{5.0}) == 0);
}

TEST_CASE("LinearRegression: keeps the promises of a regressor") {
    mote::testing::check_regressor<LinearRegression<float, 3>>();
    STATIC_REQUIRE(sizeof(LinearRegression<float, 10>) == 4 * 12);
}

#endif
