// SPDX-License-Identifier: MIT
// The neighbours of rows in q15: integers only.
#include <cmath>
#include <memory>

#include "mote/supervised/k_nearest_neighbors.hpp"
#include "mote/supervised/k_nearest_neighbors_regression.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/diabetes.hpp"
#include "tests/supervised/q15_split.hpp"
#include "tests/support/catch.hpp"

using mote::KNearestNeighbors, mote::KNearestNeighborsRegression, mote::NeighborsConfig, mote::q15,
    mote::Status;
using mote::testing::right_answers;

namespace {

constexpr NeighborsConfig nearer{.k = 3, .weights = mote::NeighborWeights::distance};
constexpr NeighborsConfig nearer_l1{
    .k = 3, .weights = mote::NeighborWeights::distance, .metric = mote::Metric::l1};

constexpr std::array<q15, 2> at(double a, double b) {
    return {static_cast<q15>(a), static_cast<q15>(b)};
}

// From the origin these rows are 1/4, 1/2 and 1/2 away, the last farther than a difference in q15 can say.
template <NeighborsConfig config>
constexpr auto worked() {
    KNearestNeighbors<q15, 2, 3, 8, config> model;
    model.update(at(0.25, 0), 1);
    model.update(at(0, -0.5), 2);
    model.update(at(-0.5, 0), 2);
    model.update(at(-1, 0.75), 0);
    return model;
}

}  // namespace

TEST_CASE("KNearestNeighbors in q15: worked by hand") {
    static constexpr auto alike = worked<NeighborsConfig{.k = 3}>();
    STATIC_REQUIRE(alike.predict(at(0, 0)) == 2);  // two to one
    STATIC_REQUIRE(alike.predict_proba(at(0, 0))[1] == q15(1.0 / 3));
    STATIC_REQUIRE(alike.predict_proba(at(0, 0))[0] == q15(0));
    // Twice as far counts half: a half for each class.
    static constexpr auto weighted = worked<nearer>();
    STATIC_REQUIRE(weighted.predict_proba(at(0, 0))[1] == q15(0.5));
    STATIC_REQUIRE(weighted.predict_proba(at(0, 0))[2] == q15(0.5));
    STATIC_REQUIRE(worked<nearer_l1>().predict_proba(at(0, 0))[2] == q15(0.5));
    STATIC_REQUIRE(weighted.predict(at(0.25, 0)) == 1);  // nothing is nearer than the same
    STATIC_REQUIRE(weighted.predict_proba(at(0.25, 0))[1] == q15::highest());
    // Distances that no 32 bits hold: the ends of every axis.
    KNearestNeighbors<q15, 300, 2, 2, NeighborsConfig{.k = 1}> far;
    std::array<q15, 300> low{}, high{};
    low.fill(q15::lowest());
    high.fill(q15::highest());
    REQUIRE(far.update(low, 0) == Status::ok);
    high[0] = q15(0.9);
    REQUIRE(far.update(high, 1) == Status::ok);
    REQUIRE(far.predict(low) == 0);
    high.fill(q15::highest());
    REQUIRE(far.predict(high) == 1);
    KNearestNeighborsRegression<q15, 2, 4, nearer> regression;
    REQUIRE(regression.update(at(0.25, 0), q15(0.5)) == Status::ok);
    REQUIRE(regression.update(at(0, -0.5), q15(-0.25)) == Status::ok);
    REQUIRE(regression.predict(at(0, 0)) == q15(0.25));  // (2 * 0.5 - 0.25) / 3
    REQUIRE(regression.predict(at(0, -0.5)) == q15(-0.25));
}

namespace {

/// How many points of accuracy on the rows held out q15 loses against double.
template <std::size_t Features, std::size_t Classes, NeighborsConfig config>
double points_lost(const char* name) {
    const auto fixed = mote::testing::scaled_to_q15<Features>(name);
    const auto floating = mote::testing::as_floating<double, Features>(fixed);
    const auto integer = std::make_unique<KNearestNeighbors<q15, Features, Classes, 1500, config>>();
    const auto reference = std::make_unique<KNearestNeighbors<double, Features, Classes, 1500, config>>();
    REQUIRE(integer->fit(fixed.train()) == Status::ok);
    REQUIRE(reference->fit(floating.train()) == Status::ok);
    return 100.0 * (right_answers(*reference, floating.test()) - right_answers(*integer, fixed.test())) /
           static_cast<double>(fixed.held_out_rows.size());
}

}  // namespace

TEST_CASE("KNearestNeighbors in q15: loses nothing to double on the same rows") {
    constexpr NeighborsConfig five{}, five_nearer{.weights = mote::NeighborWeights::distance};
    CHECK(std::abs(points_lost<4, 3, five>("iris")) <= 1);
    CHECK(std::abs(points_lost<13, 3, five_nearer>("wine")) <= 1);
    CHECK(std::abs(points_lost<30, 2, five>("breast_cancer")) <= 1);
    CHECK(std::abs(points_lost<64, 10, five>("digits")) <= 1);
}

TEST_CASE("KNearestNeighborsRegression in q15: estimates diabetes as double does") {
    const mote::testing::Diabetes<double> diabetes;
    const auto rounded = [](const std::vector<std::array<double, 10>>& rows) {
        std::vector<std::array<q15, 10>> result;
        for (const auto& row : rows) {
            auto& to = result.emplace_back();
            for (std::size_t i = 0; i < 10; ++i) to[i] = static_cast<q15>(row[i] / 512);
        }
        return result;
    };
    std::vector<q15> targets;
    for (const double target : diabetes.targets) targets.push_back(static_cast<q15>(target / 512));
    constexpr NeighborsConfig five_nearer{.weights = mote::NeighborWeights::distance};
    KNearestNeighborsRegression<q15, 10, 400, five_nearer> integer;
    KNearestNeighborsRegression<double, 10, 400, five_nearer> reference;
    const auto rows = rounded(diabetes.rows), held_out = rounded(diabetes.held_out_rows);
    REQUIRE(integer.fit({rows, targets}) == Status::ok);
    REQUIRE(reference.fit(diabetes.train()) == Status::ok);
    double gap = 0, size = 0;
    for (std::size_t i = 0; i < held_out.size(); ++i) {
        const double estimate = reference.predict(diabetes.held_out_rows[i]);
        gap += std::abs(512 * static_cast<double>(integer.predict(held_out[i])) - estimate);
        size += std::abs(estimate);
    }
    CHECK(gap / size < 0.002);
}

TEST_CASE("KNearestNeighbors in q15: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<KNearestNeighbors<q15, 3, 4, 10>>();
    mote::testing::check_online_classifier<KNearestNeighbors<q15, 3, 2, 8, nearer>>();
    mote::testing::check_regressor<KNearestNeighborsRegression<q15, 3, 10>>();
    STATIC_REQUIRE(sizeof(KNearestNeighbors<q15, 30, 2, 64>) == 64 * 61 + 32);
}
