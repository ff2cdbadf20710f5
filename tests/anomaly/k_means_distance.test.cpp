// SPDX-License-Identifier: MIT
#include "mote/anomaly/k_means_distance.hpp"

#include "tests/anomaly/neighbours.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::KMeansDistance, mote::Status;
using Row = std::array<float, 2>;

// Centroids (0, 1) and (10, 1): (13, 5) is 5 from the second.
TEST_CASE("KMeansDistance: worked by hand") {
    constexpr auto detector = [] {
        KMeansDistance<float, 2, 2> result;
        static_cast<void>(result.fit(std::array<Row, 4>{{{0, 0}, {0, 2}, {10, 0}, {10, 2}}}));
        return result;
    }();
    STATIC_REQUIRE(detector.score(Row{13, 5}) == 5);
    STATIC_REQUIRE(detector.contributions(Row{13, 5}) == Row{9, 16});
    STATIC_REQUIRE(detector.score(Row{5, 1}) == 5);
}

TEST_CASE("KMeansDistance: reference values") {
    const mote::testing::HalfOfIris iris;
    KMeansDistance<double, 4, 3, mote::KMeansConfig{.starts = 100}> detector;
    REQUIRE(detector.fit(iris.usual) == Status::ok);
    const std::array expected = {0.499695908, 1.302496065, 0.316584778, 1.636197683, 1.619082633};
    for (std::size_t n = 0; n < expected.size(); ++n) {
        REQUIRE(detector.score(iris.asked[n]) == Approx(expected[n]).epsilon(1e-8));
    }
}

TEST_CASE("KMeansDistance: bad input") {
    KMeansDistance<float, 2, 2> detector;
    REQUIRE(detector.score(Row{1, 3}) == 0);
    REQUIRE(detector.fit(std::array<Row, 3>{{{0, 0}, {0, 1}, {1, 0}}}) == Status::ok);
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::array<Row, 1>{{{0, 0}}}) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<Row, 2>{{{0, 0}, {3e38f, 0}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(std::isfinite(detector.score(Row{3e38f, -3e38f})));
    detector.reset();
    REQUIRE(detector.contributions(Row{1, 3}) == Row{});
}

TEST_CASE("KMeansDistance: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<KMeansDistance<float, 3, 3>>();
}
