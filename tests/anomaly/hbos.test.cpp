// SPDX-License-Identifier: MIT
#include "mote/anomaly/hbos.hpp"

#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Hbos, mote::Status;
using Row = std::array<float, 1>;

constexpr auto fitted() {
    Hbos<float, 1, 2> detector;
    (void)detector.fit(std::array<Row, 4>{{{0}, {0.5f}, {1}, {4}}});
    return detector;
}

// Bins 0 .. 2 and 2 .. 4 hold three and one of four rows, so their densities are 1.5 and 0.5 of uniform.
TEST_CASE("Hbos: worked by hand") {
    constexpr auto detector = fitted();
    constexpr float dense = -mote::log2(1.6f), sparse = -mote::log2(0.6f);
    STATIC_REQUIRE(detector.score(Row{1.9f}) == dense);
    STATIC_REQUIRE(detector.score(Row{4}) == sparse);
    STATIC_REQUIRE(detector.score(Row{-0.9f}) == dense);   // within half a bin of the range
    STATIC_REQUIRE(detector.score(Row{-1.1f}) == sparse);  // beyond
    STATIC_REQUIRE(detector.score(Row{-3e38f}) == sparse);
    STATIC_REQUIRE(detector.score(Row{3e38f}) == sparse);
}

// detectors_reference.py, of numpy's histograms.
TEST_CASE("Hbos: reference values") {
    const auto rows = mote::testing::iris();
    Hbos<double, 4> detector;
    REQUIRE(detector.fit(rows) == Status::ok);
    const std::array expected = {-2.526373361, -1.528395358, 2.218030565, 2.984058456, 1.761666035};
    for (std::size_t n = 0; n < expected.size(); ++n) {
        const auto& x = rows[mote::testing::reference_rows[n]];
        REQUIRE(detector.score(x) == Approx(expected[n]).epsilon(1e-8));
        const auto parts = detector.contributions(x);
        REQUIRE(parts[0] + parts[1] + parts[2] + parts[3] == Approx(expected[n]).epsilon(1e-8));
    }
    const auto cancer = mote::testing::breast_cancer<double>();
    Hbos<double, 30> tumours;
    REQUIRE(tumours.fit(cancer.rows) == Status::ok);
    REQUIRE(mote::testing::auroc(tumours, cancer) == Approx(0.8994).margin(5e-5));
}

TEST_CASE("Hbos: constant features and bad input") {
    Hbos<float, 2> detector;
    const std::array<std::array<float, 2>, 3> rows = {{{1, 5}, {2, 5}, {3, 5}}};
    REQUIRE(detector.fit(rows) == Status::ok);
    REQUIRE(detector.contributions(rows[0])[1] == detector.contributions(std::array{1.0f, -80.0f})[1]);
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit({}) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<std::array<float, 2>, 2>{{{3e38f, 0}, {-3e38f, 0}}}) ==
            Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(detector.score(std::array{std::numeric_limits<float>::infinity(), 5.0f}) == 0);
    detector.reset();
    REQUIRE(detector.score(rows[0]) == 0);
}

TEST_CASE("Hbos: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<Hbos<float, 3>>();
    STATIC_REQUIRE(sizeof(Hbos<float, 16>) == 16 * 13 * 4);
}
