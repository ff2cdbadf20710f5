// SPDX-License-Identifier: MIT
#include "mote/supervised/k_nearest_neighbors_regression.hpp"

#include <limits>

#include "tests/contracts/regressor.hpp"
#include "tests/supervised/neighbours_reference.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::KNearestNeighborsRegression, mote::NeighborsConfig, mote::Status, mote::WhenFull;

namespace {

constexpr NeighborsConfig nearer{.weights = mote::NeighborWeights::distance};
constexpr NeighborsConfig nearer_l1{.weights = mote::NeighborWeights::distance, .metric = mote::Metric::l1};
constexpr NeighborsConfig two{.k = 2};
constexpr NeighborsConfig two_nearer{.k = 2, .weights = mote::NeighborWeights::distance};

template <NeighborsConfig config>
constexpr double at(double x) {
    KNearestNeighborsRegression<double, 1, 4, config> model;
    model.update(std::array{0.0}, 10);
    model.update(std::array{4.0}, 30);
    model.update(std::array{9.0}, 70);
    return model.predict(std::array{x});
}

}  // namespace

TEST_CASE("KNearestNeighborsRegression: worked by hand") {
    STATIC_REQUIRE(at<two>(1) == 20);
    STATIC_REQUIRE(at<two>(8) == 50);
    REQUIRE(at<two_nearer>(1) == Approx(15).epsilon(1e-14));  // weights 3/4 and 1/4
    STATIC_REQUIRE(at<two_nearer>(4) == 30);
    REQUIRE(at<NeighborsConfig{.k = 4}>(1) == Approx(110.0 / 3));
}

namespace {

/// The diabetes set, every fifth row held out, standardised as in neighbours_reference.py.
struct Diabetes {
    std::vector<std::array<double, 10>> rows, held_out;
    std::vector<double> targets;

    Diabetes() {
        std::size_t number = 0;
        for (const auto& line : mote::testing::read_csv<double, 11>("diabetes")) {
            const bool out = number++ % 5 == 0;
            auto& row = (out ? held_out : rows).emplace_back();
            for (std::size_t i = 0; i < 10; ++i) row[i] = line[i];
            if (!out) targets.push_back(line[10]);
        }
        for (std::size_t i = 0; i < 10; ++i) {
            double mean = 0, square = 0;
            for (const auto& row : rows) mean += row[i] / double(rows.size());
            for (const auto& row : rows) square += (row[i] - mean) * (row[i] - mean) / double(rows.size());
            for (auto* part : {&rows, &held_out}) {
                for (auto& row : *part) row[i] = (row[i] - mean) / std::sqrt(square);
            }
        }
    }
};

template <NeighborsConfig config, class Expected>
void check_estimates(const Expected& expected) {
    const Diabetes diabetes;
    KNearestNeighborsRegression<double, 10, 400, config> model;
    REQUIRE(model.fit({diabetes.rows, diabetes.targets}) == Status::ok);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(model.predict(diabetes.held_out[i]) == Approx(expected[i]).epsilon(1e-12));
    }
}

}  // namespace

TEST_CASE("KNearestNeighborsRegression: scikit-learn's estimates") {
    check_estimates<NeighborsConfig{}>(reference::diabetes_uniform_l2_estimates);
    check_estimates<nearer>(reference::diabetes_distance_l2_estimates);
    check_estimates<nearer_l1>(reference::diabetes_distance_l1_estimates);
}

// On the line y = x the rows between others are estimated exactly; so are not the ends.
TEST_CASE("KNearestNeighborsRegression: what the others estimate within the tolerance goes") {
    KNearestNeighborsRegression<double, 1, 5, NeighborsConfig{.k = 2, .when_full = WhenFull::condensed}>
        model(0.25);
    for (int i = 0; i < 5; ++i) model.update(std::array{double(i)}, i);
    REQUIRE(model.update(std::array{9.0}, 9) == Status::ok);
    // 0 is estimated 1.5, so it stays; 1 is (0 + 2) / 2 and goes; 2 is (3 + 4) / 2 or (0 + 3) / 2 and stays;
    // 3 is (2 + 4) / 2 and goes; 4 has 2 and 0 and stays.
    REQUIRE(model.count() == 4);
    const std::array expected{0.0, 2.0, 4.0, 9.0};
    for (std::size_t i = 0; i < 4; ++i) CHECK(model.row(i)[0] == expected[i]);
}

TEST_CASE("KNearestNeighborsRegression: edges") {
    using Row = std::array<float, 1>;
    KNearestNeighborsRegression<float, 1, 5> model;
    REQUIRE(model.predict(Row{1}) == 0);
    REQUIRE(model.update(Row{1}, std::numeric_limits<float>::quiet_NaN()) == Status::not_finite);
    REQUIRE(model.count() == 0);
    for (int i = 0; i < 5; ++i) REQUIRE(model.update(Row{7}, 3e38f) == Status::ok);
    REQUIRE(model.predict(Row{7}) == Approx(3e38f));  // no sum that overflows
    REQUIRE(model.predict(Row{3e38f}) == 0);          // all rows are too far away to square
    KNearestNeighborsRegression<float, 1, 5> refused(-1);
    REQUIRE(refused.update(Row{1}, 1) == Status::bad_parameter);
    const std::array<Row, 1> rows{Row{1}};
    const std::array<float, 1> targets{1};
    REQUIRE(refused.fit({rows, targets}) == Status::bad_parameter);
}

TEST_CASE("KNearestNeighborsRegression: keeps the promises of a regressor") {
    mote::testing::check_regressor<KNearestNeighborsRegression<float, 3, 10>>();
    mote::testing::check_regressor<KNearestNeighborsRegression<
        double, 2, 6, NeighborsConfig{.k = 3, .when_full = WhenFull::condensed}>>();
}
