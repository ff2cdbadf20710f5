// SPDX-License-Identifier: MIT
#include "mote/supervised/decision_tree.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "mote/supervised/tree.hpp"
#include "mote/supervised/tree_splitter.hpp"
#include "mote/supervised/tree_tally.hpp"
#include "mote/supervised/tree_trainer.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/contracts/regressor.hpp"
#include "tests/supervised/split.hpp"
#include "tests/supervised/trees_reference.hpp"
#include "tests/support/catch.hpp"

using mote::DecisionTree;
using mote::RegressionTree;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::Split;

namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

using Small = DecisionTree<float, 2, 2, mote::TreeConfig{.depth = 2}>;
using Row = std::array<float, 2>;

/// Class 1 is above the diagonal of a square, which takes two questions in a row (XOR: the first gains
/// nothing).
constexpr std::array<Row, 4> corners{Row{0, 0}, Row{0, 1}, Row{1, 0}, Row{1, 1}};
constexpr std::array<std::uint8_t, 4> exclusive_or{0, 1, 1, 0};

/// Rows that differ in the first feature only.
constexpr std::array<Row, 6> values(const std::array<float, 6>& first) {
    std::array<Row, 6> rows{};
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i][0] = first[i];
    return rows;
}

constexpr Small fitted(std::span<const Row> rows, std::span<const std::uint8_t> labels,
                       const Small::Options& options = {}) {
    Small model;
    Small::Trainer<8> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer, options));
    return model;
}

}  // namespace

TEST_CASE("DecisionTree: exclusive or") {
    static constexpr Small model = fitted(corners, exclusive_or);
    STATIC_REQUIRE(model.tree().leaf_count() == 4);
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(model.predict(corners[i]) == exclusive_or[i]);
    STATIC_REQUIRE(model.tree().split(0).threshold == 0.5f);
    STATIC_REQUIRE(sizeof(model) == 3 * 12 + 4 * 8 + 4);
}

// Worked by hand: x = 1 2 3 | 7 8, labels 0 0 1 | 1 1. Gini of all: 12/25. Splits gain most between 2 and 3,
// where both sides are pure; a leaf of at least 3 rows leaves the split between 3 and 7 only.
TEST_CASE("DecisionTree: worked example") {
    constexpr std::array<Row, 5> rows{Row{1, 0}, Row{2, 0}, Row{3, 0}, Row{7, 0}, Row{8, 0}};
    constexpr std::array<std::uint8_t, 5> labels{0, 0, 1, 1, 1};
    static constexpr Small pure = fitted(rows, labels);
    STATIC_REQUIRE(pure.tree().leaf_count() == 2);
    STATIC_REQUIRE(pure.tree().split(0).threshold == 2.5f);
    static constexpr Small large = fitted(rows, labels, {{.min_samples_leaf = 2}});
    STATIC_REQUIRE(large.tree().split(0).threshold == 2.5f);
    static constexpr Small none = fitted(rows, labels, {{.min_samples_leaf = 3}});
    STATIC_REQUIRE(none.tree().leaf_count() == 1);
    STATIC_REQUIRE(none.predict_proba(Row{0, 0})[1] == 3.0f / 5);
    // The split gains 12/25 per row: a price of that much for a leaf is too much, a little less is not.
    STATIC_REQUIRE(fitted(rows, labels, {{.ccp_alpha = 0.481f}}).tree().leaf_count() == 1);
    STATIC_REQUIRE(fitted(rows, labels, {{.ccp_alpha = 0.479f}}).tree().leaf_count() == 2);
}

// Both features part the rows alike: the first is asked without a seed, and each of them by half the seeds.
TEST_CASE("DecisionTree: chance decides between equally good splits") {
    constexpr std::array<Row, 4> rows{Row{1, 5}, Row{2, 6}, Row{3, 7}, Row{4, 8}};
    constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1};
    STATIC_REQUIRE(fitted(rows, labels).tree().split(0).feature == 0);
    int second = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const Small model = fitted(rows, labels, {{}, {1, 1}, seed});
        second += model.tree().split(0).feature;
        REQUIRE(model.predict(Row{2, 6}) == 0);
        REQUIRE(model.predict(Row{3, 7}) == 1);
    }
    REQUIRE(std::abs(second - 200) <= 40);  // four standard errors of 10
}

// Worked by hand. The rows without a value are of class 1, as are the high ones: missing values go right.
TEST_CASE("DecisionTree: missing values go where they gain most") {
    constexpr std::array<std::uint8_t, 6> labels{0, 0, 1, 1, 1, 1};
    constexpr auto to_the_right = values({1, 2, 3, 4, gap, gap});
    static constexpr Small right = fitted(to_the_right, labels);
    STATIC_REQUIRE(right.tree().leaf_count() == 2);
    REQUIRE(right.predict(Row{gap, 0}) == 1);
    REQUIRE(right.predict(Row{2.4f, 0}) == 0);
    constexpr auto to_the_left = values({4, 3, 2, 1, gap, gap});
    static constexpr Small left = fitted(to_the_left, labels);
    REQUIRE(left.predict(Row{gap, 0}) == 1);
    REQUIRE(left.predict(Row{2.6f, 0}) == 0);
    constexpr auto apart = values({4, 4, gap, gap, gap, gap});
    static constexpr Small there_or_not = fitted(apart, labels);
    REQUIRE(there_or_not.predict(Row{gap, 0}) == 1);
    REQUIRE(there_or_not.predict(Row{infinity, 0}) == 1);
    REQUIRE(there_or_not.predict(Row{4, 0}) == 0);
    // None was seen: they go with the many.
    constexpr auto present = values({1, 2, 3, 4, 5, 6});
    static constexpr Small majority = fitted(present, labels);
    REQUIRE(majority.predict(Row{gap, 0}) == 1);
}

TEST_CASE("RegressionTree: worked example") {
    // Means 1 and 11 with the first split, which lessens the squared error by 150; then 0, 2 and 10, 12.
    constexpr std::array<Row, 6> rows{Row{1, 0}, Row{2, 0}, Row{2, 0}, Row{5, 0}, Row{6, 0}, Row{6, 0}};
    constexpr std::array<float, 6> targets{0, 1.5f, 1.5f, 9, 12, 12};
    using Model = RegressionTree<float, 2, mote::TreeConfig{.depth = 2}>;
    const auto fit = [&](const Model::Options& options) {
        Model model;
        Model::Trainer<6> trainer;
        REQUIRE(model.fit({rows, targets}, trainer, options) == Status::ok);
        return model;
    };
    const Model model = fit({});
    REQUIRE(model.tree().leaf_count() == 4);
    REQUIRE(model.predict(Row{1, 0}) == 0);
    REQUIRE(model.predict(Row{3.5f, 0}) == 1.5f);
    REQUIRE(model.predict(Row{99, 0}) == 12);
    const Model stump = fit({{.min_samples_leaf = 2}});
    REQUIRE(stump.tree().leaf_count() == 2);
    REQUIRE(stump.predict(Row{1, 0}) == 1);
    REQUIRE(stump.predict(Row{9, 0}) == 11);
}

namespace {

template <mote::TreeConfig Config>
void compare_with_scikit_learn(const auto& shares, std::size_t leaves, const auto& importances,
                               const mote::DecisionTreeOptions<double, 2>& options) {
    static const Split<double, 30> cancer("breast_cancer");
    using Model = DecisionTree<double, 30, 2, Config>;
    static typename Model::template Trainer<500> trainer;
    Model model;
    REQUIRE(model.fit(cancer.train(), trainer, options) == Status::ok);
    REQUIRE(model.tree().leaf_count() == leaves);
    REQUIRE(cancer.test().size() == shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
        REQUIRE(model.predict_proba(cancer.test().rows[i])[0] == Approx(shares[i]).margin(1e-12));
    }
    for (std::size_t i = 0; i < 30; ++i) {
        REQUIRE(trainer.feature_importances()[i] == Approx(importances[i]).margin(1e-9));
    }
}

}  // namespace

TEST_CASE("DecisionTree: scikit-learn's shares, leaves and importances") {
    using namespace reference;
    compare_with_scikit_learn<mote::TreeConfig{.depth = 6}>(cancer_gini, cancer_gini_leaves,
                                                            cancer_gini_importances, {{2, 7, 0.01}});
    compare_with_scikit_learn<mote::TreeConfig{.depth = 5, .criterion = mote::Criterion::entropy}>(
        cancer_entropy, cancer_entropy_leaves, cancer_entropy_importances, {{2, 12, 0.02}});
    compare_with_scikit_learn<mote::TreeConfig{.depth = 5}>(
        cancer_weighted, cancer_weighted_leaves, cancer_weighted_importances, {{2, 12, 0.005}, {1.0, 3.5}});
    compare_with_scikit_learn<mote::TreeConfig{.depth = 20, .leaves = 6}>(
        cancer_six_leaves, cancer_six_leaves_leaves, cancer_six_leaves_importances, {{2, 12}});
}

namespace {

struct Targets {
    std::vector<std::array<double, 10>> rows, held_out_rows;
    std::vector<double> targets;

    Targets() {
        std::size_t number = 0;
        for (const auto& line : mote::testing::read_csv<double, 11>("diabetes")) {
            const bool held_out = number++ % 5 == 0;
            auto& row = (held_out ? held_out_rows : rows).emplace_back();
            for (std::size_t i = 0; i < 10; ++i) row[i] = line[i];
            if (!held_out) targets.push_back(line[10]);
        }
    }
};

template <mote::TreeConfig Config>
void compare_with_scikit_learn(const auto& expected, std::size_t leaves, const auto& importances,
                               double alpha) {
    static const Targets diabetes;
    using Model = RegressionTree<double, 10, Config>;
    static typename Model::template Trainer<400> trainer;
    Model model;
    REQUIRE(model.fit({diabetes.rows, diabetes.targets}, trainer,
                      {{.min_samples_leaf = 10, .ccp_alpha = alpha}}) == Status::ok);
    REQUIRE(model.tree().leaf_count() == leaves);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        REQUIRE(model.predict(diabetes.held_out_rows[i]) == Approx(expected[i]).epsilon(1e-12));
    }
    for (std::size_t i = 0; i < 10; ++i) {
        REQUIRE(trainer.feature_importances()[i] == Approx(importances[i]).margin(1e-9));
    }
}

}  // namespace

TEST_CASE("RegressionTree: scikit-learn's values, leaves and importances") {
    using namespace reference;
    compare_with_scikit_learn<mote::TreeConfig{.depth = 4}>(diabetes, diabetes_leaves, diabetes_importances,
                                                            0);
    compare_with_scikit_learn<mote::TreeConfig{.depth = 8}>(diabetes_pruned, diabetes_pruned_leaves,
                                                            diabetes_pruned_importances, 40);
}

namespace {

/// Grown until its leaves are pure, as scikit-learn's default. Ties between features move the score a little:
/// it must be within three standard deviations of the seeds, or one row where they all agree.
template <std::size_t Features, std::size_t Classes>
void compare_scores(const std::string& name, const std::array<double, 2>& expected) {
    const Split<float, Features> split(name);
    using Model = DecisionTree<float, Features, Classes, mote::TreeConfig{.depth = 30, .leaves = 300}>;
    static typename Model::template Trainer<1500> trainer;
    static Model model;
    REQUIRE(model.fit(split.train(), trainer) == Status::ok);
    REQUIRE(right_answers(model, split.train()) == static_cast<int>(split.train().size()));
    REQUIRE(std::abs(right_answers(model, split.test()) - expected[0]) <= std::max(1.0, 3 * expected[1]));
}

}  // namespace

TEST_CASE("DecisionTree: scikit-learn's scores when fully grown") {
    compare_scores<4, 3>("iris", reference::iris_tree_right);
    compare_scores<13, 3>("wine", reference::wine_tree_right);
    compare_scores<30, 2>("breast_cancer", reference::breast_cancer_tree_right);
    compare_scores<64, 10>("digits", reference::digits_tree_right);
}

TEST_CASE("DecisionTree: only the order of a feature's values matters") {
    Split<float, 4> iris("iris");
    using Model = DecisionTree<float, 4, 3>;
    Model plain, bent;
    static Model::Trainer<150> trainer;
    REQUIRE(plain.fit(iris.train(), trainer) == Status::ok);
    auto other = iris;
    for (auto& row : other.rows) row[2] = std::exp(row[2]);
    REQUIRE(bent.fit(other.train(), trainer) == Status::ok);
    for (std::size_t i = 0; i < iris.rows.size(); ++i) {
        REQUIRE(plain.predict_proba(iris.rows[i]) == bent.predict_proba(other.rows[i]));
    }
}

TEST_CASE("DecisionTree: bad input is refused and changes nothing") {
    Small model = fitted(corners, exclusive_or);
    Small::Trainer<4> trainer;
    const auto bytes = mote::testing::bytes_of(model);
    const auto refuses = [&](std::span<const Row> rows, std::span<const std::uint8_t> labels, Status expected,
                             const Small::Options& options = {}) {
        REQUIRE(model.fit({rows, labels}, trainer, options) == expected);
        REQUIRE(mote::testing::bytes_of(model) == bytes);
    };
    auto rows = corners;
    rows[3][1] = -infinity;
    refuses(rows, exclusive_or, Status::not_finite);
    refuses(corners, std::array<std::uint8_t, 4>{0, 1, 2, 0}, Status::bad_label);
    refuses(corners, std::span(exclusive_or).first(3), Status::size_mismatch);
    refuses({}, {}, Status::too_few_rows);
    refuses(std::array<Row, 5>{}, std::array<std::uint8_t, 5>{}, Status::capacity_full);
    refuses(corners, exclusive_or, Status::bad_parameter, {{}, {1, 0}});
    refuses(corners, exclusive_or, Status::bad_parameter, {{.min_samples_split = 1}});
    refuses(corners, exclusive_or, Status::bad_parameter, {{.min_samples_leaf = 0}});
    refuses(corners, exclusive_or, Status::bad_parameter, {{.ccp_alpha = gap}});
    RegressionTree<float, 2> regression;
    RegressionTree<float, 2>::Trainer<4> memory;
    const std::array<float, 4> targets{0, 1, gap, 2};
    REQUIRE(regression.fit({corners, targets}, memory) == Status::not_finite);
    REQUIRE(regression.predict(Row{}) == 0);
}

TEST_CASE("DecisionTree: constant rows and neighbouring floats") {
    const std::array<Row, 4> same{};
    const Small constant = fitted(same, exclusive_or);
    REQUIRE(constant.tree().leaf_count() == 1);
    REQUIRE(constant.predict_proba(Row{})[1] == 0.5f);
    const float next = std::nextafter(1.0f, 2.0f);
    const std::array<Row, 4> close{Row{1, 0}, Row{next, 0}, Row{next, 0}, Row{1, 0}};
    const Small model = fitted(close, exclusive_or);
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(model.predict(close[i]) == exclusive_or[i]);
}

TEST_CASE("DecisionTree: fit never allocates") {
    Small model;
    Small::Trainer<4> trainer;
    const auto fit = [&] { static_cast<void>(model.fit({corners, exclusive_or}, trainer)); };
    REQUIRE(mote::testing::allocations_in(fit) == 0);
    REQUIRE(model.predict(Row{0, 1}) == 1);
}

/// The batteries train by fit(data); these trees want a trainer as well, so they come trained.
template <>
struct mote::testing::Recipe<Small> {
    static constexpr Small fresh() { return fitted(corners, exclusive_or); }
};

TEST_CASE("DecisionTree, RegressionTree: keep the promises of their concepts") {
    mote::testing::check_regressor<RegressionTree<float, 3>>();
    const Small model = fitted(corners, exclusive_or);
    mote::testing::Findings findings;
    findings.expect_plain_value<Small>();
    mote::testing::examine_predict_proba(findings, model);
    mote::testing::for_each_bad_row<Small>([&](const Row& row) {
        findings.expect(model.predict(row) < 2, "predict gives a label out of range for a bad sample");
    });
    CHECK(findings.all() == mote::testing::Violations{});
    mote::testing::check_classifier<DecisionTree<double, 3, 4>>();
}
