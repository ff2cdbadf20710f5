// SPDX-License-Identifier: MIT
#include "mote/supervised/compact_forest.hpp"

#include <cstdio>
#include <limits>

#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/random_forest.hpp"
#include "mote/supervised/threshold_ranks.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/firmware/models/breast_cancer_forest.hpp"
#include "tests/supervised/forest_probes.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::compact;
using mote::CompactForest;
using mote::CompactSize;
using mote::ForestConfig;
using mote::RandomForest;
using mote::Status;
using mote::testing::disagreements;
using mote::testing::fitted_on;
using mote::testing::neighbourhoods;
using mote::testing::Split;

namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

using Row = std::array<float, 2>;
using Small = RandomForest<float, 2, 2, ForestConfig{.trees = 3, .depth = 2}>;

constexpr Small fitted() {
    const std::array<Row, 6> rows{Row{1, 5}, Row{2, 6}, Row{3, 4}, Row{7, 5}, Row{8, 6}, Row{9, 4}};
    const std::array<std::uint8_t, 6> labels{0, 0, 1, 1, 0, 1};
    Small model;
    Small::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer));
    return model;
}

constexpr Small forest = fitted();
constexpr auto small = compact<forest>();

}  // namespace

// Worked by hand: thresholds 1, 3, 3, 7 are three ranks' worth; -0 is the same threshold as 0.
TEST_CASE("ThresholdRanks: worked example") {
    mote::ThresholdRanks<float, 2, 4, 2> quantise;
    for (const float threshold : {3.0f, 7.0f, 1.0f, 3.0f}) REQUIRE(quantise.add(threshold) == Status::ok);
    REQUIRE(quantise.finish(0) == Status::ok);
    REQUIRE(quantise.add(-0.0f) == Status::ok);
    REQUIRE(quantise.add(0.0f) == Status::ok);
    REQUIRE(quantise.finish(1) == Status::ok);
    REQUIRE(quantise.threshold_count() == 4);
    REQUIRE(quantise.add(5) == Status::capacity_full);
    using Ranks = std::array<std::uint8_t, 4>;
    REQUIRE(quantise(Row{1, 0}) == Ranks{0, 0, 0, 0});
    REQUIRE(quantise(Row{1.5f, -0.0f}) == Ranks{1, 1, 0, 0});
    REQUIRE(quantise(Row{7, 1e-40f}) == Ranks{2, 2, 1, 1});
    REQUIRE(quantise(Row{infinity, -infinity}) == Ranks{3, 3, 0, 0});
    REQUIRE(quantise(Row{gap, -gap}) == Ranks{0, 255, 0, 255});
    const auto question = quantise.find({3, 0, false});
    REQUIRE(question.place == 1);
    REQUIRE(question.rank == 1);
    REQUIRE(quantise.find({0, 1, true}).place == 2);
}

TEST_CASE("ThresholdRanks: a feature with more than 255 thresholds takes several slots") {
    static mote::ThresholdRanks<double, 1, 600, 3> quantise;
    for (int i = 599; i >= 0; --i) REQUIRE(quantise.add(i * 7 % 600) == Status::ok);
    REQUIRE(quantise.finish(0) == Status::ok);
    REQUIRE(quantise.slot_count() == 3);
    for (int threshold = 0; threshold < 600; ++threshold) {
        const auto question = quantise.find({static_cast<double>(threshold), 0, false});
        for (const double x : {threshold - 0.5, threshold + 0.0, threshold + 0.5, -1.0, 1e9}) {
            REQUIRE((quantise(std::array{x})[question.place] > question.rank) == (x > threshold));
        }
    }
}

// Worked by hand: trees of at most 4 leaves take at most 4 * 4 - 3 bytes, and one for their number of leaves.
TEST_CASE("CompactForest: made and asked at compile time") {
    STATIC_REQUIRE(small.predict(Row{1, 5}) == forest.predict(Row{1, 5}));
    STATIC_REQUIRE(small.used().slots > 0);
    std::size_t leaves = 0;
    for (std::size_t t = 0; t < 3; ++t) leaves += forest.tree(t).leaf_count();
    REQUIRE(small.used().node_bytes + 3 == 4 * leaves - 2 * 3);
    REQUIRE(small.votes(Row{2.5f, 4}) == forest.votes(Row{2.5f, 4}));
}

namespace {

template <class Forest, std::size_t Features>
void compare(const std::string& name, std::size_t repeats) {
    const Forest& model = fitted_on<Forest, Features>(name);
    static CompactForest<Forest> packed;
    REQUIRE(packed.assign(model) == Status::ok);
    REQUIRE(disagreements(model, packed, repeats) == 0);
    std::size_t nodes = 0;
    for (std::size_t t = 0; t < Forest::trees; ++t) nodes += 2 * model.tree(t).leaf_count() - 1;
    if (packed.used().leaves <= 256) REQUIRE(packed.used().node_bytes + Forest::trees == 2 * nodes);
    for (const auto& x : Split<float, Features>(name).held_out_rows) {
        REQUIRE(packed.predict_proba(x) == model.predict_proba(x));
    }
}

}  // namespace

TEST_CASE("CompactForest: every combination of values around the thresholds of a small forest") {
    const auto values = neighbourhoods(forest);
    for (const float a : values[0]) {
        for (const float b : values[1]) REQUIRE(small.votes(Row{a, b}) == forest.votes(Row{a, b}));
    }
}

TEST_CASE("CompactForest: answers as the forest does around every threshold") {
    compare<RandomForest<float, 4, 3>, 4>("iris", 30);
    compare<RandomForest<float, 30, 2, ForestConfig{.trees = 40}>, 30>("breast_cancer", 4);
    compare<mote::ExtraTrees<float, 13, 3, ForestConfig{.trees = 40}>, 13>("wine", 4);
    // More than 256 different leaves, and extremely random thresholds on more than 255 per feature.
    compare<RandomForest<float, 64, 10, ForestConfig{.trees = 20}>, 64>("digits", 2);
    compare<mote::ExtraTrees<float, 4, 3, ForestConfig{.trees = 200}>, 4>("iris", 2);
    compare<RandomForest<float, 64, 10, ForestConfig{.trees = 10, .depth = 30, .leaves = 255}>, 64>("digits",
                                                                                                    2);
}

TEST_CASE("CompactForest: answers as a boosted ensemble does around every threshold") {
    using mote::BoostingConfig;
    using mote::GradientBoosting;
    compare<GradientBoosting<float, 4, 3, BoostingConfig{.rounds = 10}>, 4>("iris", 20);
    compare<GradientBoosting<float, 30, 2, BoostingConfig{.rounds = 40}>, 30>("breast_cancer", 2);
}

TEST_CASE("CompactForest: what does not fit is refused and changes nothing") {
    using Forest = RandomForest<float, 30, 2, ForestConfig{.trees = 10}>;
    const Forest& model = fitted_on<Forest, 30>("breast_cancer");
    static CompactForest<Forest> roomy;
    REQUIRE(roomy.assign(model) == Status::ok);
    REQUIRE(roomy.used().slots <= 30);
    REQUIRE(roomy.used().thresholds <= 300);
    REQUIRE(roomy.used().node_bytes <= 900);
    CompactForest<Forest, CompactSize{64, 300, 30, 64}> few_nodes;
    CompactForest<Forest, CompactSize{900, 5, 30, 64}> few_thresholds;
    CompactForest<Forest, CompactSize{900, 300, 1, 64}> few_slots;
    CompactForest<Forest, CompactSize{900, 300, 30, 1}> few_leaves;
    const auto before = mote::testing::bytes_of(few_leaves);
    REQUIRE(few_nodes.assign(model) == Status::capacity_full);
    REQUIRE(few_thresholds.assign(model) == Status::capacity_full);
    REQUIRE(few_slots.assign(model) == Status::capacity_full);
    REQUIRE(few_leaves.assign(model) == Status::capacity_full);
    REQUIRE(few_leaves.predict(Split<float, 30>("breast_cancer").rows[0]) == 0);
    REQUIRE(mote::testing::bytes_of(few_leaves) == before);
}

namespace {

namespace flashed = mote::firmware::breast_cancer;

const flashed::Forest& learnt_now() {
    static flashed::Forest source;
    static flashed::Forest::Trainer<500> trainer;
    REQUIRE(source.fit(Split<float, 30>("breast_cancer").train(), trainer) == Status::ok);
    return source;
}

/// A node of the header: the feature (or -1: a leaf), what is missing, the threshold (or the share of class
/// 1).
void print(const flashed::Forest::Tree& tree, flashed::Forest::Tree::Link link) {
    if (flashed::Forest::Tree::is_leaf(link)) {
        std::printf("{-1,0,%d},", tree.leaf(flashed::Forest::Tree::leaf_index(link))[1]);
        return;
    }
    const auto split = tree.split(link);
    std::printf("{%d,%d,%.9gf},", split.feature, split.missing_left ? 1 : 0,
                static_cast<double>(split.threshold));
    print(tree, tree.left(link));
    print(tree, tree.right(link));
}

}  // namespace

TEST_CASE("CompactForest: the one in the boards' flash is what is learnt here") {
    const Split<float, 30> cancer("breast_cancer");
    for (const auto& x : cancer.held_out_rows) REQUIRE(flashed::model.votes(x) == learnt_now().votes(x));
    for (std::size_t i = 0; i < flashed::rows.size(); ++i)
        REQUIRE(flashed::rows[i] == cancer.held_out_rows[i]);
    REQUIRE(mote::testing::right_answers(flashed::model, cancer.test()) >= 105);
}

// Not a test: prints the two arrays of tests/firmware/models/breast_cancer_forest.hpp.
TEST_CASE("CompactForest: print the forest for the boards' flash", "[.print]") {
    const Split<float, 30> cancer("breast_cancer");
    for (std::size_t t = 0; t < flashed::Forest::trees; ++t) {
        print(learnt_now().tree(t), learnt_now().tree(t).root());
        std::printf("\n");
    }
    for (std::size_t i = 0; i < flashed::rows.size(); ++i) {
        std::printf("{");
        for (const float x : cancer.held_out_rows[i]) {
            std::printf("%.9gf,", static_cast<double>(x));
        }
        std::printf("},\n");
    }
}

/// Comes packed: there is nothing to fit.
template <>
struct mote::testing::Recipe<std::remove_cv_t<decltype(small)>> {
    static constexpr auto fresh() { return small; }
};

TEST_CASE("CompactForest: keeps the promises of a classifier") {
    mote::testing::check_classifier<std::remove_cv_t<decltype(small)>>();
}
