// SPDX-License-Identifier: MIT
#include "mote/anomaly/isolation_forest.hpp"

#include <memory>

#include "mote/anomaly/isolation_trees.hpp"
#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::IsolationForest, mote::IsolationForestConfig, mote::Status;
using Row = std::array<float, 1>;

template <IsolationForestConfig Config, std::size_t N>
constexpr auto fitted(std::array<Row, N> rows, std::uint64_t seed = 1) {
    IsolationForest<float, 1, Config> forest(seed);
    (void)forest.fit(rows);
    return forest;
}

// Two rows: the one cut falls between them, so both paths are 1 long, as long as c(2) = 1 expects.
TEST_CASE("IsolationForest: worked by hand") {
    constexpr auto two =
        fitted<IsolationForestConfig{.trees = 4, .samples = 2}>(std::array<Row, 2>{{{3}, {5}}});
    STATIC_REQUIRE(two.path_length(Row{3}) == 4 * two.unit);
    STATIC_REQUIRE(two.path_length(Row{99}) == 4 * two.unit);
    STATIC_REQUIRE(two.score(Row{3}) == 0.5f);
    // Equal rows cannot be cut: the root is a leaf of three, whose path has the expected length.
    constexpr auto same =
        fitted<IsolationForestConfig{.trees = 4, .samples = 4}>(std::array<Row, 3>{{{7}, {7}, {7}}});
    STATIC_REQUIRE(same.path_length(Row{7}) == 4 * 427);  // c(3) = 3 - 4 / 3, times 256: 426.67
    STATIC_REQUIRE(same.score(Row{7}) == 0.5f);
}

// Rows 0, 1 and 10: the first cut falls between 1 and 10 with probability 0.9. So 10 is alone after 1.1 cuts
// in the mean, 0 after 1.9, and 1 always after 2. The standard error over 2,000 trees is sqrt(0.09 / 2000) =
// 0.0067.
TEST_CASE("IsolationForest: mean path lengths are those of uniform cuts") {
    constexpr std::size_t trees = 2000;
    const auto forest = std::make_unique<IsolationForest<float, 1, IsolationForestConfig{trees, 4}>>(6);
    REQUIRE(forest->fit(std::array<Row, 3>{{{0}, {1}, {10}}}) == Status::ok);
    const auto mean = [&](float x) { return forest->path_length(Row{x}) / double(trees * forest->unit); };
    REQUIRE(mean(1) == 2);
    REQUIRE(std::abs(mean(10) - 1.1) < 3 * 0.0067);
    REQUIRE(std::abs(mean(0) - 1.9) < 3 * 0.0067);
    REQUIRE(forest->score(Row{10}) == Approx(std::exp2(-mean(10) / (5.0 / 3))).epsilon(1e-3));
}

// detectors_reference.py: thirty forests of scikit-learn have 0.7851 in the mean, deviation 0.0236.
TEST_CASE("IsolationForest: detects malignant tumours as scikit-learn's does") {
    const auto cancer = mote::testing::breast_cancer<float>();
    const auto forest = std::make_unique<IsolationForest<float, 30>>(2);
    REQUIRE(forest->fit(cancer.rows) == Status::ok);
    REQUIRE(std::abs(mote::testing::auroc(*forest, cancer) - 0.7851) < 3 * 0.0236);
}

TEST_CASE("IsolationForest: a row scores the same whatever the unit and the origin of its features") {
    mote::Random random(4);
    std::array<std::array<double, 3>, 100> rows{}, scaled{};
    for (std::size_t n = 0; n < rows.size(); ++n) {
        for (std::size_t i = 0; i < 3; ++i) {
            rows[n][i] = random.below(256) / 255.0;  // whole places, so that rounding cannot move one
            scaled[n][i] = 1024 * rows[n][i];
        }
    }
    using Forest = IsolationForest<double, 3, IsolationForestConfig{20, 64}>;
    const auto one = std::make_unique<Forest>(), other = std::make_unique<Forest>();
    REQUIRE((one->fit(rows) == Status::ok && other->fit(scaled) == Status::ok));
    for (std::size_t n = 0; n < rows.size(); ++n) {
        REQUIRE(one->path_length(rows[n]) == other->path_length(scaled[n]));
    }
}

// Rows 0, 1 and 10 of feature 0, the other constant. Paths are c(1) = 0 behind two cuts, or one; in the mean
// of the three rows 5/3 a tree. All that shortens a path is feature 0's.
TEST_CASE("IsolationForest: contributions are the cuts that a feature saved") {
    using Pair = std::array<float, 2>;
    const auto forest = std::make_unique<IsolationForest<float, 2, IsolationForestConfig{200, 4}>>(6);
    REQUIRE(forest->fit(std::array<Pair, 3>{{{0, 5}, {1, 5}, {10, 5}}}) == Status::ok);
    for (const float x : {0.0f, 1.0f, 10.0f}) {
        const double cuts = forest->path_length(Pair{x, 5}) / (200 * 256.0);
        const Pair parts = forest->contributions(Pair{x, 5});
        // (1 + 2 + 2) / 3 has a fraction of 256 that is rounded in each tree
        REQUIRE(parts[0] == Approx(5.0 / 3 - cuts).margin(0.5 / 256));
        REQUIRE(parts[1] == 0);
    }
    REQUIRE(forest->contributions(Pair{10, NAN}) == Pair{});
    REQUIRE(IsolationForest<float, 2, IsolationForestConfig{2, 4}>{}.contributions(Pair{1, 1}) == Pair{});
}

// Whatever the path, the parts add up to the rows' mean path, which is the same for every x.
TEST_CASE("IsolationForest: contributions add up to the mean path less that of x") {
    const auto cancer = mote::testing::breast_cancer<float>();
    const auto forest = std::make_unique<IsolationForest<float, 30, IsolationForestConfig{50, 128}>>();
    REQUIRE(forest->fit(cancer.rows) == Status::ok);
    const auto whole = [&](const auto& x) {
        float sum = static_cast<float>(forest->path_length(x)) / (50 * 256);
        for (const float part : forest->contributions(x)) sum += part;
        return sum;
    };
    for (std::size_t n = 0; n < cancer.rows.size(); n += 20) {
        REQUIRE(whole(cancer.rows[n]) == Approx(whole(cancer.rows[0])).margin(1e-4));
    }
}

TEST_CASE("IsolationForest: raw samples grow the trees that their values as numbers do") {
    mote::Random random(4);
    std::array<std::array<std::int16_t, 3>, 100> raw{};
    std::array<std::array<double, 3>, 100> real{};
    for (std::size_t n = 0; n < raw.size(); ++n) {
        for (std::size_t i = 0; i < 3; ++i) {
            raw[n][i] = static_cast<std::int16_t>(random.below(256)) - 100;
            real[n][i] = raw[n][i];
        }
        raw[0][n % 3] = -100, real[0][n % 3] = -100;  // a range of 255, which divides 65,535
        raw[1][n % 3] = 155, real[1][n % 3] = 155;
    }
    constexpr IsolationForestConfig config{20, 64};
    const auto one = std::make_unique<IsolationForest<std::int16_t, 3, config>>();
    const auto other = std::make_unique<IsolationForest<double, 3, config>>();
    REQUIRE((one->fit(raw) == Status::ok && other->fit(real) == Status::ok));
    for (std::size_t n = 0; n < raw.size(); ++n) {
        REQUIRE(one->path_length(raw[n]) == other->path_length(real[n]));
        const double expected = -std::log2(other->score(real[n]));  // path over what is usual
        const double usual = one->score(raw[n]) + static_cast<double>(one->path_length(raw[n]));
        REQUIRE(static_cast<double>(one->path_length(raw[n])) / usual == Approx(expected).epsilon(1e-9));
        for (std::size_t i = 0; i < 3; ++i) {
            const double cuts = 256 * other->contributions(real[n])[i];
            REQUIRE(std::abs(one->contributions(raw[n])[i] - cuts) <= 1);
        }
    }
}

TEST_CASE("IsolationForest: bad input") {
    auto forest =
        fitted<IsolationForestConfig{.trees = 2, .samples = 4}>(std::array<Row, 3>{{{0}, {1}, {2}}});
    const auto before = mote::testing::bytes_of(forest);
    REQUIRE(forest.fit(std::array<Row, 1>{}) == Status::too_few_rows);
    REQUIRE(forest.fit(std::array<Row, 2>{{{3e38f}, {-3e38f}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(forest) == before);
    REQUIRE(forest.score(Row{std::numeric_limits<float>::quiet_NaN()}) == 0);
    forest.reset();
    REQUIRE(forest.score(Row{1}) == 0);
}

TEST_CASE("IsolationForest: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<IsolationForest<float, 3, IsolationForestConfig{5, 8}>>();
    mote::testing::check_anomaly_detector<IsolationForest<double, 300, IsolationForestConfig{2, 5}>>();
    mote::testing::check_anomaly_detector<IsolationForest<std::int16_t, 3, IsolationForestConfig{5, 8}>>();
    STATIC_REQUIRE(sizeof(IsolationForest<float, 16>) == 128'144);
    STATIC_REQUIRE(sizeof(IsolationForest<float, 4, IsolationForestConfig{20, 64}>) == 6448);
}
