// SPDX-License-Identifier: MIT
#include "mote/anomaly/loda.hpp"

#include <memory>

#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Loda, mote::LodaConfig, mote::Status;
using Row = std::array<float, 1>;

constexpr auto fitted() {
    Loda<float, 1, LodaConfig{.projections = 5, .bins = 2}> detector(3);
    (void)detector.fit(std::array<Row, 4>{{{0}, {0}, {0}, {1}}});
    return detector;
}

// With one feature every projection is a multiple of it, so that bins hold three rows and one whatever the
// weight.
TEST_CASE("Loda: worked by hand") {
    constexpr auto detector = fitted();
    STATIC_REQUIRE(mote::abs(detector.score(Row{0.1f}) + mote::log(0.75f)) < 1e-6f);
    STATIC_REQUIRE(mote::abs(detector.score(Row{0.9f}) + mote::log(0.25f)) < 1e-6f);
    STATIC_REQUIRE(mote::abs(detector.score(Row{1.1f}) - mote::log(8.0f)) < 1e-6f);
    STATIC_REQUIRE(mote::abs(detector.score(Row{-0.1f}) - mote::log(8.0f)) < 1e-6f);
}

// detectors_reference.py: thirty seeds of the same definition in numpy have 0.8478 in the mean, deviation
// 0.0112.
TEST_CASE("Loda: detects malignant tumours as its definition in numpy does") {
    const auto cancer = mote::testing::breast_cancer<float>();
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto detector = std::make_unique<Loda<float, 30>>(seed);
        REQUIRE(detector->fit(cancer.rows) == Status::ok);
        sum += mote::testing::auroc(*detector, cancer) / 10;
    }
    // Means of thirty and of ten: the standard error of their difference is 0.37 deviations.
    REQUIRE(std::abs(sum - 0.8478) < 3 * 0.37 * 0.0112);
}

TEST_CASE("Loda: constant features and bad input") {
    Loda<float, 1> detector;
    REQUIRE(detector.fit(std::array<Row, 4>{{{5}, {5}, {5}, {5}}}) == Status::ok);
    REQUIRE(detector.score(Row{5}) == 0);
    REQUIRE(detector.score(Row{5.001f}) == Approx(std::log(8.0)).epsilon(1e-6));
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit({}) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<Row, 2>{{{3e38f}, {-3e38f}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(detector.score(Row{std::numeric_limits<float>::quiet_NaN()}) == 0);
    detector.reset();
    REQUIRE(detector.score(Row{5.001f}) == 0);
}

TEST_CASE("Loda: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<Loda<float, 3, LodaConfig{.projections = 6}>>();
    mote::testing::check_anomaly_detector<Loda<double, 300, LodaConfig{.projections = 2, .bins = 3}>>();
    STATIC_REQUIRE(sizeof(Loda<float, 16>) == 100 * (4 * 4 + 10 * 4 + 3 * 4 + 4) + 4);
}
