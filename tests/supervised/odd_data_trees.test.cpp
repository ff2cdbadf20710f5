// SPDX-License-Identifier: MIT
#include "mote/supervised/ada_boost.hpp"
#include "mote/supervised/adaptive_random_forest.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/hoeffding_tree.hpp"
#include "mote/supervised/random_forest.hpp"
#include "mote/supervised/regression_forest.hpp"
#include "tests/contracts/odd_data.hpp"

using namespace mote;
using namespace mote::testing;

namespace {

/// NaN is a gap, as good as any value; a trainer holds so many rows.
constexpr OddAnswers tree_answers{.nan = Status::ok, .too_many_rows = Status::capacity_full};
constexpr ForestConfig few{.trees = 5, .depth = 3};
constexpr BoostingConfig rounds{.rounds = 10, .leaves = 4, .depth = 2, .bins = 64};

}  // namespace

TEST_CASE("Odd data: trees and forests") {
    check_odd_data<DecisionTree<float, 3, 3, TreeConfig{.depth = 3}>>(tree_answers);
    check_odd_data<RandomForest<float, 3, 3, few>>(tree_answers);
    check_odd_data<ExtraTrees<float, 3, 3, few>>(tree_answers);
    check_odd_data<AdaBoost<float, 3, 3, AdaBoostConfig{.rounds = 5}>>(tree_answers);
    check_odd_data<GradientBoosting<float, 3, 3, rounds>>(tree_answers);
}

TEST_CASE("Odd data: trees that learn row by row") {
    check_odd_data<HoeffdingTree<float, 3, 3, HoeffdingConfig{.leaves = 4}>>();
    check_odd_data<AdaptiveRandomForest<float, 3, 3>>();
}

TEST_CASE("Odd data: trees and forests for numbers") {
    check_odd_regression<RegressionTree<float, 3, TreeConfig{.depth = 3}>>(tree_answers);
    check_odd_regression<RegressionForest<float, 3, few>>(tree_answers);
    check_odd_regression<RegressionExtraTrees<float, 3, few>>(tree_answers);
    check_odd_regression<RegressionBoosting<float, 3, rounds>>(tree_answers);
}
