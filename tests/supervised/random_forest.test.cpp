// SPDX-License-Identifier: MIT
#include "mote/supervised/random_forest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/contracts/classifier.hpp"
#include "tests/supervised/split.hpp"
#include "tests/supervised/trees_reference.hpp"
#include "tests/support/catch.hpp"

using mote::ExtraTrees;
using mote::ForestConfig;
using mote::RandomForest;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::Split;

namespace {

using Row = std::array<float, 2>;
using Small = RandomForest<float, 2, 2, ForestConfig{.trees = 3, .depth = 2}>;

constexpr std::array<Row, 6> rows{Row{1, 5}, Row{2, 6}, Row{3, 4}, Row{7, 5}, Row{8, 6}, Row{9, 4}};
constexpr std::array<std::uint8_t, 6> labels{0, 0, 0, 1, 1, 1};

constexpr Small fitted() {
    Small model;
    Small::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer));
    return model;
}

}  // namespace

// Worked by hand: one tree that tries all features and sees every row once is a decision tree.
TEST_CASE("RandomForest: one tree of all rows and features is a decision tree") {
    const Split<float, 4> iris("iris");
    using Tree = mote::DecisionTree<float, 4, 3>;
    RandomForest<float, 4, 3, ForestConfig{.trees = 1, .tried_features = 4, .bootstrap = false}> forest;
    decltype(forest)::Trainer<150> forest_trainer;
    Tree tree;
    Tree::Trainer<150> trainer;
    REQUIRE(forest.fit(iris.train(), forest_trainer) == Status::ok);
    REQUIRE(tree.fit(iris.train(), trainer) == Status::ok);
    for (const auto& x : iris.held_out_rows) {
        const auto expected = tree.predict_proba(x), shares = forest.predict_proba(x);
        for (std::size_t k = 0; k < 3; ++k) REQUIRE(std::abs(shares[k] - expected[k]) <= 1.0f / 255);
    }
    REQUIRE(forest_trainer.feature_importances() == trainer.feature_importances());
}

TEST_CASE("RandomForest: works at compile time") {
    static constexpr Small model = fitted();
    STATIC_REQUIRE(model.predict(rows[0]) == 0);
    STATIC_REQUIRE(model.predict(rows[5]) == 1);
    const Small again = fitted();
    for (const Row& x : rows) REQUIRE(again.votes(x) == model.votes(x));
}

TEST_CASE("RandomForest: shares of 255 sum to 255") {
    const std::array<float, 3> weights{1, 1, 1};
    mote::ClassTally<float, 3, mote::Criterion::gini> tally(weights);
    for (const std::size_t label : {0u, 0u, 1u, 1u, 2u, 2u}) tally.add(label, 1);
    std::array<std::uint8_t, 3> leaf{};
    tally.write(leaf);
    REQUIRE(leaf == std::array<std::uint8_t, 3>{85, 85, 85});
    tally.add(1, 1);  // 2, 3, 2 of 7: 72.86, 109.29, 72.86
    tally.write(leaf);
    REQUIRE(leaf == std::array<std::uint8_t, 3>{73, 109, 73});
}

namespace {

/// Scores are means over five seeds; they must lie within three standard errors of scikit-learn's mean, or
/// half a row.
template <class Model>
void compare_scores(const auto& split, const std::array<double, 2>& expected) {
    static typename Model::template Trainer<1500> trainer;
    static Model model;
    double mean = 0;
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
        REQUIRE(model.fit(split.train(), trainer, {{}, seed}) == Status::ok);
        mean += right_answers(model, split.test()) / 5.0;
    }
    const double standard_error = expected[1] * std::sqrt(1.0 / 5 + 1.0 / 20);
    REQUIRE(std::abs(mean - expected[0]) <= std::max(0.5, 3 * standard_error));
}

template <std::size_t Features, std::size_t Classes>
void compare_forests(const std::string& name, const std::array<double, 2>& forest,
                     const std::array<double, 2>& extra) {
    const Split<float, Features> split(name);
    constexpr ForestConfig config{.trees = 10, .depth = 30, .leaves = 500};
    compare_scores<RandomForest<float, Features, Classes, config>>(split, forest);
    compare_scores<ExtraTrees<float, Features, Classes, config>>(split, extra);
}

}  // namespace

TEST_CASE("RandomForest, ExtraTrees: scikit-learn's scores") {
    using namespace reference;
    compare_forests<4, 3>("iris", iris_forest10_right, iris_extra10_right);
    compare_forests<13, 3>("wine", wine_forest10_right, wine_extra10_right);
    compare_forests<30, 2>("breast_cancer", breast_cancer_forest10_right, breast_cancer_extra10_right);
    compare_forests<64, 10>("digits", digits_forest10_right, digits_extra10_right);
}

// A row is out of a bag of n with probability (1 - 1/n)^n = 0.368; of 50 * 142 draws the share has a standard
// deviation below 0.006. The estimate must agree with the rows held out, whose share has one of 0.04.
TEST_CASE("RandomForest: the out-of-bag score foretells the score") {
    const Split<float, 13> wine("wine");
    using Model = RandomForest<float, 13, 3, ForestConfig{.trees = 50}>;
    static Model model;
    static Model::Trainer<150> trainer;
    REQUIRE(model.fit(wine.train(), trainer) == Status::ok);
    std::size_t left_out = 0;
    for (std::size_t t = 0; t < 50; ++t) {
        for (std::size_t row = 0; row < wine.rows.size(); ++row) left_out += trainer.saw(t, row) ? 0 : 1;
    }
    const double share = static_cast<double>(left_out) / (50.0 * static_cast<double>(wine.rows.size()));
    REQUIRE(std::abs(share - 0.368) < 0.018);
    const double held_out = right_answers(model, wine.test()) / static_cast<double>(wine.test().size());
    const double out_of_bag = static_cast<double>(model.out_of_bag_score(wine.train(), trainer));
    REQUIRE(std::abs(out_of_bag - held_out) < 0.08);
}

// A label that nothing foretells: in the bag every tree knows it, out of the bag it is a coin.
TEST_CASE("RandomForest: the out-of-bag score does not believe what was learnt by heart") {
    mote::Random random(4);
    std::array<Row, 400> noise{};
    std::array<std::uint8_t, 400> coins{};
    for (std::size_t i = 0; i < noise.size(); ++i) {
        noise[i] = {random.uniform<float>(), random.uniform<float>()};
        coins[i] = static_cast<std::uint8_t>(random.below(2));
    }
    using Model = RandomForest<float, 2, 2, ForestConfig{.trees = 20, .depth = 20, .leaves = 200}>;
    static Model model;
    static Model::Trainer<400> trainer;
    REQUIRE(model.fit({noise, coins}, trainer) == Status::ok);
    REQUIRE(right_answers(model, mote::Dataset<float, 2>{noise, coins}) > 380);
    const float score = model.out_of_bag_score({noise, coins}, trainer);
    REQUIRE(std::abs(score - 0.5f) < 0.1f);  // four standard deviations
}

TEST_CASE("RandomForest: importances find what the label depends on") {
    mote::Random random(5);
    std::array<std::array<float, 4>, 300> points{};
    std::array<std::uint8_t, 300> sides{};
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (float& value : points[i]) value = random.uniform<float>();
        sides[i] = points[i][2] > 0.5f ? 1 : 0;
    }
    using Model = RandomForest<float, 4, 2>;
    Model model;
    Model::Trainer<300> trainer;
    REQUIRE(model.fit({points, sides}, trainer) == Status::ok);
    const auto importances = trainer.feature_importances();
    REQUIRE(importances[2] > 0.6f);
    REQUIRE(importances[0] + importances[1] + importances[2] + importances[3] == Approx(1));
}

TEST_CASE("RandomForest: more trees leave the first ones as they are") {
    RandomForest<float, 2, 2, ForestConfig{.trees = 4, .depth = 2}> more;
    decltype(more)::Trainer<6> trainer;
    REQUIRE(more.fit({rows, labels}, trainer) == Status::ok);
    const Small few = fitted();
    for (std::size_t t = 0; t < 3; ++t) {
        for (const Row& x : rows) REQUIRE(more.tree(t).find(x) == few.tree(t).find(x));
    }
}

TEST_CASE("RandomForest: bad input is refused and changes nothing; fit never allocates") {
    Small model = fitted();
    Small::Trainer<6> trainer;
    const auto bytes = mote::testing::bytes_of(model);
    auto bad = rows;
    bad[5][1] = std::numeric_limits<float>::infinity();
    REQUIRE(model.fit({bad, labels}, trainer) == Status::not_finite);
    REQUIRE(model.fit({rows, std::array<std::uint8_t, 6>{0, 1, 2}}, trainer) == Status::bad_label);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    REQUIRE(model.fit({rows, labels}, trainer, {{{.min_samples_leaf = 0}}}) == Status::bad_parameter);
    REQUIRE(mote::testing::bytes_of(model) == bytes);
    bad[5][1] = std::numeric_limits<float>::quiet_NaN();  // missing is not bad
    const auto fit = [&] { static_cast<void>(model.fit({bad, labels}, trainer)); };
    REQUIRE(mote::testing::allocations_in(fit) == 0);
    REQUIRE(model.predict(Row{9, 4}) == 1);
}

/// The batteries train by fit(data); forests want a trainer as well, so this one comes trained.
template <>
struct mote::testing::Recipe<Small> {
    static constexpr Small fresh() { return fitted(); }
};

TEST_CASE("RandomForest, ExtraTrees: keep the promises of a classifier") {
    const Small model = fitted();
    mote::testing::Findings findings;
    findings.expect_plain_value<Small>();
    mote::testing::examine_predict_proba(findings, model);
    CHECK(findings.all() == mote::testing::Violations{});
    mote::testing::check_classifier<RandomForest<double, 3, 4, ForestConfig{.trees = 2, .depth = 3}>>();
    mote::testing::check_classifier<ExtraTrees<float, 3, 2, ForestConfig{.trees = 2, .depth = 3}>>();
}
