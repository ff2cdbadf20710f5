// SPDX-License-Identifier: MIT
#include "mote/anomaly/extended_isolation_forest.hpp"

#include <memory>

#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::ExtendedIsolationForest, mote::ExtendedIsolationForestConfig, mote::Status;
using Row = std::array<float, 1>;

template <ExtendedIsolationForestConfig Config, std::size_t N>
constexpr auto fitted(std::array<Row, N> rows) {
    ExtendedIsolationForest<float, 1, Config> forest;
    (void)forest.fit(rows);
    return forest;
}

// With one feature every cut is one of the isolation forest: two rows are parted by the first.
TEST_CASE("ExtendedIsolationForest: worked by hand") {
    constexpr ExtendedIsolationForestConfig config{.trees = 4, .samples = 4, .directions = 3};
    constexpr auto two = fitted<config>(std::array<Row, 2>{{{3}, {5}}});
    STATIC_REQUIRE(two.path_length(Row{3}) == 4 * two.unit);
    STATIC_REQUIRE(two.path_length(Row{99}) == 4 * two.unit);
    STATIC_REQUIRE(two.score(Row{3}) == 0.5f);
    constexpr auto same = fitted<config>(std::array<Row, 3>{{{7}, {7}, {7}}});
    STATIC_REQUIRE(same.path_length(Row{7}) == 4 * 427);  // c(3) = 3 - 4 / 3, times 256: 426.67
}

// Rows 0, 1 and 10: the first cut falls between 1 and 10 with probability 0.9. So 10 is alone after 1.1 cuts
// in the mean, 0 after 1.9, and 1 always after 2. The standard error over 2,000 trees is sqrt(0.09 / 2000) =
// 0.0067.
TEST_CASE("ExtendedIsolationForest: mean path lengths along one feature are those of uniform cuts") {
    constexpr std::size_t trees = 2000;
    constexpr ExtendedIsolationForestConfig config{.trees = trees, .samples = 4, .directions = 8};
    const auto forest = std::make_unique<ExtendedIsolationForest<float, 1, config>>(6);
    REQUIRE(forest->fit(std::array<Row, 3>{{{0}, {1}, {10}}}) == Status::ok);
    const auto mean = [&](float x) { return forest->path_length(Row{x}) / double(trees * forest->unit); };
    REQUIRE(mean(1) == 2);
    REQUIRE(std::abs(mean(10) - 1.1) < 3 * 0.0067);
    REQUIRE(std::abs(mean(0) - 1.9) < 3 * 0.0067);
}

// Two clouds on the diagonal. A forest of upright cuts takes the other two corners, where neither feature is
// strange, for half as usual as the clouds; here they stand out: the paper's figures 2 and 9.
TEST_CASE("ExtendedIsolationForest: sees that the corners opposite two clouds are empty") {
    using Detector = ExtendedIsolationForest<float, 2>;
    static std::array<Detector::Row, 1000> rows;
    mote::Random noise(3);
    for (std::size_t n = 0; n < rows.size(); ++n) {
        const float centre = n % 2 == 0 ? 0 : 10;
        rows[n] = {centre + noise.normal<float>(), centre + noise.normal<float>()};
    }
    const auto forest = std::make_unique<Detector>();
    REQUIRE(forest->fit(rows) == Status::ok);
    double corners = 0, highest = 0;
    for (std::size_t n = 0; n < 20; ++n) {
        const float x = noise.normal<float>(), y = 10 + noise.normal<float>();
        corners += double(forest->score(std::array{x, y})) / 20;
        highest = std::max(highest, double(forest->score(rows[n])));
    }
    REQUIRE(corners > highest);
}

// extended_isolation_forest_reference.py: thirty forests written down in numpy, with intercepts in the
// members' box, on rows divided by their mean deviations, have 0.8145 in the mean, deviation 0.0220.
TEST_CASE("ExtendedIsolationForest: detects malignant tumours as the reference does") {
    const auto cancer = mote::testing::breast_cancer<float>();
    double mean = 0;
    const auto forest = std::make_unique<ExtendedIsolationForest<float, 30>>();
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        *forest = ExtendedIsolationForest<float, 30>(seed);
        REQUIRE(forest->fit(cancer.rows) == Status::ok);
        mean += mote::testing::auroc(*forest, cancer) / 4;
    }
    REQUIRE(std::abs(mean - 0.8145) < 3 * 0.0220 / 2);
}

// Whatever is shared, the parts add up to the rows' mean path less that of x. In a line of rows the feature
// in which x is far out gets most.
TEST_CASE("ExtendedIsolationForest: contributions are shared within a direction") {
    using Pair = std::array<float, 2>;
    using Forest = ExtendedIsolationForest<float, 2, ExtendedIsolationForestConfig{30, 32, 64}>;
    std::array<Pair, 100> rows{};
    mote::Random random(3);
    for (Pair& row : rows) row = {random.normal<float>(), random.normal<float>()};
    const auto forest = std::make_unique<Forest>();
    REQUIRE(forest->fit(rows) == Status::ok);
    const auto whole = [&](const Pair& x) {
        const Pair parts = forest->contributions(x);
        return static_cast<double>(parts[0] + parts[1]) + forest->path_length(x) / (30 * 256.0);
    };
    // Less than 1/256 is dropped of each share at each cut, at most five in a tree.
    for (const Pair& x : rows) REQUIRE(std::abs(whole(x) - whole(rows[0])) < 2 * 2 * 5.0 / 256);
    const Pair right = forest->contributions(Pair{9, 0}), up = forest->contributions(Pair{0, 9});
    REQUIRE(right[0] > 4 * std::abs(right[1]));
    REQUIRE(up[1] > 4 * std::abs(up[0]));
}

TEST_CASE("ExtendedIsolationForest: bad input") {
    auto forest = fitted<ExtendedIsolationForestConfig{.trees = 2, .samples = 4, .directions = 2}>(
        std::array<Row, 3>{{{0}, {1}, {2}}});
    const auto before = mote::testing::bytes_of(forest);
    REQUIRE(forest.fit(std::array<Row, 1>{}) == Status::too_few_rows);
    REQUIRE(forest.fit(std::array<Row, 2>{{{3e38f}, {-3e38f}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(forest) == before);
    REQUIRE(forest.score(Row{std::numeric_limits<float>::quiet_NaN()}) == 0);
    forest.reset();
    REQUIRE(forest.score(Row{1}) == 0);
    // A feature that never varies changes nothing, wherever it is later.
    using Flat = ExtendedIsolationForest<float, 2, ExtendedIsolationForestConfig{4, 4, 4}>;
    Flat flat;
    REQUIRE(flat.fit(std::array<Flat::Row, 3>{{{0, 7}, {1, 7}, {5, 7}}}) == Status::ok);
    REQUIRE(flat.path_length(Flat::Row{1, 7}) == flat.path_length(Flat::Row{1, 900}));
}

TEST_CASE("ExtendedIsolationForest: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<
        ExtendedIsolationForest<float, 3, ExtendedIsolationForestConfig{5, 8, 10}>>();
    mote::testing::check_anomaly_detector<
        ExtendedIsolationForest<std::int16_t, 3, ExtendedIsolationForestConfig{5, 8, 10}>>();
    STATIC_REQUIRE(
        sizeof(ExtendedIsolationForest<float, 166,
                                       ExtendedIsolationForestConfig{.trees = 46, .samples = 128}>) <=
        32 * 1024);
}
