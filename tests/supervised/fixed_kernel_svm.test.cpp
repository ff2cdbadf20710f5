// SPDX-License-Identifier: MIT
#include "mote/supervised/fixed_kernel_svm.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "tests/contracts/classifier.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/support/catch.hpp"

using mote::FixedKernelSvm, mote::FixedSupportVectorRegression, mote::KernelSvm, mote::q15, mote::Status;
using mote::SupportVectorRegression, mote::SvmKernel;
using mote::testing::right_answers;

namespace {

template <std::size_t Features>
std::vector<std::array<q15, Features>> in_units(const auto& rows, float unit) {
    std::vector<std::array<q15, Features>> result;
    for (const auto& row : rows) {
        auto& to = result.emplace_back();
        for (std::size_t i = 0; i < Features; ++i) to[i] = static_cast<q15>(row[i] / unit);
    }
    return result;
}

}  // namespace

TEST_CASE("FixedRadialBasis: the power of e to four digits, whatever its size") {
    mote::Random random(1);
    for (const double gamma : {0.01, 0.3, 2.0}) {
        mote::detail::FixedRadialBasis basis;
        REQUIRE(basis.assign(gamma, 8.0));
        for (int trial = 0; trial < 2000; ++trial) {
            std::array<q15, 3> x{}, y{};
            double square = 0;
            for (std::size_t i = 0; i < 3; ++i) {
                x[i] = static_cast<q15>(0.3 * random.normal<double>());
                y[i] = static_cast<q15>(0.3 * random.normal<double>());
                square += std::pow(8 * (static_cast<double>(x[i]) - static_cast<double>(y[i])), 2);
            }
            const auto power = basis(mote::Sample<q15, 3>(x), y);
            const double expected = std::exp(-gamma * square);
            const double value = std::ldexp(power.mantissa, -15 - static_cast<int>(power.halvings));
            if (expected > 2e-5) REQUIRE(value == Approx(expected).epsilon(6e-4));
            if (expected < 1e-10) REQUIRE(value == 0);
        }
    }
    mote::detail::FixedRadialBasis basis;
    REQUIRE_FALSE(basis.assign(1e9, 8.0));
    REQUIRE(basis.assign(1e-6, 1e-3));  // wider than any distance: all are alike
    const std::array<q15, 1> low{q15::lowest()}, high{q15::highest()};
    REQUIRE(basis(mote::Sample<q15, 1>(low), high).mantissa == 32768);
}

namespace {

// Of rows -1/2 and 1/2 with labels 0 and 1 the boundary is 0, at compile time as well.
constexpr auto worked() {
    const std::array<std::array<double, 1>, 2> rows{{{-2}, {2}}};
    const std::array<std::uint8_t, 2> labels{0, 1};
    KernelSvm<double, 1, 2, 2> model({.gamma = 0.25});
    KernelSvm<double, 1, 2, 2>::Trainer<2, 2> trainer{};
    FixedKernelSvm<1, 2, 2> fixed;
    if (model.fit({rows, labels}, trainer) == Status::ok) static_cast<void>(fixed.assign(model, 4.0));
    return fixed;
}

}  // namespace

TEST_CASE("FixedKernelSvm: worked by hand") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.count() == 2);
    STATIC_REQUIRE(model.predict(std::array{q15(0.001)}) == 1);
    STATIC_REQUIRE(model.predict(std::array{q15(-0.001)}) == 0);
    STATIC_REQUIRE(model.predict(std::array{q15(0.9)}) == 1);
}

namespace {

template <std::size_t Features, std::size_t Classes>
double points_lost(const char* name) {
    const auto split = mote::testing::standardised<float, Features>(name);
    using Model = KernelSvm<float, Features, Classes, 1000>;
    const auto trainer = std::make_unique<typename Model::template Trainer<1500>>();
    const auto model = std::make_unique<Model>();
    REQUIRE(model->fit(split.train(), *trainer) == Status::ok);
    const auto fixed = std::make_unique<FixedKernelSvm<Features, Classes, 1000>>();
    REQUIRE(fixed->assign(*model, 8.0f) == Status::ok);
    REQUIRE(fixed->count() == model->count());
    const auto rows = in_units<Features>(split.held_out_rows, 8);
    const int right = right_answers(*fixed, mote::Dataset<q15, Features>{rows, split.held_out_labels});
    return 100.0 * (right_answers(*model, split.test()) - right) / static_cast<double>(rows.size());
}

}  // namespace

TEST_CASE("FixedKernelSvm: loses less than a point to float") {
    CHECK(std::abs(points_lost<4, 3>("iris")) <= 1);
    CHECK(std::abs(points_lost<13, 3>("wine")) <= 1);
    CHECK(std::abs(points_lost<30, 2>("breast_cancer")) <= 1);
    CHECK(std::abs(points_lost<64, 10>("digits")) <= 1);
}

TEST_CASE("FixedSupportVectorRegression: estimates diabetes as float does") {
    const mote::testing::StandardisedDiabetes<float> diabetes;
    using Model = SupportVectorRegression<float, 10, 353>;
    const auto trainer = std::make_unique<Model::Trainer<353>>();
    const auto model =
        std::make_unique<Model>(mote::SupportVectorRegressionConfig<float>{.C = 100, .epsilon = 20});
    REQUIRE(model->fit(diabetes.train(), *trainer) == Status::ok);
    FixedSupportVectorRegression<10, 353> fixed;
    REQUIRE(fixed.assign(*model, 8.0f, 512.0f) == Status::ok);
    const auto rows = in_units<10>(diabetes.held_out_rows, 8);
    double squares = 0, fixed_squares = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto estimate = static_cast<double>(model->predict(diabetes.held_out_rows[i]));
        const double integer = 512 * static_cast<double>(fixed.predict(rows[i]));
        CHECK(integer == Approx(estimate).margin(1));  // of some 150
        const auto target = static_cast<double>(diabetes.held_out_targets[i]);
        squares += std::pow(estimate - target, 2);
        fixed_squares += std::pow(integer - target, 2);
    }
    CHECK(std::sqrt(fixed_squares / squares) == Approx(1).margin(0.001));
    REQUIRE(fixed.assign(*model, 8.0f, 64.0f) == Status::ok);
    CHECK(fixed.predict(rows[0]) == q15::highest());  // more than 64
}

TEST_CASE("FixedKernelSvm: bad input is refused") {
    KernelSvm<float, 1, 2, 2> model({.gamma = 0.25f});
    FixedKernelSvm<1, 2, 2> fixed = worked();
    const auto before = mote::testing::bytes_of(fixed);
    KernelSvm<float, 1, 2, 2> fresh, narrow({.gamma = 1e12f});
    REQUIRE(fixed.assign(fresh) == Status::not_trained);
    REQUIRE(fixed.assign(narrow) == Status::bad_parameter);
    REQUIRE(fixed.assign(model, 0.0f) == Status::bad_parameter);
    REQUIRE(fixed.assign(model, std::numeric_limits<float>::quiet_NaN()) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(fixed) == before);
    SupportVectorRegression<float, 1, 2> regression({.C = 1e6f, .epsilon = 0.1f, .gamma = 1});
    SupportVectorRegression<float, 1, 2>::Trainer<2> trainer;
    const std::array<std::array<float, 1>, 2> rows{{{-1}, {1}}};
    REQUIRE(regression.fit({rows, std::array{-1e5f, 1e5f}}, trainer) == Status::ok);
    FixedSupportVectorRegression<1, 2> answers;
    REQUIRE(answers.assign(regression, 2.0f, 1.0f) == Status::bad_parameter);  // weights that no 16 bits hold
    REQUIRE(answers.assign(regression, 2.0f, -1.0f) == Status::bad_parameter);
    REQUIRE(answers.predict(std::array{q15(0.5)}) == q15(0));
    REQUIRE(answers.assign(regression, 2.0f, 2e5f) == Status::ok);
    CHECK(static_cast<double>(answers.predict(std::array{q15(0.5)})) == Approx(0.5).margin(0.001));
    answers.reset();
    REQUIRE(answers.predict(std::array{q15(0.5)}) == q15(0));
}

TEST_CASE("FixedKernelSvm: keeps the promises of its concepts") {
    mote::testing::check_classifier<FixedKernelSvm<3, 4, 8>>();
    mote::testing::check_regressor<FixedSupportVectorRegression<3, 8>>();
    STATIC_REQUIRE(sizeof(FixedKernelSvm<4, 3, 46>) == 2 * 46 * 6 + 8 * 3 + 4 * 6);
}
