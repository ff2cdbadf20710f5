// SPDX-License-Identifier: MIT
#include "mote/supervised/gaussian_process_regression.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "tests/contracts/regressor.hpp"
#include "tests/supervised/gaussian_process_config.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/support/catch.hpp"

using mote::GaussianProcessKernel, mote::GaussianProcessRegression, mote::Status;

namespace {

// Worked by hand: one row with target 5 around a mean of 1; amplitude 3 and noise 1, so that three quarters
// of the gap are believed. One length scale away the correlation is e^-1/2.
constexpr auto one_row(double x) {
    GaussianProcessRegression<double, 1, 2> model(
        {.mean = 1, .amplitude = 3, .length_scales = {2}, .noise = 1});
    static_cast<void>(model.update(std::array{4.0}, 5));
    return model.predict_with_variance(std::array{x});
}

}  // namespace

TEST_CASE("GaussianProcessRegression: worked by hand") {
    STATIC_REQUIRE(one_row(4).mean == 4);
    STATIC_REQUIRE(one_row(4).variance == 0.75);
    REQUIRE(one_row(6).mean == Approx(1 + 3 * std::exp(-0.5)).epsilon(1e-15));
    REQUIRE(one_row(6).variance == Approx(3 - 2.25 * std::exp(-1)).epsilon(1e-15));
    REQUIRE(one_row(1e9).mean == 1);  // far away it knows what it knew before
    REQUIRE(one_row(1e9).variance == 3);
    // Twice the same row: half the noise.
    GaussianProcessRegression<double, 1, 2> model({.amplitude = 3, .noise = 1});
    const std::array<std::array<double, 1>, 2> rows{{{2}, {2}}};
    const std::array<double, 2> targets{6, 8};
    REQUIRE(model.fit({rows, targets}) == Status::ok);
    REQUIRE(model.predict(rows[0]) == Approx(7 * 3 / 3.5).epsilon(1e-14));
    REQUIRE(model.predict_with_variance(rows[0]).variance == Approx(3 - 9 / 3.5).epsilon(1e-14));
    // Targets (6, 8) of a normal distribution with variances 4 and covariance 3: determinant 7.
    const double exponent = (4 * 36 + 4 * 64 - 2 * 3 * 48) / 7.0;
    REQUIRE(model.log_marginal_likelihood() ==
            Approx(-exponent / 2 - std::log(7) / 2 - std::log(2 * std::acos(-1.0))).epsilon(1e-14));
}

namespace {

template <class T, GaussianProcessKernel kernel>
auto fitted(const mote::testing::StandardisedDiabetes<T>& diabetes) {
    auto model = std::make_unique<GaussianProcessRegression<T, 10, 353, kernel>>(
        mote::testing::config_of_reference<T>());
    REQUIRE(model->fit(diabetes.train()) == Status::ok);
    return model;
}

template <class Model, class T>
double error_of(const Model& model, const mote::testing::StandardisedDiabetes<T>& diabetes) {
    double squares = 0;
    for (std::size_t i = 0; i < diabetes.held_out_rows.size(); ++i) {
        const auto estimate = static_cast<double>(model.predict(diabetes.held_out_rows[i]));
        squares += std::pow(estimate - static_cast<double>(diabetes.held_out_targets[i]), 2);
    }
    return std::sqrt(squares / static_cast<double>(diabetes.held_out_rows.size()));
}

struct Expected {
    double likelihood, rmse;
    std::array<double, 12> estimates, deviations;
};

template <GaussianProcessKernel kernel>
void check_against_scikit_learn(const Expected& expected) {
    const mote::testing::StandardisedDiabetes<double> diabetes;
    const auto model = fitted<double, kernel>(diabetes);
    CHECK(model->log_marginal_likelihood() == Approx(expected.likelihood).epsilon(1e-11));
    CHECK(error_of(*model, diabetes) == Approx(expected.rmse).epsilon(1e-10));
    for (std::size_t i = 0; i < 12; ++i) {
        const auto estimate = model->predict_with_variance(diabetes.held_out_rows[i]);
        CHECK(estimate.mean == Approx(expected.estimates[i]).epsilon(1e-10));
        CHECK(std::sqrt(estimate.variance) == Approx(expected.deviations[i]).epsilon(1e-9));
        CHECK(model->predict(diabetes.held_out_rows[i]) == Approx(estimate.mean).epsilon(1e-12));
    }
}

}  // namespace

TEST_CASE("GaussianProcessRegression: scikit-learn's estimates, deviations and likelihoods on diabetes") {
    using namespace reference;
    using enum GaussianProcessKernel;
    check_against_scikit_learn<rbf>({rbf_likelihood, rbf_rmse, rbf_estimates, rbf_deviations});
    check_against_scikit_learn<matern32>(
        {matern32_likelihood, matern32_rmse, matern32_estimates, matern32_deviations});
    check_against_scikit_learn<matern52>(
        {matern52_likelihood, matern52_rmse, matern52_estimates, matern52_deviations});
}

TEST_CASE("GaussianProcessRegression: float errs no more") {
    const mote::testing::StandardisedDiabetes<float> diabetes;
    const auto model = fitted<float, GaussianProcessKernel::rbf>(diabetes);
    CHECK(error_of(*model, diabetes) == Approx(reference::rbf_rmse).epsilon(1e-4));
    CHECK(model->log_marginal_likelihood() == Approx(reference::rbf_likelihood).epsilon(1e-5));
}

TEST_CASE("GaussianProcessRegression: row by row as all at once, and as many rows as fit") {
    using Model = GaussianProcessRegression<float, 2, 20>;
    mote::Random random(3);
    std::array<std::array<float, 2>, 40> rows{};
    std::array<float, 40> targets{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = {random.normal<float>(), random.normal<float>()};
        targets[i] = rows[i][0] * rows[i][1];
    }
    Model all, online, thin({.thin_out = true}), second;
    REQUIRE(all.fit({std::span(rows).first(20), std::span(targets).first(20)}) == Status::ok);
    for (std::size_t i = 0; i < 20; ++i) REQUIRE(online.update(rows[i], targets[i]) == Status::ok);
    REQUIRE(all.count() == online.count());
    for (const auto& row : rows) REQUIRE(all.predict(row) == Approx(online.predict(row)).epsilon(1e-4));
    const auto before = mote::testing::bytes_of(all);
    REQUIRE(online.update(rows[20], targets[20]) == Status::capacity_full);
    REQUIRE(all.fit({rows, targets}) == Status::capacity_full);
    REQUIRE(mote::testing::bytes_of(all) == before);
    REQUIRE(thin.fit({rows, targets}) == Status::ok);  // every second row
    for (std::size_t i = 0; i < 40; i += 2) REQUIRE(second.update(rows[i], targets[i]) == Status::ok);
    REQUIRE(thin.count() == 20);
    REQUIRE(thin.predict(rows[1]) == Approx(second.predict(rows[1])).epsilon(1e-4));
}

TEST_CASE("GaussianProcessRegression: edges") {
    using Model = GaussianProcessRegression<float, 2, 4>;
    using Row = std::array<float, 2>;
    const std::array<Row, 3> same{Row{1, 5}, Row{1, 5}, Row{1, 5}};
    const std::array<float, 3> targets{-9, 0, 9};
    // Far less noise than rounding can tell: rows that repeat do not break it.
    Model model({.noise = 1e-30f});
    REQUIRE(model.fit({same, targets}) == Status::ok);
    REQUIRE(std::isfinite(model.predict(same[0])));
    REQUIRE(model.predict_with_variance(same[0]).variance == 0);
    REQUIRE(Model({.noise = 0}).fit({same, targets}) == Status::bad_parameter);
    REQUIRE(Model({.amplitude = -1}).fit({same, targets}) == Status::bad_parameter);
    REQUIRE(Model({.length_scales = {1, 0}}).update(same[0], 1) == Status::bad_parameter);
    model = Model({.length_scales = {1e-30f, 1}});
    REQUIRE(model.update(Row{3e38f, 0}, 1) == Status::diverged);
    REQUIRE(model.update(Row{0, 0}, 3e38f) == Status::diverged);
    REQUIRE(model.count() == 0);
    REQUIRE(model.update(Row{0, 0}, 3) == Status::ok);  // one row
    REQUIRE(model.predict(Row{0, 0}) == Approx(3 / 1.01));
    REQUIRE(model.predict(Row{1, 0}) == 0);
    model.reset();
    REQUIRE(model.predict(Row{0, 0}) == 0);
}

TEST_CASE("GaussianProcessRegression: keeps the promises of a regressor") {
    mote::testing::check_regressor<GaussianProcessRegression<float, 3, 24>>();
    STATIC_REQUIRE(sizeof(GaussianProcessRegression<float, 10, 100>) == 4 * (100 * 12 + 5050 + 1 + 13 + 1));
}
