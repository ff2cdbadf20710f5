// SPDX-License-Identifier: MIT
#include "mote/supervised/regression_forest.hpp"

#include <cmath>
#include <limits>

#include "mote/supervised/compact_forest.hpp"
#include "mote/supervised/fast_forest.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/diabetes.hpp"
#include "tests/supervised/ensembles_reference.hpp"
#include "tests/supervised/forest_probes.hpp"
#include "tests/support/catch.hpp"

using mote::ForestConfig;
using mote::RegressionExtraTrees;
using mote::RegressionForest;
using mote::Status;
using mote::testing::Diabetes;

namespace {

using Row = std::array<float, 1>;
constexpr ForestConfig one_tree{.trees = 1, .depth = 2, .bootstrap = false};
using Single = RegressionForest<float, 1, one_tree>;
using Small = RegressionForest<float, 1, ForestConfig{.trees = 3, .depth = 2}>;

constexpr std::array<Row, 4> rows{Row{1}, Row{2}, Row{8}, Row{9}};
constexpr std::array<float, 4> targets{1, 1, 5, 7};

template <class Model>
constexpr Model fitted() {
    Model model;
    typename Model::template Trainer<4> trainer;
    static_cast<void>(model.fit({rows, targets}, trainer));
    return model;
}

}  // namespace

// Worked by hand: one tree of all rows is a regression tree: parted at 5, then at 8.5.
TEST_CASE("RegressionForest: worked example, made at compile time") {
    static constexpr Single model = fitted<Single>();
    STATIC_REQUIRE(model.predict(Row{0}) == 1);
    STATIC_REQUIRE(model.predict(Row{5.5f}) == 5);
    STATIC_REQUIRE(model.predict(Row{9}) == 7);
    const Small few = fitted<Small>();
    REQUIRE(few.predict(Row{1}) ==
            (few.tree(0).find(Row{1}) + few.tree(1).find(Row{1}) + few.tree(2).find(Row{1})) / 3);
    REQUIRE(few.predict(Row{1}) < few.predict(Row{9}));
}

namespace {

/// Means over five seeds must lie within three standard errors of scikit-learn's mean over twenty.
template <class Model>
void compare_scores(const std::array<double, 2>& expected) {
    const Diabetes<float> data;
    static typename Model::template Trainer<400> trainer;
    static Model model;
    double mean = 0;
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
        REQUIRE(model.fit(data.train(), trainer, {{}, seed}) == Status::ok);
        mean += data.r2(model) / 5;
    }
    CHECK(std::abs(mean - expected[0]) < 3 * expected[1] * std::sqrt(1.0 / 5 + 1.0 / 20));
}

constexpr ForestConfig as_scikit_learn{.trees = 10, .depth = 40, .leaves = 400};
using Forest = RegressionForest<float, 10, as_scikit_learn>;

}  // namespace

TEST_CASE("RegressionForest, RegressionExtraTrees: scikit-learn's scores") {
    compare_scores<Forest>(reference::diabetes_forest10_r2);
    compare_scores<RegressionExtraTrees<float, 10, as_scikit_learn>>(reference::diabetes_extra10_r2);
}

// The held-out R^2 of 89 rows has a standard error of about 0.09.
TEST_CASE("RegressionForest: the out-of-bag score foretells the score") {
    const Diabetes<float> data;
    using Model = RegressionForest<float, 10, ForestConfig{.trees = 40, .depth = 5}>;
    static Model model;
    static Model::Trainer<400> trainer;
    REQUIRE(model.fit(data.train(), trainer) == Status::ok);
    CHECK(std::abs(static_cast<double>(model.out_of_bag_score(data.train(), trainer)) - data.r2(model)) <
          0.1);
    double learnt = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        learnt +=
            std::abs(static_cast<double>(model.predict(data.rows[i])) - static_cast<double>(data.targets[i]));
    }
    CHECK(learnt / static_cast<double>(data.rows.size()) < 40);  // it knows more of what it has seen
}

TEST_CASE("RegressionForest: other layouts give the same numbers") {
    const Diabetes<float> data;
    using Model = RegressionForest<float, 10, ForestConfig{.trees = 10, .depth = 5}>;
    static Model model;
    static Model::Trainer<400> trainer;
    REQUIRE(model.fit(data.train(), trainer) == Status::ok);
    static mote::CompactForest<Model> packed;
    static mote::FastForest<Model> quick;
    REQUIRE(packed.assign(model) == Status::ok);
    REQUIRE(quick.assign(model) == Status::ok);
    REQUIRE(mote::testing::disagreements(model, packed, 3) == 0);
    REQUIRE(mote::testing::disagreements(model, quick, 3) == 0);
}

TEST_CASE("RegressionForest: bad input is refused and changes nothing; fit never allocates") {
    Small model = fitted<Small>();
    Small::Trainer<4> trainer;
    const float before = model.predict(Row{9});
    auto bad = rows;
    bad[2][0] = std::numeric_limits<float>::infinity();
    auto bad_targets = targets;
    bad_targets[3] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(model.fit({bad, targets}, trainer) == Status::not_finite);
    REQUIRE(model.fit({rows, bad_targets}, trainer) == Status::not_finite);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    REQUIRE(model.fit({rows, targets}, trainer, {{.min_samples_leaf = 0}}) == Status::bad_parameter);
    Small::Trainer<3> small_trainer;
    REQUIRE(model.fit({rows, targets}, small_trainer) == Status::capacity_full);
    REQUIRE(model.predict(Row{9}) == before);
    bad[2][0] = std::numeric_limits<float>::quiet_NaN();  // missing is not bad
    const auto fit = [&] { static_cast<void>(model.fit({bad, targets}, trainer)); };
    REQUIRE(mote::testing::allocations_in(fit) == 0);
    model.reset();
    REQUIRE(model.predict(Row{9}) == 0);
}

TEST_CASE("RegressionForest, RegressionExtraTrees: keep the promises of a regressor") {
    mote::testing::check_regressor<RegressionForest<double, 3, ForestConfig{.trees = 2, .depth = 3}>>();
    mote::testing::check_regressor<RegressionExtraTrees<float, 3, ForestConfig{.trees = 2, .depth = 3}>>();
}
