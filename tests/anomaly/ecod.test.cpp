// SPDX-License-Identifier: MIT
#include "mote/anomaly/ecod.hpp"

#include <memory>

#include "mote/anomaly/copod.hpp"
#include "mote/anomaly/empirical_tails.hpp"
#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Copod, mote::Ecod, mote::EmpiricalTails, mote::Status;
using Row = std::array<float, 1>;

constexpr std::array<Row, 4> by_hand = {{{2}, {0}, {2}, {9}}};

template <class Detector>
constexpr Detector fitted() {
    Detector detector;
    (void)detector.fit(by_hand);
    return detector;
}

// In order 0, 2, 2, 9, skewed to the right: a quarter of the rows is at most 0, three at most 2, three at
// least 2.
TEST_CASE("Ecod and Copod: worked by hand") {
    constexpr auto ecod = fitted<Ecod<float, 1, 4>>();
    constexpr auto copod = fitted<Copod<float, 1, 4>>();
    constexpr float quarter = -mote::log(0.25f), three = -mote::log(0.75f), beyond = mote::log(5.0f);
    STATIC_REQUIRE(ecod.score(Row{0}) == quarter);
    STATIC_REQUIRE(ecod.score(Row{2}) == three);
    STATIC_REQUIRE(ecod.score(Row{9}) == quarter);
    STATIC_REQUIRE(ecod.score(Row{-1}) == beyond);
    STATIC_REQUIRE(copod.score(Row{0}) == quarter / 2);  // its own tail is not the skewed one
    STATIC_REQUIRE(copod.score(Row{9}) == quarter);
    STATIC_REQUIRE(copod.score(Row{10}) == beyond);
    STATIC_REQUIRE(ecod.score(Row{5.5f}) == (three + quarter) / 2);  // halfway from 2 to 9
}

// detectors_reference.py; exact, since there are as many knots as rows.
TEST_CASE("Ecod and Copod: reference values") {
    const auto rows = mote::testing::iris();
    Ecod<double, 4, 150> ecod;
    Copod<double, 4, 150> copod;
    REQUIRE((ecod.fit(rows) == Status::ok && copod.fit(rows) == Status::ok));
    const std::array ecod_expected = {6.405678930, 10.242194383, 8.526420821, 12.016370981, 12.580900784};
    const std::array copod_expected = {5.877122651, 7.103027488, 5.327955993, 9.023983202, 10.155370801};
    for (std::size_t n = 0; n < ecod_expected.size(); ++n) {
        const auto& x = rows[mote::testing::reference_rows[n]];
        REQUIRE(ecod.score(x) == Approx(ecod_expected[n]).epsilon(1e-9));
        REQUIRE(copod.score(x) == Approx(copod_expected[n]).epsilon(1e-9));
    }
}

TEST_CASE("Ecod and Copod: 32 knots detect what 569 detect") {
    const auto cancer = mote::testing::breast_cancer<float>();
    const auto ecod = std::make_unique<Ecod<float, 30>>();
    const auto copod = std::make_unique<Copod<float, 30>>();
    REQUIRE((ecod->fit(cancer.rows) == Status::ok && copod->fit(cancer.rows) == Status::ok));
    REQUIRE(std::abs(mote::testing::auroc(*ecod, cancer) - 0.6285) < 0.003);
    REQUIRE(std::abs(mote::testing::auroc(*copod, cancer) - 0.8632) < 0.003);
}

// The exact tails of 1,000 rows without ties: the lowest ranks have knots of their own, and in between a knot
// is at most a factor of about 1.6 further, over which the logarithm of a rank is nearly a line.
TEST_CASE("EmpiricalTails: few knots keep the tails") {
    mote::Random random(5);
    std::vector<std::array<double, 1>> rows(1000);
    for (auto& row : rows) row[0] = random.normal<double>();
    EmpiricalTails<double, 1, 32> tails;
    REQUIRE(tails.fit(rows) == Status::ok);
    for (std::size_t rank : {0u, 1u, 2u, 5u, 20u, 100u, 400u, 600u, 900u, 980u, 995u, 998u, 999u}) {
        const double value = mote::order_statistic(mote::Rows<double, 1>(rows), 0, rank);
        const auto [left, right] = tails.tails(0, value);
        CAPTURE(rank);
        const bool outermost = rank < 3 || rank > 996;
        REQUIRE(std::exp(-left) ==
                Approx((double(rank) + 1) / 1000).epsilon(outermost && rank < 3 ? 1e-12 : 0.1));
        REQUIRE(std::exp(-right) ==
                Approx((1000 - double(rank)) / 1000).epsilon(outermost && rank > 996 ? 1e-12 : 0.1));
    }
}

TEST_CASE("Ecod and Copod: constant features and bad input") {
    Ecod<float, 2, 4> detector;
    const std::array<std::array<float, 2>, 3> rows = {{{1, 5}, {2, 5}, {4, 5}}};
    REQUIRE(detector.fit(rows) == Status::ok);
    REQUIRE(detector.contributions(rows[0])[1] == 0);
    REQUIRE(detector.contributions(std::array{1.0f, 6.0f})[1] == mote::log(4.0f));
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit({}) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<std::array<float, 2>, 2>{{{3e38f, 0}, {-3e38f, 0}}}) ==
            Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(detector.score(std::array{std::numeric_limits<float>::infinity(), 5.0f}) == 0);
    detector.reset();
    REQUIRE(detector.score(rows[0]) == 0);
}

TEST_CASE("Ecod and Copod: keep the promises of anomaly detectors") {
    mote::testing::check_anomaly_detector<Ecod<float, 3, 8>>();
    mote::testing::check_anomaly_detector<Copod<double, 2, 20>>();
    STATIC_REQUIRE(sizeof(Ecod<float, 16>) == (16 * (3 * 32 + 1) + 1) * 4);
}
