// SPDX-License-Identifier: MIT
#include "mote/supervised/k_nearest_neighbors.hpp"

#include <limits>
#include <memory>

#include "mote/supervised/kept_rows.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/neighbours_reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::KNearestNeighbors, mote::NeighborsConfig, mote::Status, mote::WhenFull;
using mote::testing::right_answers;

namespace {

constexpr NeighborsConfig three{.k = 3};
constexpr NeighborsConfig nearer{.weights = mote::NeighborWeights::distance};
constexpr NeighborsConfig nearer_l1{.weights = mote::NeighborWeights::distance, .metric = mote::Metric::l1};
constexpr NeighborsConfig three_nearer{.k = 3, .weights = mote::NeighborWeights::distance};

template <NeighborsConfig config>
constexpr KNearestNeighbors<double, 2, 3, 8, config> worked() {
    KNearestNeighbors<double, 2, 3, 8, config> model;
    model.update(std::array{0.0, 0.0}, 1);
    model.update(std::array{4.0, 0.0}, 2);
    model.update(std::array{0.0, 4.0}, 2);
    model.update(std::array{9.0, 9.0}, 0);
    return model;
}

}  // namespace

// From (1, 0) the first three rows are 1, 3 and sqrt(17) away.
TEST_CASE("KNearestNeighbors: worked by hand") {
    constexpr std::array x{1.0, 0.0};
    STATIC_REQUIRE(worked<three>().predict(x) == 2);
    STATIC_REQUIRE(worked<three>().predict_proba(x)[1] == 1.0 / 3);
    constexpr double others = 1.0 / 3 + 1 / 4.123105625617661;
    REQUIRE(worked<three_nearer>().predict(x) == 1);
    REQUIRE(worked<three_nearer>().predict_proba(x)[2] == Approx(others / (1 + others)).epsilon(1e-14));
    STATIC_REQUIRE(worked<three_nearer>().predict_proba(std::array{4.0, 0.0})[2] == 1);  // at distance 0
    STATIC_REQUIRE(worked<nearer>().count() == 4);  // fewer rows than neighbours: all vote
    REQUIRE(worked<NeighborsConfig{}>().predict_proba(x)[0] == 0.25);
}

namespace {

template <NeighborsConfig config, std::size_t Features, std::size_t Classes, class T = double>
auto fitted(const mote::testing::Split<T, Features>& split) {
    auto model = std::make_unique<KNearestNeighbors<T, Features, Classes, 1500, config>>();
    REQUIRE(model->fit(split.train()) == Status::ok);
    return model;
}

template <NeighborsConfig config>
std::array<int, 4> right_on_all() {
    const auto iris = mote::testing::standardised<double, 4>("iris");
    const auto wine = mote::testing::standardised<double, 13>("wine");
    const auto cancer = mote::testing::standardised<double, 30>("breast_cancer");
    const auto digits = mote::testing::standardised<double, 64>("digits");
    return {right_answers(*fitted<config, 4, 3>(iris), iris.test()),
            right_answers(*fitted<config, 13, 3>(wine), wine.test()),
            right_answers(*fitted<config, 30, 2>(cancer), cancer.test()),
            right_answers(*fitted<config, 64, 10>(digits), digits.test())};
}

template <NeighborsConfig config, class Expected>
void check_shares(const Expected& expected) {
    const auto wine = mote::testing::standardised<double, 13>("wine");
    const auto model = fitted<config, 13, 3>(wine);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(model->predict_proba(wine.held_out_rows[i])[1] == Approx(expected[i]).margin(1e-12));
    }
}

}  // namespace

TEST_CASE("KNearestNeighbors: scikit-learn's answers") {
    using namespace reference;
    CHECK(right_on_all<NeighborsConfig{}>() == std::array{iris_uniform_l2_right, wine_uniform_l2_right,
                                                          breast_cancer_uniform_l2_right,
                                                          digits_uniform_l2_right});
    CHECK(right_on_all<nearer>() == std::array{iris_distance_l2_right, wine_distance_l2_right,
                                               breast_cancer_distance_l2_right, digits_distance_l2_right});
    CHECK(right_on_all<nearer_l1>() == std::array{iris_distance_l1_right, wine_distance_l1_right,
                                                  breast_cancer_distance_l1_right, digits_distance_l1_right});
    check_shares<NeighborsConfig{}>(wine_uniform_l2_share_of_class_1);
    check_shares<nearer>(wine_distance_l2_share_of_class_1);
    check_shares<nearer_l1>(wine_distance_l1_share_of_class_1);
    const auto digits = mote::testing::standardised<float, 64>("digits");
    CHECK(right_answers(*fitted<NeighborsConfig{}, 64, 10, float>(digits), digits.test()) ==
          digits_uniform_l2_right);
}

namespace {

template <WhenFull when_full, std::size_t Capacity>
using Line = KNearestNeighbors<double, 1, 2, Capacity, NeighborsConfig{.k = 1, .when_full = when_full}>;

}  // namespace

TEST_CASE("KNearestNeighbors: the oldest row goes") {
    constexpr auto model = [] {
        Line<WhenFull::oldest_out, 3> result;
        for (int i = 0; i < 8; ++i) result.update(std::array{double(i)}, std::uint8_t(i % 2));
        return result;
    }();
    STATIC_REQUIRE(model.count() == 3);
    STATIC_REQUIRE(model.row(0)[0] + model.row(1)[0] + model.row(2)[0] == 5 + 6 + 7);
    STATIC_REQUIRE(model.predict(std::array{0.0}) == 1);  // row 5
}

// 20 of 100 rows stay, each with probability 1/5: over 200 seeds the mean of those that do is 49.5 to
// 28.9 / sqrt(4000) * sqrt(0.8), and the first row stays 40 times to sqrt(32).
TEST_CASE("KNearestNeighbors: a reservoir keeps each row as often") {
    double mean = 0;
    int first = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Line<WhenFull::reservoir, 20> model(seed);
        for (int i = 0; i < 100; ++i) REQUIRE(model.update(std::array{double(i)}, 0) == Status::ok);
        REQUIRE(model.count() == 20);
        for (std::size_t i = 0; i < 20; ++i) {
            mean += model.row(i)[0] / 4000;
            first += model.row(i)[0] == 0;
        }
    }
    CHECK(std::abs(mean - 49.5) < 3 * 28.9 / std::sqrt(4000) * std::sqrt(0.8));
    CHECK(std::abs(first - 40) < 3 * std::sqrt(32));
}

// Rows 0 1 2 of class 0 and 10 11 12 of class 1 fill it. Their neighbours answer all; the oldest three go.
TEST_CASE("KNearestNeighbors: what the others answer goes") {
    Line<WhenFull::condensed, 6> model;
    for (int i = 0; i < 3; ++i) {
        model.update(std::array{double(i)}, 0);
        model.update(std::array{10.0 + i}, 1);
    }
    REQUIRE(model.update(std::array{5.0}, 0) == Status::ok);
    REQUIRE(model.count() == 4);
    const std::array expected{11.0, 2.0, 12.0, 5.0};
    for (std::size_t i = 0; i < 4; ++i) CHECK(model.row(i)[0] == expected[i]);
    // Nobody can be spared where every neighbour is of the other class: the oldest goes.
    Line<WhenFull::condensed, 4> striped;
    for (int i = 0; i < 5; ++i) striped.update(std::array{double(i)}, std::uint8_t(i % 2));
    REQUIRE(striped.count() == 4);
    CHECK(striped.row(0)[0] == 1);
    CHECK(striped.row(3)[0] == 4);
}

// Two squares of a chessboard: with room for 64 of 4,000 rows, those along the boundary answer best.
TEST_CASE("KNearestNeighbors: condensed rows answer better than random ones") {
    KNearestNeighbors<float, 2, 2, 64, NeighborsConfig{.k = 1, .when_full = WhenFull::condensed}> condensed;
    KNearestNeighbors<float, 2, 2, 64, NeighborsConfig{.k = 1}> sampled;
    mote::Random random(4);
    const auto draw = [&] { return std::array{random.uniform<float>(), random.uniform<float>()}; };
    const auto label = [](const auto& x) { return std::uint8_t((x[0] > 0.5f) != (x[1] > 0.5f)); };
    for (int i = 0; i < 4000; ++i) {
        const auto x = draw();
        condensed.update(x, label(x));
        sampled.update(x, label(x));
    }
    int condensed_right = 0, sampled_right = 0;
    for (int i = 0; i < 2000; ++i) {
        const auto x = draw();
        condensed_right += condensed.predict(x) == label(x);
        sampled_right += sampled.predict(x) == label(x);
    }
    CAPTURE(condensed_right, sampled_right);
    CHECK(condensed_right > sampled_right);
}

TEST_CASE("KNearestNeighbors: edges") {
    using Row = std::array<float, 2>;
    using Model = KNearestNeighbors<float, 2, 3, 4, three>;
    Model model;
    REQUIRE(model.predict(Row{1, 2}) == 0);
    REQUIRE(model.predict_proba(Row{1, 2})[2] == 1.0f / 3);
    REQUIRE(model.update(Row{1, 2}, 3) == Status::bad_label);
    REQUIRE(model.update(Row{1, std::numeric_limits<float>::infinity()}, 1) == Status::not_finite);
    REQUIRE(model.count() == 0);
    const std::array<Row, 6> same{Row{1, 5}, Row{1, 5}, Row{1, 5}, Row{1, 5}, Row{1, 5}, Row{1, 5}};
    const std::array<std::uint8_t, 6> twos{2, 2, 2, 2, 2, 2};
    REQUIRE(model.fit({same, twos}) == Status::ok);  // equal rows of one class, more than fit
    REQUIRE(model.count() == 4);
    REQUIRE(model.predict(Row{-7, 5}) == 2);
    REQUIRE(model.predict(Row{3e38f, 5}) == 0);  // too far away to square: nobody votes
    REQUIRE(model.predict(Row{std::numeric_limits<float>::quiet_NaN(), 5}) == 0);
    const auto before = mote::testing::bytes_of(model);
    const std::array<std::uint8_t, 6> beyond{2, 2, 2, 2, 2, 3};
    REQUIRE(model.fit({same, beyond}) == Status::bad_label);
    REQUIRE(model.fit({}) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(model) == before);
    KNearestNeighbors<float, 2, 3, 5> one;
    REQUIRE(one.fit({std::span(same).first(1), std::span(twos).first(1)}) == Status::ok);
    REQUIRE(one.predict_proba(Row{0, 0})[2] == 1);
    STATIC_REQUIRE(sizeof(KNearestNeighbors<float, 30, 2, 64>) == 64 * 121 + 32);
}

TEST_CASE("KNearestNeighbors: keeps the promises of an online classifier") {
    mote::testing::check_online_classifier<KNearestNeighbors<float, 3, 4, 10>>();
    mote::testing::check_online_classifier<
        KNearestNeighbors<double, 2, 2, 7, NeighborsConfig{.k = 3, .when_full = WhenFull::condensed}>>();
    mote::testing::check_online_classifier<KNearestNeighbors<float, 3, 2, 8, nearer_l1>>();
}
