// SPDX-License-Identifier: MIT
#include "mote/supervised/batch_forest.hpp"

#include <limits>

#include "mote/supervised/forest_thresholds.hpp"
#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/random_forest.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/supervised/forest_probes.hpp"
#include "tests/support/catch.hpp"

using mote::BatchForest;
using mote::BatchSize;
using mote::BoostingConfig;
using mote::ForestConfig;
using mote::GradientBoosting;
using mote::RandomForest;
using mote::Status;
using mote::testing::fitted_on;
using mote::testing::neighbourhoods;

namespace {

using Row = std::array<float, 2>;
using Small = RandomForest<float, 2, 2, ForestConfig{.trees = 3, .depth = 2}>;
using SmallBatch = BatchForest<Small, BatchSize{.thresholds = 9, .questions = 9, .block = 64}>;

constexpr std::array<Row, 6> rows{Row{1, 5}, Row{2, 6}, Row{3, 4}, Row{7, 5}, Row{8, 6}, Row{9, 4}};

constexpr Small forest = [] {
    const std::array<std::uint8_t, 6> labels{0, 0, 1, 1, 0, 1};
    Small model;
    Small::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer));
    return model;
}();

constexpr SmallBatch batch = [] {
    SmallBatch model;
    static_cast<void>(model.assign(forest));
    return model;
}();

constexpr std::array<std::uint8_t, 6> answers_of_all() {
    std::array<std::uint8_t, 6> answers{};
    SmallBatch::Workspace workspace;
    static_cast<void>(batch.predict(rows, answers, workspace));
    return answers;
}

struct Stumps {
    static constexpr std::size_t trees = 4;
    std::array<mote::Tree<float, 2, float, 2>, trees> all{};
    constexpr const auto& tree(std::size_t t) const { return all[t]; }
};

/// Rows of values at and around all thresholds, missing ones among them: as many as leave the last block
/// short.
template <class Forest>
std::size_t disagreements(const Forest& source) {
    static BatchForest<Forest> model;
    static typename BatchForest<Forest>::Workspace workspace;
    REQUIRE(model.assign(source) == Status::ok);
    const auto values = neighbourhoods(source);
    mote::Random random(3);
    std::vector<std::array<float, Forest::features>> probes(1000);
    for (auto& x : probes) {
        for (std::size_t j = 0; j < x.size(); ++j) {
            x[j] = values[j][random.below(static_cast<std::uint32_t>(values[j].size()))];
        }
    }
    std::vector<typename BatchForest<Forest>::Answer> answers(probes.size());
    REQUIRE(model.predict(probes, answers, workspace) == Status::ok);
    std::size_t found = 0;
    for (std::size_t i = 0; i < probes.size(); ++i) found += answers[i] != source.predict(probes[i]) ? 1 : 0;
    return found;
}

}  // namespace

// Worked by hand: feature 1 is asked about 5, and about zero as -0 and as 0.
TEST_CASE("ForestThresholds: each once, in order") {
    Stumps stumps;
    const std::array<mote::Split<float>, 4> splits{
        {{5, 1, false}, {-0.0f, 1, true}, {-2, 0, false}, {0, 1, false}}};
    for (std::size_t t = 0; t < splits.size(); ++t) {
        stumps.all[t].add(splits[t]);
        for (const bool right : {false, true}) stumps.all[t].attach(0, right, stumps.all[t].add(1.0f));
    }
    mote::ForestThresholds<float, 2, 3> thresholds;
    REQUIRE(thresholds.collect(stumps) == Status::ok);
    REQUIRE(thresholds.size() == 3);
    REQUIRE(thresholds.of(0).size() == 1);
    REQUIRE(thresholds.first(1) == 1);
    REQUIRE(thresholds.of(1)[0] == mote::ordered_bits(0.0f));
    REQUIRE(thresholds.of(1)[1] == mote::ordered_bits(5.0f));
    REQUIRE(thresholds.find(splits[0]) == 2);
    REQUIRE(thresholds.find(splits[1]) == 1);
    REQUIRE(thresholds.find(splits[2]) == 0);
    mote::ForestThresholds<float, 2, 2> few;
    REQUIRE(few.collect(stumps) == Status::capacity_full);
}

// One block of 64, most of it empty.
TEST_CASE("BatchForest: made and asked at compile time") {
    static constexpr auto answers = answers_of_all();
    STATIC_REQUIRE(answers[0] == forest.predict(rows[0]));
    STATIC_REQUIRE(answers[5] == forest.predict(rows[5]));
    for (std::size_t i = 0; i < rows.size(); ++i) REQUIRE(answers[i] == forest.predict(rows[i]));
    REQUIRE(answers_of_all() == answers);
}

TEST_CASE("BatchForest: answers as the forest does around every threshold") {
    CHECK(disagreements(fitted_on<RandomForest<float, 4, 3>, 4>("iris")) == 0);
    CHECK(disagreements(
              fitted_on<RandomForest<float, 30, 2, ForestConfig{.trees = 43}>, 30>("breast_cancer")) == 0);
    using Deep = RandomForest<float, 64, 10, ForestConfig{.trees = 11, .depth = 30, .leaves = 256}>;
    CHECK(disagreements(fitted_on<Deep, 64>("digits")) == 0);
    // More than 255 thresholds for a feature, which are searched.
    using Random = mote::ExtraTrees<float, 4, 3, ForestConfig{.trees = 200}>;
    CHECK(disagreements(fitted_on<Random, 4>("iris")) == 0);
    // Leaf numbers of more than a byte.
    constexpr ForestConfig wide{.trees = 2,
                                .depth = 60,
                                .leaves = 600,
                                .tried_features = 1,
                                .bootstrap = false,
                                .random_thresholds = true};
    using Wide = RandomForest<float, 64, 10, wide>;
    REQUIRE(fitted_on<Wide, 64>("digits").tree(0).leaf_count() > 256);
    CHECK(disagreements(fitted_on<Wide, 64>("digits")) == 0);
    CHECK(disagreements(
              fitted_on<GradientBoosting<float, 13, 3, BoostingConfig{.rounds = 12}>, 13>("wine")) == 0);
}

TEST_CASE("BatchForest: numbers of a boosted regression are the same to the bit") {
    using Model = mote::RegressionBoosting<float, 2, BoostingConfig{.rounds = 20, .leaves = 4}>;
    std::vector<Row> points(200);
    std::vector<float> targets(200);
    mote::Random random(9);
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i] = {random.uniform<float>(), random.uniform<float>()};
        targets[i] = points[i][0] * points[i][1];
    }
    static Model model;
    static Model::Trainer<200> trainer;
    REQUIRE(model.fit({points, targets}, trainer) == Status::ok);
    CHECK(disagreements(model) == 0);
}

TEST_CASE("BatchForest: what does not fit is refused and changes nothing") {
    BatchForest<Small, BatchSize{.thresholds = 1, .questions = 9}> few_thresholds;
    BatchForest<Small, BatchSize{.thresholds = 9, .questions = 2}> few_questions;
    REQUIRE(few_thresholds.assign(forest) == Status::capacity_full);
    REQUIRE(few_questions.assign(forest) == Status::capacity_full);
    REQUIRE(few_questions.used().questions == 0);
    std::array<std::uint8_t, 6> answers{7, 7, 7, 7, 7, 7};
    SmallBatch::Workspace workspace;
    REQUIRE(SmallBatch{}.predict(rows, answers, workspace) == Status::not_trained);
    REQUIRE(batch.predict(rows, std::span(answers).first(5), workspace) == Status::size_mismatch);
    REQUIRE(answers[0] == 7);
    REQUIRE(batch.used().questions <= 9);
    mote::testing::Findings findings;
    findings.expect_plain_value<SmallBatch>();
    findings.expect_no_allocation("predict",
                                  [&] { static_cast<void>(batch.predict(rows, answers, workspace)); });
    CHECK(findings.all() == mote::testing::Violations{});
}
