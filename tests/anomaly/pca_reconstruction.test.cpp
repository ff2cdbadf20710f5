// SPDX-License-Identifier: MIT
#include "mote/anomaly/pca_reconstruction.hpp"

#include <algorithm>

#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::PcaReconstruction, mote::Status;
using Row = std::array<float, 2>;

namespace mote::testing {
template <>
struct Recipe<PcaReconstruction<float, 3, 2>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;
    static constexpr auto fresh() { return PcaReconstruction<float, 3, 2>{}; }
};
}  // namespace mote::testing

// Standardised, the rows lie on the line (1, 1): of (a, b) the half of (a - b)^2 is lost.
TEST_CASE("PcaReconstruction: worked by hand") {
    PcaReconstruction<float, 2, 1> detector;
    REQUIRE(detector.fit(std::array<Row, 4>{{{-1, 8}, {-1, 8}, {1, 12}, {1, 12}}}) == Status::ok);
    REQUIRE(detector.score(Row{3, 16}) == Approx(0).margin(1e-5));
    REQUIRE(detector.score(Row{1, 8}) == Approx(2).epsilon(1e-5));
    REQUIRE(detector.contributions(Row{1, 8})[0] == Approx(1).epsilon(1e-5));
}

// scikit-learn's PCA by detectors_reference.py.
TEST_CASE("PcaReconstruction: reference values") {
    std::vector<std::array<double, 13>> wine;
    for (const auto& line : mote::testing::read_csv<double, 14>("wine")) {
        std::copy_n(line.begin(), 13, wine.emplace_back().begin());
    }
    PcaReconstruction<double, 13, 4> detector;
    REQUIRE(detector.fit(wine) == Status::ok);
    const std::array scores = {2.844970975, 3.983523299, 2.462325856, 8.028184043, 1.732326270};
    constexpr std::array<std::size_t, 5> places = {0, 50, 100, 150, 177};
    for (std::size_t n = 0; n < scores.size(); ++n) {
        REQUIRE(detector.score(wine[places[n]]) == Approx(scores[n]).epsilon(1e-8));
    }
}

TEST_CASE("PcaReconstruction: constant features and bad input") {
    PcaReconstruction<float, 2, 1> detector;
    const std::array<Row, 3> rows = {{{0, 7}, {1, 7}, {2, 7}}};
    REQUIRE(detector.fit(rows) == Status::ok);
    REQUIRE(detector.score(Row{9, 7}) == Approx(0).margin(1e-6));
    REQUIRE(detector.score(Row{1, 8}) == Approx(1).epsilon(1e-6));
    REQUIRE(std::isfinite(detector.score(Row{3e38f, -3e38f})));
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::span(rows).first(1)) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<Row, 2>{{{3e38f, 0}, {-3e38f, 0}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(mote::testing::allocations_in([&] { static_cast<void>(detector.fit(rows)); }) == 0);
}

TEST_CASE("PcaReconstruction: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<PcaReconstruction<float, 3, 2>>();
}
