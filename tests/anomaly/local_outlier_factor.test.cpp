// SPDX-License-Identifier: MIT
#include "mote/anomaly/local_outlier_factor.hpp"

#include "tests/anomaly/neighbours.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::LocalOutlierFactor, mote::Status;
using Row = std::array<double, 1>;

// One neighbour each: 0 and 1 reach each other at distance 1, so both have density 1. From 3 the neighbour is
// 1 at distance 2: density 1/2, factor 2. Within reach, at 1.5, distances count as 1: factor 1.
TEST_CASE("LocalOutlierFactor: worked by hand") {
    constexpr auto detector = [] {
        LocalOutlierFactor<double, 1, 2, 1> result;
        static_cast<void>(result.fit(std::array<Row, 2>{{{0}, {1}}}));
        return result;
    }();
    STATIC_REQUIRE(std::abs(detector.score(Row{3}) - 2) < 1e-9);
    STATIC_REQUIRE(std::abs(detector.score(Row{1.5}) - 1) < 1e-9);
}

// (0, 0) and (2, 0) reach each other at distance 2, so both have density 1/2. From (3, 4) the neighbour is
// (2, 0) at the root of 17, of which feature 0 has 1 part and feature 1 has 16. At (2, 1) its reach counts
// alone.
TEST_CASE("LocalOutlierFactor: contributions worked by hand") {
    using Pair = std::array<double, 2>;
    LocalOutlierFactor<double, 2, 2, 1> detector;
    REQUIRE(detector.contributions(Pair{3, 4}) == Pair{});
    REQUIRE(detector.fit(std::array<Pair, 2>{{{0, 0}, {2, 0}}}) == Status::ok);
    const Pair parts = detector.contributions(Pair{3, 4});
    REQUIRE(parts[0] == Approx(1 / std::sqrt(17) / 2).epsilon(1e-9));
    REQUIRE(parts[1] == Approx(16 / std::sqrt(17) / 2).epsilon(1e-9));
    REQUIRE(parts[0] + parts[1] == Approx(detector.score(Pair{3, 4})).epsilon(1e-9));
    REQUIRE(detector.score(Pair{2, 1}) == Approx(1).epsilon(1e-9));
    REQUIRE(detector.contributions(Pair{2, 1}) == Pair{});
    REQUIRE(std::isfinite(detector.contributions(Pair{1e300, 0})[0]));
    REQUIRE(detector.contributions(Pair{NAN, 2}) == Pair{});
}

TEST_CASE("LocalOutlierFactor: reference values") {
    const mote::testing::HalfOfIris iris;
    LocalOutlierFactor<double, 4, 75> detector;
    LocalOutlierFactor<double, 4, 75, 5> narrow;
    REQUIRE((detector.fit(iris.usual) == Status::ok && narrow.fit(iris.usual) == Status::ok));
    const std::array expected = {0.980724718, 1.382926288, 0.985553744, 1.539482116, 1.517800106};
    const std::array of_five = {1.028522697, 1.796710933, 0.998744748, 1.806840976, 1.768250595};
    for (std::size_t n = 0; n < expected.size(); ++n) {
        REQUIRE(detector.score(iris.asked[n]) == Approx(expected[n]).epsilon(1e-8));
        REQUIRE(narrow.score(iris.asked[n]) == Approx(of_five[n]).epsilon(1e-8));
    }
}

TEST_CASE("LocalOutlierFactor: duplicates and bad input") {
    LocalOutlierFactor<double, 1, 4, 2> detector;
    REQUIRE(detector.fit(std::array<Row, 4>{{{5}, {5}, {5}, {5}}}) == Status::ok);
    REQUIRE(detector.score(Row{5}) == Approx(1));
    REQUIRE(detector.score(Row{6}) > 1e9);  // no density compares with that of duplicates
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::array<Row, 2>{{{0}, {1}}}) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<Row, 3>{{{0}, {1e160}, {-1e160}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(std::isfinite(detector.score(Row{1e300})));
    detector.reset();
    REQUIRE(detector.score(Row{1}) == 0);
}

TEST_CASE("LocalOutlierFactor: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<LocalOutlierFactor<float, 3, 10, 4>>();
}
