// SPDX-License-Identifier: MIT
#include "mote/supervised/fixed_gaussian_process_regression.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "tests/contracts/regressor.hpp"
#include "tests/supervised/gaussian_process_config.hpp"
#include "tests/supervised/standardised_diabetes.hpp"
#include "tests/support/catch.hpp"

using mote::FixedGaussianProcessRegression, mote::GaussianProcessRegression, mote::q15, mote::Status;

namespace {

// As the float model's test: one row at 4 with target 5 around a mean of 1; amplitude 3 and noise 1,
// length 2.
constexpr auto worked() {
    GaussianProcessRegression<double, 1, 2> model(
        {.mean = 1, .amplitude = 3, .length_scales = {2}, .noise = 1});
    static_cast<void>(model.update(std::array{4.0}, 5));
    FixedGaussianProcessRegression<1, 2> fixed;
    static_cast<void>(fixed.assign(model, 8.0, 16.0));
    return fixed;
}

constexpr auto in_sixteenths(double value) {
    return q15(value / 16);
}

template <std::size_t Features, class T>
std::array<q15, Features> in_units(const std::array<T, Features>& row, T unit) {
    std::array<q15, Features> result{};
    for (std::size_t i = 0; i < Features; ++i) result[i] = static_cast<q15>(row[i] / unit);
    return result;
}

}  // namespace

TEST_CASE("FixedGaussianProcessRegression: worked by hand") {
    static constexpr auto model = worked();
    static constexpr auto at_the_row = model.predict_with_deviation(std::array{q15(0.5)});
    STATIC_REQUIRE(at_the_row.mean == in_sixteenths(4));
    STATIC_REQUIRE(at_the_row.deviation == in_sixteenths(0.86602540378));  // sqrt(3 / 4)
    static constexpr auto a_length_on = model.predict_with_deviation(std::array{q15(0.75)});
    STATIC_REQUIRE(a_length_on.mean == in_sixteenths(2.81959197914));    // 1 + 3 e^-1/2
    STATIC_REQUIRE(a_length_on.deviation == in_sixteenths(1.47386260));  // sqrt(3 - 2.25 / e)
    STATIC_REQUIRE(model.predict(std::array{q15(0.75)}) == a_length_on.mean);
    static constexpr auto afar = model.predict_with_deviation(std::array{q15(-1)});  // six lengths away
    STATIC_REQUIRE(afar.mean == in_sixteenths(1));
    STATIC_REQUIRE(afar.deviation == in_sixteenths(1.73205080757));
}

TEST_CASE("FixedCorrelation: to seven digits") {
    mote::Random random(1);
    for (const double unit : {1e-6, 0.25, 2.0, 30.0, 800.0}) {
        mote::detail::FixedCorrelation correlation;
        REQUIRE(correlation.assign(unit));
        double worst = 0;
        for (int trial = 0; trial < 2000; ++trial) {
            std::array<q15, 3> x{}, y{};
            double square = 0;
            for (std::size_t i = 0; i < 3; ++i) {
                x[i] = static_cast<q15>(random.uniform<double>() - 0.5);
                y[i] = static_cast<q15>(static_cast<double>(x[i]) + random.normal<double>() / (unit + 2));
                square += std::pow(unit * (static_cast<double>(x[i]) - static_cast<double>(y[i])), 2);
            }
            worst = std::max(worst, std::abs(std::ldexp(correlation(x, y), -30) - std::exp(-square / 2)));
        }
        CHECK(worst < 3 * 2e-8);
        const std::array<q15, 1> here{q15(0.5)}, low{q15::lowest()}, high{q15::highest()};
        CHECK(correlation(here, here) == 1 << 30);
        CHECK(std::ldexp(correlation(low, high), -30) == Approx(std::exp(-2 * unit * unit)).margin(1e-4));
    }
    mote::detail::FixedCorrelation narrow;
    REQUIRE_FALSE(narrow.assign(1000.0));
    REQUIRE_FALSE(narrow.assign(std::numeric_limits<float>::infinity()));
}

TEST_CASE("FixedGaussianProcessRegression: estimates diabetes as float does") {
    const mote::testing::StandardisedDiabetes<float> diabetes;
    const auto model = std::make_unique<GaussianProcessRegression<float, 10, 353>>(
        mote::testing::config_of_reference<float>());
    REQUIRE(model->fit(diabetes.train()) == Status::ok);
    const auto fixed = std::make_unique<FixedGaussianProcessRegression<10, 353>>();
    REQUIRE(fixed->assign(*model, 8.0f, 512.0f) == Status::ok);
    REQUIRE(fixed->count() == 353);
    double squares = 0, fixed_squares = 0, apart = 0, deviations_apart = 0;
    for (std::size_t i = 0; i < diabetes.held_out_rows.size(); ++i) {
        const auto& row = diabetes.held_out_rows[i];
        const auto expected = model->predict_with_variance(row);
        const auto estimate = fixed->predict_with_deviation(in_units(row, 8.0f));
        REQUIRE(fixed->predict(in_units(row, 8.0f)) == estimate.mean);
        const auto mean = 512 * static_cast<double>(estimate.mean);
        const auto deviation = static_cast<double>(std::sqrt(expected.variance));
        const auto target = static_cast<double>(diabetes.held_out_targets[i]);
        apart = std::max(apart, std::abs(mean - static_cast<double>(expected.mean)) / deviation);
        deviations_apart = std::max(deviations_apart,
                                    std::abs(512 * static_cast<double>(estimate.deviation) / deviation - 1));
        squares += std::pow(static_cast<double>(expected.mean) - target, 2);
        fixed_squares += std::pow(mean - target, 2);
    }
    INFO("mean " << apart << " deviation " << deviations_apart);
    CHECK(apart < 0.004);
    CHECK(deviations_apart < 0.0015);
    CHECK(std::sqrt(fixed_squares / squares) == Approx(1).margin(1e-4));
}

namespace {

struct Apart {
    double mean = 0, deviation = 0;
};

/// The largest differences to the float model of 48 rows in [-1, 1]^2, whose amplitude is 1.
Apart apart(double noise, bool whole) {
    constexpr std::size_t rows = 48;
    using Row = std::array<double, 2>;
    GaussianProcessRegression<double, 2, rows> model({.mean = 0.1, .noise = noise});
    mote::Random random(1);
    const auto draw = [&] {
        Row row{2 * random.uniform<double>() - 1, 2 * random.uniform<double>() - 1};
        for (double& value : row) value = whole ? static_cast<double>(q15(value)) : value;
        return row;
    };
    for (std::size_t i = 0; i < rows; ++i) {
        const Row row = draw();
        const double target =
            std::sin(3 * row[0]) * std::cos(row[1]) + std::sqrt(noise) * random.normal<double>();
        REQUIRE(model.update(row, target) == Status::ok);
    }
    FixedGaussianProcessRegression<2, rows> fixed;
    REQUIRE(fixed.assign(model, 1.0, 4.0) == Status::ok);
    Apart result;
    for (int trial = 0; trial < 300; ++trial) {
        const Row row = draw();
        const auto expected = model.predict_with_variance(row);
        const auto estimate = fixed.predict_with_deviation(in_units(row, 1.0));
        result.mean = std::max(result.mean, std::abs(4 * static_cast<double>(estimate.mean) - expected.mean));
        result.deviation = std::max(result.deviation, std::abs(4 * static_cast<double>(estimate.deviation) -
                                                               std::sqrt(expected.variance)));
    }
    return result;
}

}  // namespace

// Answers are in units of 2^-15 of 4, and differ by less than one, however small the noise, where rows learnt
// from are whole in units of 2^-15. What rounds these costs more, the smaller the noise.
TEST_CASE("FixedGaussianProcessRegression: where the noise is small") {
    for (const double noise : {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 2e-6}) {
        const double place = std::ldexp(1, -15);
        const Apart whole = apart(noise, true), rounded = apart(noise, false);
        CHECK(whole.mean < 4 * place);
        CHECK(whole.deviation < 4 * place);
        CHECK(rounded.mean < 2 * place + place / std::sqrt(noise));
        CHECK(rounded.deviation < 2 * place + place / std::sqrt(noise));
    }
}

TEST_CASE("FixedGaussianProcessRegression: bad input is refused") {
    using Model = GaussianProcessRegression<float, 1, 2>;
    const auto one_row = [](Model::Config config, float target) {
        Model model(config);
        REQUIRE(model.update(std::array{0.5f}, target) == Status::ok);
        return model;
    };
    auto fixed = worked();
    const auto before = mote::testing::bytes_of(fixed);
    const Model plain = one_row({}, 1);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(fixed.assign(Model{}, 1.0f, 1.0f) == Status::not_trained);
    REQUIRE(fixed.assign(plain, nan, 1.0f) == Status::not_finite);
    REQUIRE(fixed.assign(plain, 1.0f, nan) == Status::not_finite);
    REQUIRE(fixed.assign(plain, 0.0f, 1.0f) == Status::bad_parameter);
    REQUIRE(fixed.assign(plain, 1.0f, -1.0f) == Status::bad_parameter);
    REQUIRE(fixed.assign(plain, 1000.0f, 1.0f) == Status::bad_parameter);  // a length is 33 of 2^-15 units
    REQUIRE(fixed.assign(one_row({.noise = 1e-7f}, 1), 1.0f, 1.0f) == Status::bad_parameter);
    REQUIRE(fixed.assign(one_row({}, 1e12f), 1.0f, 1.0f) == Status::bad_parameter);
    REQUIRE(fixed.assign(one_row({.amplitude = 1e10f, .noise = 1e6f}, 1), 1.0f, 1.0f) ==
            Status::bad_parameter);
    REQUIRE(mote::testing::bytes_of(fixed) == before);
    REQUIRE(fixed.assign(one_row({.amplitude = 1e4f}, 99), 1.0f, 1.0f) == Status::ok);
    REQUIRE(fixed.predict(std::array{q15(0.5)}) == q15::highest());  // 99 units
    REQUIRE(fixed.predict_with_deviation(std::array{q15(-1)}).deviation == q15::highest());
    fixed.reset();
    REQUIRE(fixed.predict(std::array{q15(0.5)}) == q15(0));
    REQUIRE(fixed.predict_with_deviation(std::array{q15(0.5)}).deviation == q15(0));
}

// Rows that lie closer than 2^-15 units are one to the integers: no answer is off the range for that.
TEST_CASE(
    "FixedGaussianProcessRegression: rows that fall together, and a noise that outweighs the function") {
    GaussianProcessRegression<double, 1, 4> model({.noise = 2e-6});
    for (const double x : {0.5, 0.5, 0.50001, 0.50001}) {
        REQUIRE(model.update(std::array{x}, x > 0.5 ? 1 : -1) == Status::ok);
    }
    FixedGaussianProcessRegression<1, 4> fixed;
    REQUIRE(fixed.assign(model, 1.0, 2.0) == Status::ok);
    CHECK(static_cast<double>(fixed.predict_with_deviation(std::array{q15(0.5)}).deviation) < 0.01);
    GaussianProcessRegression<double, 1, 4> loud({.noise = 1000});
    REQUIRE(loud.update(std::array{0.0}, 1001) == Status::ok);
    REQUIRE(fixed.assign(loud, 1.0, 2.0) == Status::ok);
    const auto estimate = fixed.predict_with_deviation(std::array{q15(0)});
    CHECK(static_cast<double>(estimate.mean) == Approx(0.5).margin(2e-5));
    CHECK(static_cast<double>(estimate.deviation) == Approx(std::sqrt(1000.0 / 1001) / 2).margin(2e-5));
}

TEST_CASE("FixedGaussianProcessRegression: keeps the promises of a regressor") {
    mote::testing::check_regressor<FixedGaussianProcessRegression<3, 8>>();
    STATIC_REQUIRE(sizeof(FixedGaussianProcessRegression<10, 100>) == 2 * 100 * 103 + 2 * 101 * 10 + 40 + 4);
}
