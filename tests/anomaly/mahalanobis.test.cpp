// SPDX-License-Identifier: MIT
#include "mote/anomaly/mahalanobis.hpp"

#include "mote/core/random.hpp"
#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Mahalanobis, mote::Status;
using Row = std::array<float, 2>;

namespace mote::testing {
template <class T, std::size_t Features, class Weight>
struct Recipe<Mahalanobis<T, Features, Weight>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;
    static constexpr auto fresh() { return Mahalanobis<T, Features, Weight>{}; }
};
}  // namespace mote::testing

// The corners of a rectangle: variances 4/3 and 12, no correlation, so (2, 6) is sqrt(3 + 3) away from (0,
// 0).
TEST_CASE("Mahalanobis: worked by hand") {
    Mahalanobis<float, 2> detector(0);
    REQUIRE(detector.fit(std::array<Row, 4>{{{-1, -3}, {-1, 3}, {1, -3}, {1, 3}}}) == Status::ok);
    REQUIRE(detector.score(Row{2, 6}) == Approx(std::sqrt(6)).epsilon(1e-6));
    REQUIRE(detector.score(Row{0, 0}) == 0);
    const Row parts = detector.contributions(Row{2, 6});
    REQUIRE(parts[0] == Approx(3).epsilon(1e-6));
    REQUIRE(parts[1] == Approx(3).epsilon(1e-6));
    // Shrunk all the way both variances are their mean, 20/3.
    Mahalanobis<float, 2> round(1);
    REQUIRE(round.fit(std::array<Row, 4>{{{-1, -3}, {-1, 3}, {1, -3}, {1, 3}}}) == Status::ok);
    REQUIRE(round.score(Row{2, 6}) == Approx(std::sqrt(40 * 3 / 20.0)).epsilon(1e-6));
}

// scikit-learn's EmpiricalCovariance by detectors_reference.py. With 16-bit weights a part of 13 terms is off
// by at most 13 / 65,534 of its largest weight times a gap: within a thousandth here; with 8-bit weights by
// 258 times that.
TEST_CASE("Mahalanobis: reference values") {
    std::vector<std::array<double, 13>> wine;
    for (const auto& line : mote::testing::read_csv<double, 14>("wine")) {
        std::copy_n(line.begin(), 13, wine.emplace_back().begin());
    }
    Mahalanobis<double, 13> detector(0);
    Mahalanobis<double, 13, std::int16_t> compact(0);
    Mahalanobis<double, 13, std::int8_t> smallest(0);
    REQUIRE((detector.fit(wine) == Status::ok && compact.fit(wine) == Status::ok));
    REQUIRE(smallest.fit(wine) == Status::ok);
    const std::array expected = {3.567329143, 4.195736769, 3.689281255, 4.564640546, 3.322198867};
    constexpr std::array<std::size_t, 5> places = {0, 50, 100, 150, 177};
    for (std::size_t n = 0; n < expected.size(); ++n) {
        const auto& x = wine[places[n]];
        REQUIRE(detector.score(x) == Approx(expected[n]).epsilon(1e-8));
        REQUIRE(compact.score(x) == Approx(expected[n]).epsilon(1e-3));
        REQUIRE(smallest.score(x) == Approx(expected[n]).epsilon(0.258));
        double sum = 0;
        for (const double part : detector.contributions(x)) sum += part;
        REQUIRE(sum == Approx(expected[n] * expected[n]).epsilon(1e-8));
    }
}

/// Over the n rows that were learnt from, squared distances add up to (n - 1) * Features whatever the rows,
/// since they are the trace of S^-1 S.
template <std::size_t Features>
void require_trace() {
    std::vector<std::array<double, Features>> rows(100);
    mote::Random random(9);
    for (auto& row : rows) {
        const double shared = random.normal<double>();
        for (std::size_t i = 0; i < Features; ++i)
            row[i] = shared * static_cast<double>(i) + random.normal<double>();
    }
    Mahalanobis<double, Features> detector(0);
    REQUIRE(detector.fit(rows) == Status::ok);
    double sum = 0;
    for (const auto& row : rows) sum += detector.score(row) * detector.score(row);
    REQUIRE(sum == Approx(99.0 * Features).epsilon(1e-9));
}

TEST_CASE("Mahalanobis: few features and many") {
    require_trace<31>();
    require_trace<32>();
}

// A fifth of the rows is far out together, so that with all rows it stands within the covariance that it
// makes. Left out, the model is that of the others.
TEST_CASE("Mahalanobis: learns from the nearest rows alone") {
    mote::Random random(8);
    std::vector<std::array<double, 2>> rows, sound;
    for (int n = 0; n < 200; ++n) {
        const double x = random.normal<double>();
        sound.push_back({x, x + 0.3 * random.normal<double>()});
        rows.push_back(sound.back());
        if (n % 4 == 0)
            rows.push_back({6 + 0.1 * random.normal<double>(), -6 + 0.1 * random.normal<double>()});
    }
    Mahalanobis<double, 2> all(0), robust(0, 0.2), reference(0);
    REQUIRE((all.fit(rows) == Status::ok && robust.fit(rows) == Status::ok &&
             reference.fit(sound) == Status::ok));
    const std::array<double, 2> far = {6, -6};
    REQUIRE(all.score(far) < 3);
    REQUIRE(robust.score(far) == Approx(reference.score(far)).epsilon(1e-9));
    REQUIRE(robust.score(sound[3]) == Approx(reference.score(sound[3])).epsilon(1e-9));
    REQUIRE(robust.score(far) > 20);
    const auto before = mote::testing::bytes_of(robust);
    REQUIRE(robust.fit(std::span(rows).first(1)) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(robust) == before);
    REQUIRE(Mahalanobis<double, 2>(0, 0.6).fit(rows) == Status::bad_parameter);
    REQUIRE(mote::testing::allocations_in([&] { static_cast<void>(robust.fit(rows)); }) == 0);
}

TEST_CASE("Mahalanobis: singular covariances and bad input") {
    const std::array<Row, 4> line = {{{0, 0}, {1, 2}, {2, 4}, {3, 6}}};
    Mahalanobis<float, 2> detector;
    REQUIRE(Mahalanobis<float, 2>(0).fit(std::array<Row, 3>{{{0, 7}, {1, 7}, {2, 7}}}) ==
            Status::not_converged);
    REQUIRE(Mahalanobis<float, 2>(0.1f).fit(std::array<Row, 3>{{{5, 7}, {5, 7}, {5, 7}}}) ==
            Status::not_converged);
    REQUIRE(Mahalanobis<float, 2>(1.5f).fit(line) == Status::bad_parameter);
    REQUIRE(detector.fit(line) == Status::ok);
    REQUIRE(detector.score(Row{1, 3}) > 10 * detector.score(Row{3, 6}));  // off the line is far out
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::span(line).first(1)) == Status::too_few_rows);
    REQUIRE(detector.fit(std::array<Row, 2>{{{3e38f, 0}, {-3e38f, 0}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    REQUIRE(mote::testing::allocations_in([&] { static_cast<void>(detector.fit(line)); }) == 0);
    REQUIRE(std::isfinite(detector.score(Row{3e38f, -3e38f})));
    detector.reset();
    REQUIRE(detector.score(Row{1, 3}) == 0);
}

TEST_CASE("Mahalanobis: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<Mahalanobis<float, 3>>();
    STATIC_REQUIRE(sizeof(Mahalanobis<float, 166, std::int16_t>) <= 32 * 1024);
}
