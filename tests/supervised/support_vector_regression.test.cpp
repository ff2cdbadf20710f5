// SPDX-License-Identifier: MIT
#include "mote/supervised/support_vector_regression.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "tests/contracts/regressor.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/supervised/svr_reference.hpp"
#include "tests/support/catch.hpp"

using mote::Status, mote::SupportVectorRegression, mote::SvmKernel;

namespace {

// Worked by hand: of the points (-1, -3) and (1, 3) the flattest line within 1 is 2 x; its weights are 1
// either way, so that C = 1/4 leaves a slope of a half.
constexpr double slope_at(double C) {
    using Model = SupportVectorRegression<double, 1, 2, SvmKernel::linear>;
    const std::array<std::array<double, 1>, 2> rows{{{-1}, {1}}};
    const std::array<double, 2> targets{-3, 3};
    Model model({.C = C, .epsilon = 1});
    Model::Trainer<2, 2> trainer{};
    if (model.fit({rows, targets}, trainer) != Status::ok) return -1;
    return model.predict(std::array{3.0}) / 3;
}

}  // namespace

TEST_CASE("SupportVectorRegression: worked by hand") {
    STATIC_REQUIRE(slope_at(100) == 2);
    STATIC_REQUIRE(slope_at(0.25) == 0.5);
    // With gamma = 1 the kernel of rows -1 and 1 is e^-4: the weights +-2 / (1 - e^-4) bring the function to
    // within 1 of both targets, and it is odd.
    using Model = SupportVectorRegression<double, 1, 2>;
    const std::array<std::array<double, 1>, 2> rows{{{-1}, {1}}};
    const std::array<double, 2> targets{-3, 3};
    Model model({.C = 10, .epsilon = 1, .gamma = 1});
    Model::Trainer<2> trainer;
    REQUIRE(model.fit({rows, targets}, trainer) == Status::ok);
    REQUIRE(model.count() == 2);
    REQUIRE(model.predict(rows[0]) == Approx(-2).epsilon(1e-12));
    REQUIRE(model.predict(rows[1]) == Approx(2).epsilon(1e-12));
    const double expected = 2 * (std::exp(-0.25) - std::exp(-2.25)) / (1 - std::exp(-4));
    REQUIRE(model.predict(std::array{0.5}) == Approx(expected).epsilon(1e-12));
}

namespace {

template <class T, SvmKernel kernel>
auto fitted(const mote::testing::StandardisedDiabetes<T>& diabetes,
            mote::SupportVectorRegressionConfig<T> config) {
    using Model = SupportVectorRegression<T, 10, 353, kernel>;
    const auto trainer = std::make_unique<typename Model::template Trainer<353>>();
    auto model = std::make_unique<Model>(config);
    REQUIRE(model->fit(diabetes.train(), *trainer) == Status::ok);
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

template <SvmKernel kernel, class Expected>
void check_against_scikit_learn(double C, double epsilon, int vectors, double error,
                                const Expected& expected) {
    const mote::testing::StandardisedDiabetes<double> diabetes;
    const auto model =
        fitted<double, kernel>(diabetes, {.C = C, .epsilon = epsilon, .coef0 = 1, .tolerance = 1e-6});
    CHECK(int(model->count()) == vectors);
    CHECK(error_of(*model, diabetes) == Approx(error).epsilon(1e-5));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(model->predict(diabetes.held_out_rows[i]) == Approx(expected[i]).epsilon(1e-6));
    }
}

}  // namespace

TEST_CASE("SupportVectorRegression: scikit-learn's estimates on diabetes") {
    check_against_scikit_learn<SvmKernel::rbf>(1, 0.1, reference::diabetes_svr_default_vectors,
                                               reference::diabetes_svr_default_rmse,
                                               reference::diabetes_svr_default_estimates);
    check_against_scikit_learn<SvmKernel::rbf>(100, 20, reference::diabetes_svr_rbf_vectors,
                                               reference::diabetes_svr_rbf_rmse,
                                               reference::diabetes_svr_rbf_estimates);
    check_against_scikit_learn<SvmKernel::polynomial>(1, 10, reference::diabetes_svr_poly_vectors,
                                                      reference::diabetes_svr_poly_rmse,
                                                      reference::diabetes_svr_poly_estimates);
    check_against_scikit_learn<SvmKernel::linear>(1, 10, reference::diabetes_svr_linear_vectors,
                                                  reference::diabetes_svr_linear_rmse,
                                                  reference::diabetes_svr_linear_estimates);
}

TEST_CASE("SupportVectorRegression: float with the default tolerance errs no more") {
    const mote::testing::StandardisedDiabetes<float> diabetes;
    const auto model = fitted<float, SvmKernel::rbf>(diabetes, {.C = 100, .epsilon = 20});
    CHECK(error_of(*model, diabetes) == Approx(reference::diabetes_svr_rbf_rmse).epsilon(1e-3));
}

TEST_CASE("SupportVectorRegression: edges") {
    using Row = std::array<float, 2>;
    using Model = SupportVectorRegression<float, 2, 2>;
    const std::array<Row, 3> rows{Row{1, 5}, Row{2, 5}, Row{1, 6}}, same{Row{1, 5}, Row{1, 5}, Row{1, 5}};
    const std::array<float, 3> flat{4, 4.125f, 3.875f}, steep{-9, 0, 9};
    Model model({.epsilon = 0.25f});
    Model::Trainer<3> trainer;
    REQUIRE(model.predict(rows[0]) == 0);
    REQUIRE(model.fit({rows, flat}, trainer) == Status::ok);  // a constant will do
    REQUIRE(model.count() == 0);
    REQUIRE(model.predict(rows[2]) == 4);
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    REQUIRE(model.fit({rows, std::span(steep).first(2)}, trainer) == Status::size_mismatch);
    REQUIRE(model.fit({rows, std::array{1.0f, 2.0f, std::numeric_limits<float>::infinity()}}, trainer) ==
            Status::not_finite);
    const std::array<Row, 3> bad{Row{1, 5}, Row{std::numeric_limits<float>::quiet_NaN(), 1}, Row{}};
    REQUIRE(model.fit({bad, flat}, trainer) == Status::not_finite);
    Model::Trainer<2> small;
    REQUIRE(model.fit({rows, flat}, small) == Status::capacity_full);
    REQUIRE(mote::testing::bytes_of(model) == before);
    Model none({.C = 0}), negative({.epsilon = -1});
    REQUIRE(none.fit({rows, flat}, trainer) == Status::bad_parameter);
    REQUIRE(negative.fit({rows, flat}, trainer) == Status::bad_parameter);
    Model three({.C = 100, .epsilon = 0.25f, .gamma = 1});
    REQUIRE(three.fit({rows, std::array{-9.0f, 1.0f, 9.0f}}, trainer) == Status::capacity_full);
    REQUIRE(three.fit({same, steep}, trainer) == Status::ok);  // equal rows of different targets
    REQUIRE(std::abs(three.predict(same[0])) <= 9);
    SupportVectorRegression<float, 2, 2, SvmKernel::linear> line;
    decltype(line)::Trainer<3> room;
    const std::array<Row, 2> far{Row{3e38f, 0}, Row{-3e38f, 0}};
    REQUIRE(line.fit({far, std::span(steep).first(2)}, room) == Status::diverged);
    REQUIRE(three.fit({far, std::span(steep).first(2)}, trainer) == Status::ok);  // as unlike as can be
    REQUIRE(three.predict(far[0]) == Approx(-8.75));
    REQUIRE(model.fit({std::span(rows).first(1), std::span(flat).first(1)}, trainer) == Status::ok);
    REQUIRE(model.predict(rows[2]) == 4);
    model.reset();
    REQUIRE(model.predict(rows[0]) == 0);
}

TEST_CASE("SupportVectorRegression: keeps the promises of a regressor") {
    mote::testing::check_regressor<SupportVectorRegression<float, 3, 8>>();
    STATIC_REQUIRE(sizeof(SupportVectorRegression<float, 10, 100>) == 4 * (100 * 11 + 10));
}
