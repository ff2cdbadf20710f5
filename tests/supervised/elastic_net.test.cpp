// SPDX-License-Identifier: MIT
#include "mote/supervised/elastic_net.hpp"

#include <limits>

#include "mote/evaluate/scorers.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/support/catch.hpp"

using mote::ElasticNet;
using mote::Lasso;
using mote::Status;
using mote::testing::StandardisedDiabetes;

// Worked by hand: x is -1, 0, 1 and y is 3 + 2 x, so the variance of x is 2 / 3 and its covariance with y 4
// / 3. Magnitudes by 1 / 3: (4/3 - 1/3) / (2/3) = 1.5; with squares by 1 / 3 as well: 1 / (2/3 + 1/3) = 1.
constexpr double slope(mote::ElasticNetConfig<double> config) {
    const std::array<std::array<double, 1>, 3> rows{{{-1}, {0}, {1}}};
    const std::array<double, 3> y{1, 3, 5};
    ElasticNet<double, 1> model(config);
    return model.fit({rows, y}) == Status::ok ? model.coefficients()[0] : -1;
}

TEST_CASE("ElasticNet: worked example") {
    STATIC_REQUIRE(slope({.alpha = 2, .l1_ratio = 1}) == 0);
    CHECK(slope({.alpha = 1.0 / 3, .l1_ratio = 1}) == Approx(1.5).epsilon(1e-14));
    CHECK(slope({.alpha = 2.0 / 3, .l1_ratio = 0.5}) == Approx(1).epsilon(1e-14));
    CHECK(slope({.alpha = 0}) == Approx(2).epsilon(1e-14));
    Lasso<double, 1> lasso(1.0 / 3);
    const std::array<std::array<double, 1>, 3> rows{{{-1}, {0}, {1}}};
    const std::array<double, 3> y{1, 3, 5};
    REQUIRE(lasso.fit({rows, y}) == Status::ok);
    CHECK(lasso.predict(std::array{2.0}) == Approx(6).epsilon(1e-14));
}

TEST_CASE("ElasticNet: scikit-learn's coefficients and score on diabetes") {
    const StandardisedDiabetes<double> diabetes;
    Lasso<double, 10> lasso({.alpha = 2, .tolerance = 1e-10, .iterations = 10'000});
    ElasticNet<double, 10> net({.alpha = 0.2, .l1_ratio = 0.3, .tolerance = 1e-10, .iterations = 10'000});
    REQUIRE(lasso.fit(diabetes.train()) == Status::ok);
    REQUIRE(net.fit(diabetes.train()) == Status::ok);
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < 10; ++i) {
        const double expected = reference::diabetes_lasso_coefficients[i];
        CHECK(lasso.coefficients()[i] == Approx(expected).margin(1e-5));
        CHECK((lasso.coefficients()[i] == 0) == (expected == 0));
        zeros += expected == 0;
        CHECK(net.coefficients()[i] == Approx(reference::diabetes_elastic_net_coefficients[i]).margin(1e-5));
    }
    CHECK(zeros > 0);
    CHECK(lasso.intercept() == Approx(reference::diabetes_lasso_intercept).epsilon(1e-9));
    CHECK(mote::R2{}(lasso, diabetes.test()) == Approx(reference::diabetes_lasso_r2).epsilon(1e-6));
    CHECK(mote::R2{}(net, diabetes.test()) == Approx(reference::diabetes_elastic_net_r2).epsilon(1e-6));

    const StandardisedDiabetes<float> rounded;
    Lasso<float, 10> single(2);
    REQUIRE(single.fit(rounded.train()) == Status::ok);
    CHECK(static_cast<double>(mote::R2{}(single, rounded.test())) ==
          Approx(reference::diabetes_lasso_r2).margin(1e-3));
}

TEST_CASE("ElasticNet: edges") {
    const std::array<std::array<double, 2>, 4> rows{{{1, 7}, {2, 7}, {4, 7}, {5, 7}}};
    const std::array<double, 4> y{5, 9, 17, 21}, equal{4, 4, 4, 4};
    ElasticNet<double, 2> model({.alpha = 0, .tolerance = 1e-12});
    REQUIRE(model.fit({rows, y}) == Status::ok);
    CHECK(model.coefficients()[0] == Approx(4).epsilon(1e-12));
    CHECK(model.coefficients()[1] == 0);  // constant
    REQUIRE(model.fit({rows, equal}) == Status::ok);
    CHECK(model.predict(std::array{9.0, 9.0}) == 4);
    REQUIRE(model.fit(mote::Dataset<double, 2, double>{rows, y}.subset(0, 1)) == Status::ok);  // one row
    CHECK(model.predict(std::array{9.0, 9.0}) == 5);
    const auto before = mote::testing::bytes_of(model);
    const std::array<std::array<double, 2>, 4> far{{{1e200, 0}, {-1e200, 0}, {1, 1}, {2, 3}}};
    REQUIRE(model.fit({far, y}) == Status::diverged);
    REQUIRE(mote::testing::bytes_of(model) == before);
    for (const auto& [alpha, ratio] : {std::pair{-1.0, 0.5}, {1.0, 1.5}, {1.0, -0.5}, {std::nan(""), 0.5}}) {
        ElasticNet<double, 2> bad({.alpha = alpha, .l1_ratio = ratio});
        REQUIRE(bad.fit({rows, y}) == Status::bad_parameter);
    }
    ElasticNet<double, 2> hurried({.alpha = 0, .iterations = 0});
    REQUIRE(hurried.fit({rows, y}) == Status::not_converged);
}

TEST_CASE("ElasticNet: keeps the promises of a regressor") {
    mote::testing::check_regressor<ElasticNet<float, 3>>();
    mote::testing::check_regressor<Lasso<double, 2>>();
    STATIC_REQUIRE(sizeof(ElasticNet<float, 10>) == 4 * 15);
}
