// SPDX-License-Identifier: MIT
#include "mote/supervised/ada_boost.hpp"

#include <cmath>
#include <limits>

#include "mote/supervised/compact_forest.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/ensembles_reference.hpp"
#include "tests/supervised/forest_probes.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::AdaBoost;
using mote::AdaBoostConfig;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::Split;

namespace {

using Row = std::array<float, 1>;
using Small = AdaBoost<float, 1, 2, AdaBoostConfig{.rounds = 3}>;

/// No stump tells these apart.
constexpr std::array<Row, 5> rows{Row{1}, Row{2}, Row{3}, Row{4}, Row{5}};
constexpr std::array<std::uint8_t, 5> labels{0, 0, 1, 1, 0};

constexpr Small fitted() {
    Small model;
    Small::Trainer<5> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer));
    return model;
}

}  // namespace

// Worked by hand. Stump 1 parts at 2.5 and is wrong about 5: error 1/5, weight log 4; the weights become 1/8
// four times and 1/2. Stump 2 parts at 4.5, with 0 on both sides: 2/8 are wrong, weight log 3; the weights
// become 1/12 twice, 1/4 twice, 1/3. Stump 3 parts at 4.5 as well, with 1 on the left: 1/6 is wrong, weight
// log 5.
TEST_CASE("AdaBoost: worked example, made at compile time") {
    static constexpr Small model = fitted();
    STATIC_REQUIRE(model.predict(rows[0]) == 0);
    STATIC_REQUIRE(model.rounds() == 3);
    REQUIRE(model.tree(0).find(rows[0]).weight == Approx(std::log(4.0f)));
    REQUIRE(model.tree(1).find(rows[0]).weight == Approx(std::log(3.0f)));
    REQUIRE(model.tree(2).find(rows[0]).weight == Approx(std::log(5.0f)));
    REQUIRE(model.votes(rows[2])[1] == Approx(std::log(20.0f)));
    REQUIRE(model.votes(rows[2])[0] == Approx(std::log(3.0f)));
    REQUIRE(model.predict(rows[2]) == 1);
    const float share = (std::log(20.0f) - std::log(3.0f)) / std::log(60.0f);
    REQUIRE(model.predict_proba(rows[2])[1] == Approx(1 / (1 + std::exp(-share))));
}

TEST_CASE("AdaBoost: a tree that is never wrong, or no better than chance, is the last") {
    Small model;
    Small::Trainer<5> trainer;
    REQUIRE(model.fit({rows, std::array<std::uint8_t, 5>{0, 0, 1, 1, 1}}, trainer) == Status::ok);
    REQUIRE(model.rounds() == 1);
    REQUIRE(model.votes(rows[0]) == Small::Votes{1, 0});
    const std::array<Row, 4> same{Row{1}, Row{1}, Row{1}, Row{1}};
    REQUIRE(model.fit({same, std::array<std::uint8_t, 4>{0, 1, 0, 1}}, trainer) == Status::ok);
    REQUIRE(model.rounds() == 1);
    REQUIRE(model.predict(same[0]) == 0);
}

namespace {

/// Ties between features fall to the first, in scikit-learn to any: within three standard deviations of one
/// seed, or a row.
template <class Model>
void compare_score(const std::string& name, const std::array<double, 2>& expected) {
    const Split<typename Model::Scalar, Model::features> split(name);
    static typename Model::template Trainer<1500> trainer;
    static Model model;
    REQUIRE(model.fit(split.train(), trainer) == Status::ok);
    INFO(name << ": " << right_answers(model, split.test()));
    CHECK(std::abs(right_answers(model, split.test()) - expected[0]) <= std::max(1.0, 3 * expected[1]));
}

}  // namespace

TEST_CASE("AdaBoost: scikit-learn's scores") {
    using namespace reference;
    compare_score<AdaBoost<float, 4, 3>>("iris", iris_ada_boost_right);
    compare_score<AdaBoost<float, 13, 3>>("wine", wine_ada_boost_right);
    compare_score<AdaBoost<float, 30, 2>>("breast_cancer", breast_cancer_ada_boost_right);
    using Digits = AdaBoost<double, 64, 10, AdaBoostConfig{.rounds = 30, .depth = 4}>;
    compare_score<Digits>("digits", digits_ada_boost_right);
}

TEST_CASE("AdaBoost: a compact forest answers the same") {
    using Model = AdaBoost<float, 13, 3, AdaBoostConfig{.rounds = 20, .depth = 2}>;
    const Model& model = mote::testing::fitted_on<Model, 13>("wine");
    static mote::CompactForest<Model> packed;
    REQUIRE(packed.assign(model) == Status::ok);
    REQUIRE(mote::testing::disagreements(model, packed, 4) == 0);
}

TEST_CASE("AdaBoost: bad input is refused and changes nothing; fit never allocates") {
    Small model = fitted();
    Small::Trainer<5> trainer;
    auto bad = rows;
    bad[4][0] = std::numeric_limits<float>::infinity();
    REQUIRE(model.fit({bad, labels}, trainer) == Status::not_finite);
    REQUIRE(model.fit({rows, std::array<std::uint8_t, 5>{0, 1, 2}}, trainer) == Status::bad_label);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    REQUIRE(model.fit({rows, labels}, trainer, {{.min_samples_split = 1}}) == Status::bad_parameter);
    REQUIRE(model.fit({rows, labels}, trainer, {{}, 0.0f}) == Status::bad_parameter);
    REQUIRE(model.rounds() == 3);
    REQUIRE(model.votes(rows[2]) == fitted().votes(rows[2]));
    bad[4][0] = std::numeric_limits<float>::quiet_NaN();  // missing is not bad
    const auto fit = [&] { static_cast<void>(model.fit({bad, labels}, trainer)); };
    REQUIRE(mote::testing::allocations_in(fit) == 0);
    REQUIRE(model.predict(bad[4]) == 0);
    model.reset();
    REQUIRE(model.predict_proba(rows[0])[0] == 0.5f);
}

/// The battery trains by fit(data); boosting wants a trainer as well, so this one comes trained.
template <>
struct mote::testing::Recipe<Small> {
    static constexpr Small fresh() { return fitted(); }
};

TEST_CASE("AdaBoost: keeps the promises of a classifier") {
    const Small model = fitted();
    mote::testing::Findings findings;
    findings.expect_plain_value<Small>();
    mote::testing::examine_predict_proba(findings, model);
    CHECK(findings.all() == mote::testing::Violations{});
    mote::testing::check_classifier<AdaBoost<double, 3, 4, AdaBoostConfig{.rounds = 3}>>();
}
