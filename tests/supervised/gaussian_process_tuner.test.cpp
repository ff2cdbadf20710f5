// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#if __has_include(<Eigen/Core>)

#define EIGEN_NO_MALLOC
#include "mote/supervised/gaussian_process_tuner.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "mote/supervised/gaussian_process_kernel.hpp"
#include "mote/supervised/gaussian_process_regression.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/supervised/gaussian_process_config.hpp"
#include "tests/supervised/standardised_diabetes.hpp"

using mote::GaussianProcessKernel, mote::GaussianProcessTuner, mote::Status;

TEST_CASE("GaussianProcessTuner: worked by hand") {
    // Targets (6, 8) of a normal distribution with variances 4 and covariance 3: determinant 7. It grows with
    // the noise by 8, the exponent by the squared weights (0, 2).
    using Tuner = GaussianProcessTuner<double, 1, 2>;
    Tuner tuner;
    Tuner::Gradient gradient{};
    const std::array<std::array<double, 1>, 2> rows{{{2}, {2}}};
    const std::array<double, 2> targets{6, 8};
    const double exponent = (4 * 36 + 4 * 64 - 2 * 3 * 48) / 7.0;
    REQUIRE(tuner.log_marginal_likelihood({rows, targets}, {.amplitude = 3, .noise = 1}, gradient) ==
            Approx(-exponent / 2 - std::log(7) / 2 - std::log(2 * std::acos(-1.0))).epsilon(1e-14));
    REQUIRE(gradient[1] == Approx((2 * 2 - 8 / 7.0) / 2).epsilon(1e-13));
    REQUIRE(gradient[0] == Approx(3 * (2 * 2 - 2 / 7.0) / 2).epsilon(1e-13));
    REQUIRE(gradient[2] == 0);
}

namespace {

template <GaussianProcessKernel kernel>
void check_against_scikit_learn(double expected, const std::array<double, 12>& slopes) {
    const mote::testing::StandardisedDiabetes<double> diabetes;
    const auto data = diabetes.train().subset(0, 120);
    const auto config = mote::testing::config_of_reference<double>();
    using Tuner = GaussianProcessTuner<double, 10, 120, kernel>;
    const auto tuner = std::make_unique<Tuner>();
    typename Tuner::Gradient gradient{};
    CHECK(tuner->log_marginal_likelihood(data, config, gradient) == Approx(expected).epsilon(1e-11));
    for (std::size_t i = 0; i < 12; ++i) CHECK(gradient[i] == Approx(slopes[i]).epsilon(1e-8));
    // Two factorisations, Eigen's and the one that grows row by row.
    mote::GaussianProcessRegression<double, 10, 120, kernel> model(config);
    REQUIRE(model.fit(data) == Status::ok);
    CHECK(model.log_marginal_likelihood() == Approx(expected).epsilon(1e-11));
}

}  // namespace

TEST_CASE("GaussianProcessTuner: scikit-learn's likelihoods and their gradients on diabetes") {
    using namespace reference;
    using enum GaussianProcessKernel;
    check_against_scikit_learn<rbf>(rbf_likelihood_of_120, rbf_gradient);
    check_against_scikit_learn<matern32>(matern32_likelihood_of_120, matern32_gradient);
    check_against_scikit_learn<matern52>(matern52_likelihood_of_120, matern52_gradient);
}

TEST_CASE("GaussianProcessTuner: finds scikit-learn's settings, or likelier ones") {
    const mote::testing::StandardisedDiabetes<double> diabetes;
    const auto data = diabetes.train().subset(0, 120);
    const auto tune = [&](bool one_length, auto& config) {
        using Tuner = GaussianProcessTuner<double, 10, 120>;
        const auto tuner = std::make_unique<Tuner>(Tuner::Options{.one_length = one_length});
        REQUIRE(tuner->maximise(data, config) == Status::ok);
        typename Tuner::Gradient gradient{};
        return tuner->log_marginal_likelihood(data, config, gradient);
    };
    using Config = mote::GaussianProcessConfig<double, 10>;
    const Config start{.mean = reference::diabetes_mean_target,
                       .amplitude = 3000,
                       .length_scales = Config::all(5),
                       .noise = 3000};
    Config one = start, each = start;
    CHECK(tune(true, one) == Approx(reference::one_best_likelihood).margin(1e-4));
    CHECK(one.amplitude == Approx(reference::one_best_amplitude).epsilon(0.01));
    CHECK(one.noise == Approx(reference::one_best_noise).epsilon(0.002));
    for (const double length : one.length_scales)
        CHECK(length == Approx(reference::one_best_length).epsilon(0.003));
    CHECK(tune(false, each) > reference::each_best_likelihood - 0.01);
    CHECK(each.length_scales[0] > 500);  // the age does not matter
}

TEST_CASE("GaussianProcessTuner: never leaves its range, and refuses what cannot be") {
    using Row = std::array<double, 2>;
    const std::array<Row, 3> rows{Row{0, 1}, Row{1, 5}, Row{2, 5}};
    const std::array<double, 3> line{1, 2, 3}, bad{1, 2, std::numeric_limits<double>::infinity()};
    GaussianProcessTuner<double, 2, 3> tuner({.range = 10});
    const mote::GaussianProcessConfig<double, 2> start;
    auto config = start;
    REQUIRE(tuner.maximise({rows, line}, config) == Status::ok);
    for (const double moved : {config.amplitude / start.amplitude, config.noise / start.noise,
                               config.length_scales[0], config.length_scales[1]}) {
        CHECK(moved >= 0.1 * (1 - 1e-12));
        CHECK(moved <= 10 * (1 + 1e-12));
    }
    CHECK(config.length_scales[0] > 3);  // a line is likeliest with no end of length
    decltype(tuner)::Gradient gradient{};
    CHECK(tuner.log_marginal_likelihood({rows, line}, config, gradient) >
          tuner.log_marginal_likelihood({rows, line}, start, gradient) + 1);
    const auto before = mote::testing::bytes_of(config);
    REQUIRE(tuner.maximise({}, config) == Status::too_few_rows);
    REQUIRE(tuner.maximise({rows, bad}, config) == Status::not_finite);
    GaussianProcessTuner<double, 2, 2> small;
    REQUIRE(small.maximise({rows, line}, config) == Status::capacity_full);
    GaussianProcessTuner<double, 2, 3> none({.range = 1});
    REQUIRE(none.maximise({rows, line}, config) == Status::bad_parameter);
    REQUIRE(mote::testing::bytes_of(config) == before);
    config.noise = -1;
    REQUIRE(tuner.maximise({rows, line}, config) == Status::bad_parameter);
}

#endif
