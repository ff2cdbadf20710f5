// SPDX-License-Identifier: MIT
#include "mote/supervised/fast_forest.hpp"

#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/random_forest.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/forest_probes.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::FastForest;
using mote::FastSize;
using mote::ForestConfig;
using mote::RandomForest;
using mote::Status;
using mote::testing::disagreements;
using mote::testing::fitted_on;
using mote::testing::Split;

namespace {

using Row = std::array<float, 2>;
using Small = RandomForest<float, 2, 2, ForestConfig{.trees = 3, .depth = 2}>;

/// Worked by hand: no tree of depth 2 has more than 7 nodes.
using SmallFast = FastForest<Small, FastSize{.nodes = 21, .leaves = 12, .together = 2}>;

constexpr Small forest = [] {
    const std::array<Row, 6> rows{Row{1, 5}, Row{2, 6}, Row{3, 4}, Row{7, 5}, Row{8, 6}, Row{9, 4}};
    const std::array<std::uint8_t, 6> labels{0, 0, 1, 1, 0, 1};
    Small model;
    Small::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer));
    return model;
}();

constexpr SmallFast fast = [] {
    SmallFast model;
    static_cast<void>(model.assign(forest));
    return model;
}();

template <class Forest, std::size_t Features>
void compare(const std::string& name, std::size_t repeats) {
    const Forest& model = fitted_on<Forest, Features>(name);
    static FastForest<Forest> quick;
    REQUIRE(quick.assign(model) == Status::ok);
    REQUIRE(disagreements(model, quick, repeats) == 0);
    std::size_t nodes = 0;
    for (std::size_t t = 0; t < Forest::trees; ++t) nodes += 2 * model.tree(t).leaf_count() - 1;
    REQUIRE(quick.used().nodes == nodes);
    for (const auto& x : Split<float, Features>(name).held_out_rows) {
        REQUIRE(quick.predict_proba(x) == model.predict_proba(x));
    }
}

}  // namespace

TEST_CASE("FastForest: made and asked at compile time") {
    STATIC_REQUIRE(fast.predict(Row{1, 5}) == forest.predict(Row{1, 5}));
    STATIC_REQUIRE(fast.votes(Row{2.5f, 4}) == forest.votes(Row{2.5f, 4}));
    REQUIRE(disagreements(forest, fast, 20) == 0);
    REQUIRE(SmallFast{}.predict(Row{1, 5}) == 0);
    REQUIRE(SmallFast{}.votes(Row{1, 5})[0] == 0);
}

TEST_CASE("FastForest: answers as the forest does around every threshold") {
    compare<RandomForest<float, 4, 3>, 4>("iris", 30);
    compare<RandomForest<float, 30, 2, ForestConfig{.trees = 43}>, 30>("breast_cancer", 4);
    using mote::BoostingConfig;
    compare<mote::GradientBoosting<float, 13, 3, BoostingConfig{.rounds = 12}>, 13>("wine", 4);
    compare<mote::GradientBoosting<float, 30, 2, BoostingConfig{.rounds = 12}>, 30>("breast_cancer", 2);
    compare<RandomForest<float, 64, 10, ForestConfig{.trees = 11, .depth = 30, .leaves = 256}>, 64>("digits",
                                                                                                    2);
}

TEST_CASE("FastForest: what does not fit is refused and changes nothing") {
    FastForest<Small, FastSize{.nodes = 5, .leaves = 12}> few_nodes;
    FastForest<Small, FastSize{.nodes = 21, .leaves = 1}> few_leaves;
    REQUIRE(few_nodes.assign(forest) == Status::capacity_full);
    REQUIRE(few_leaves.assign(forest) == Status::capacity_full);
    REQUIRE(few_leaves.used().nodes == 0);
}

/// Comes laid out: there is nothing to fit.
template <>
struct mote::testing::Recipe<SmallFast> {
    static constexpr SmallFast fresh() { return fast; }
};

TEST_CASE("FastForest: keeps the promises of a classifier") {
    mote::testing::check_classifier<SmallFast>();
}
