// SPDX-License-Identifier: MIT
#include "mote/anomaly/gaussian_mixture_detector.hpp"

#include <cmath>
#include <limits>

#include "mote/anomaly/explain.hpp"
#include "tests/anomaly/neighbours.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Covariance, mote::GaussianMixtureDetector, mote::Status;
using Pair = std::array<double, 2>;

namespace {

constexpr mote::GaussianMixtureConfig few{.starts = 2, .iterations = 20};

// Mean (1, 1), variances 1/2 and 1, covariance 1/2: determinant 1/4, the inverse ((4, -2), (-2, 2)).
template <Covariance covariance>
constexpr auto detector = [] {
    GaussianMixtureDetector<double, 2, 1, covariance, few> result(1, 1e-9);
    static_cast<void>(result.fit(std::array<Pair, 4>{{{0, 0}, {2, 2}, {1, 0}, {1, 2}}}));
    return result;
}();

constexpr bool near(double a, double b) {
    return mote::abs(a - b) < 1e-7;
}
constexpr double log_two_pi = 1.8378770664093453, log_two = 0.6931471805599453;

}  // namespace

// From the mean to (2, 0) the gap is (1, -1): times the gradient (6, -4), half, it is 3 and 2.
TEST_CASE("GaussianMixtureDetector: worked by hand") {
    STATIC_REQUIRE(near(detector<Covariance::full>.score(Pair{2, 0}), log_two_pi - log_two + 5));
    STATIC_REQUIRE(near(detector<Covariance::diagonal>.score(Pair{2, 0}), log_two_pi - log_two / 2 + 1.5));
    constexpr auto leaning = detector<Covariance::full>.contributions(Pair{2, 0});
    STATIC_REQUIRE(near(leaning[0], 3));
    STATIC_REQUIRE(near(leaning[1], 2));
    constexpr auto independent = detector<Covariance::diagonal>.contributions(Pair{2, 0});
    STATIC_REQUIRE(near(independent[0], 1));
    STATIC_REQUIRE(near(independent[1], 0.5));
    STATIC_REQUIRE(mote::explain<1>(detector<Covariance::full>, Pair{1, 3})[0].feature == 1);
}

// By tests/cluster/gaussian_mixture_reference.py, which stops at a change of 1e-6 where fit() stops at 1e-5.
TEST_CASE("GaussianMixtureDetector: reference values") {
    const mote::testing::HalfOfIris iris;
    const std::array diagonal = {0.194447746, -7.032908764, -1.164323089, -9.654217670, -9.685671870};
    const std::array full = {0.107236532, -9.353792868, -0.967889999, -9.649918349, -9.787227977};
    GaussianMixtureDetector<double, 4, 3> independent;
    GaussianMixtureDetector<double, 4, 3, Covariance::full> leaning;
    REQUIRE(independent.fit(iris.usual) == Status::ok);
    REQUIRE(leaning.fit(iris.usual) == Status::ok);
    for (std::size_t n = 0; n < iris.asked.size(); ++n) {
        CHECK(independent.score(iris.asked[n]) == Approx(-diagonal[n]).margin(0.005));
        CHECK(leaning.score(iris.asked[n]) == Approx(-full[n]).margin(0.005));
    }
}

TEST_CASE("GaussianMixtureDetector: contributions add up to what the density has lost") {
    const auto& leaning = detector<Covariance::full>;
    for (const Pair& x : {Pair{3, -1}, Pair{0.5, 8}, Pair{-2, -2}}) {
        const auto parts = leaning.contributions(x);
        REQUIRE(parts[0] + parts[1] == Approx(leaning.score(x) - leaning.score(Pair{1, 1})).epsilon(1e-12));
    }
}

TEST_CASE("GaussianMixtureDetector: bad input") {
    using Row = std::array<float, 2>;
    GaussianMixtureDetector<float, 2, 2, Covariance::full> model;
    REQUIRE(model.score(Row{1, 3}) == 0);
    REQUIRE(model.contributions(Row{1, 3}) == Row{});
    REQUIRE(model.fit(std::array<Row, 3>{{{0, 0}, {0, 1}, {1, 0}}}) == Status::ok);
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.fit(std::array<Row, 1>{{{0, 0}}}) == Status::too_few_rows);
    REQUIRE(model.fit(std::array<Row, 2>{{{0, 0}, {3e38f, 0}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(model) == before);
    REQUIRE(std::isfinite(model.score(Row{3e38f, -3e38f})));
    REQUIRE(model.score(Row{3e38f, -3e38f}) > model.score(Row{5, 5}));
    REQUIRE(model.contributions(Row{std::numeric_limits<float>::quiet_NaN(), 1}) == Row{});
    model.reset();
    REQUIRE(model.score(Row{1, 3}) == 0);
}

TEST_CASE("GaussianMixtureDetector: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<GaussianMixtureDetector<float, 3, 2, Covariance::diagonal, few>>();
    mote::testing::check_anomaly_detector<GaussianMixtureDetector<float, 3, 2, Covariance::full, few>>();
}
