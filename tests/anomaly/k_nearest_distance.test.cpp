// SPDX-License-Identifier: MIT
#include "mote/anomaly/k_nearest_distance.hpp"

#include "mote/anomaly/reference_rows.hpp"
#include "tests/anomaly/neighbours.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::KNearestDistance, mote::Status;
using Row = std::array<float, 2>;

// From (3, 4) the origin is 5 away, (3, 0) 4 and (3, 3) 1.
TEST_CASE("KNearestDistance: worked by hand") {
    constexpr auto detector = [] {
        KNearestDistance<float, 2, 4, 2> result;
        static_cast<void>(result.fit(std::array<Row, 3>{{{0, 0}, {3, 0}, {3, 3}}}));
        return result;
    }();
    STATIC_REQUIRE(detector.score(Row{3, 4}) == 4);
    STATIC_REQUIRE(detector.contributions(Row{3, 4}) == Row{0, 16});
    STATIC_REQUIRE(detector.score(Row{3, 3}) == 3);
}

TEST_CASE("KNearestDistance: reference values") {
    const mote::testing::HalfOfIris iris;
    KNearestDistance<double, 4, 75> detector;
    REQUIRE(detector.fit(iris.usual) == Status::ok);
    const std::array expected = {0.500000000, 0.911043358, 0.469041576, 1.417744688, 1.392838828};
    for (std::size_t n = 0; n < expected.size(); ++n) {
        REQUIRE(detector.score(iris.asked[n]) == Approx(expected[n]).epsilon(1e-8));
    }
}

// Each of 400 rows is one of the 100 kept with probability 1/4: over 50 seeds a row is kept 12.5 times in the
// mean, and the mean value of all kept rows is that of all rows, 199.5, to 115.5 / sqrt(5000) * sqrt(0.75).
TEST_CASE("KNearestDistance: a random part stands for more rows than fit") {
    std::vector<std::array<double, 1>> rows;
    for (int n = 0; n < 400; ++n) rows.push_back({double(n)});
    double mean = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        mote::ReferenceRows<double, 1, 100> part;
        part.keep(rows, seed);
        REQUIRE(part.count() == 100);
        for (std::size_t i = 0; i < 100; ++i) mean += part.row(i)[0] / 5000;
        for (std::size_t i = 1; i < 100; ++i) REQUIRE(part.row(i)[0] > part.row(i - 1)[0]);  // none twice
    }
    REQUIRE(std::abs(mean - 199.5) < 3 * 115.5 / std::sqrt(5000) * std::sqrt(0.75));
}

TEST_CASE("KNearestDistance: duplicates, bad input, and rows too far apart to square") {
    KNearestDistance<float, 2, 4, 2> detector;
    REQUIRE(detector.fit(std::array<Row, 3>{{{5, 5}, {5, 5}, {5, 5}}}) == Status::ok);
    REQUIRE(detector.score(Row{5, 5}) == 0);
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::array<Row, 1>{{{0, 0}}}) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<Row, 3>{{{0, 0}, {0, 1e19f}, {0, -1e19f}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(std::isfinite(detector.score(Row{3e38f, -3e38f})));
    REQUIRE(detector.score(Row{3e38f, -3e38f}) > 1e18f);
    detector.reset();
    REQUIRE(detector.score(Row{1, 3}) == 0);
    REQUIRE(detector.contributions(Row{1, 3}) == Row{});
}

TEST_CASE("KNearestDistance: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<KNearestDistance<float, 3, 10>>();
}
