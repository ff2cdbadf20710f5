// SPDX-License-Identifier: MIT
#include "mote/anomaly/ensemble.hpp"

#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/k_means_distance.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Ensemble, mote::KNearestDistance, mote::RankEnsemble, mote::Status;
using Row = std::array<float, 1>;
using Nearest = KNearestDistance<float, 1, 4, 1>;  // 0 for every row
using Second = KNearestDistance<float, 1, 4, 2>;
using Third = KNearestDistance<float, 1, 4, 3>;

constexpr std::array<Row, 4> rows = {{{0}, {1}, {2}, {5}}};

template <class Detector>
constexpr Detector fitted() {
    Detector detector;
    static_cast<void>(detector.fit(rows));
    return detector;
}

// Second neighbours of the rows, themselves counted: 1, 1, 1, 3, mean 1.5, deviation sqrt(3) / 2; third: 2,
// 1, 2, 4, mean 2.25, deviation sqrt(19 / 16). From 7 both are 2 + 3 = 5 and 6. The first does not vary: no
// say.
TEST_CASE("Ensemble: worked by hand") {
    constexpr auto ensemble = fitted<Ensemble<Nearest, Second, Third>>();
    STATIC_REQUIRE(ensemble.detector<1>().score(Row{7}) == 5);
    STATIC_REQUIRE(ensemble.detector<2>().score(Row{7}) == 6);
    const double expected = (3.5 / std::sqrt(0.75) + 3.75 / std::sqrt(19.0 / 16)) / 3;
    REQUIRE(ensemble.score(Row{7}) == Approx(expected).epsilon(1e-6));
}

// The second neighbour of 3 is 2 away: halfway from 1 to 3, and the third of four ranks is 5 / 8, the fourth
// 7 / 8. That of 1 ties with three: the middle of 0 .. 3 / 4. From 7 it is 5, beyond: 7 / 8 and 2 / (2 + 2)
// of a step.
TEST_CASE("Ensemble: ranks worked by hand") {
    constexpr auto ensemble = fitted<RankEnsemble<Second>>();
    STATIC_REQUIRE(ensemble.score(Row{3}) == 0.75f);
    STATIC_REQUIRE(ensemble.score(Row{1}) == 0.375f);
    STATIC_REQUIRE(ensemble.score(Row{7}) == 1);
    STATIC_REQUIRE(ensemble.score(Row{700}) > 1);
    STATIC_REQUIRE(ensemble.score(Row{700}) < 1.125f);
    STATIC_REQUIRE(ensemble.score(Row{0.5f}) == 0);  // 0.5 away from both neighbours: below all
}

TEST_CASE("Ensemble: is better than the worse of two detectors of tumours") {
    const auto cancer = mote::testing::breast_cancer<float>();
    using Histograms = mote::Hbos<float, 30>;
    using Neighbours = KNearestDistance<float, 30, 64>;
    static Ensemble<Histograms, Neighbours> both;
    static RankEnsemble<Histograms, Neighbours> ranks;
    REQUIRE((both.fit(cancer.rows) == Status::ok && ranks.fit(cancer.rows) == Status::ok));
    const double lower = std::min(mote::testing::auroc(both.detector<0>(), cancer),
                                  mote::testing::auroc(both.detector<1>(), cancer));
    REQUIRE(mote::testing::auroc(both, cancer) > lower);
    REQUIRE(mote::testing::auroc(ranks, cancer) > lower);
}

TEST_CASE("Ensemble: bad input changes no part") {
    auto ensemble = fitted<Ensemble<Second, mote::KMeansDistance<float, 1, 3>>>();
    const auto before = mote::testing::bytes_of(ensemble);
    // Enough rows for the first detector, too few for the second.
    REQUIRE(ensemble.fit(std::span(rows).first(2)) == Status::too_few_rows);
    REQUIRE(ensemble.fit(std::span(rows).first(0)) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(ensemble) == before);
    REQUIRE(std::isfinite(ensemble.score(Row{3e38f})));
    ensemble.reset();
    REQUIRE(ensemble.score(Row{7}) == 0);
}

TEST_CASE("Ensemble: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<Ensemble<mote::Hbos<float, 3>, KNearestDistance<float, 3, 10>>>();
    mote::testing::check_anomaly_detector<
        RankEnsemble<mote::Hbos<float, 3>, KNearestDistance<float, 3, 10>>>();
}
