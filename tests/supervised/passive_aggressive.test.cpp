// SPDX-License-Identifier: MIT
#include "mote/supervised/passive_aggressive.hpp"

#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::PassiveAggressive;
using mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;
using mote::testing::standardised;
using mote::testing::worst_gap;

// Worked by hand: at first the loss of x = 2 is 1 and |x|^2 is 4, so the step is 1 / 4 without a limit (w =
// 0.5), 0.1 where C = 0.1 cuts it (w = 0.2), and 1 / (4 + 1) in PA-II with C = 0.5 (w = 0.4).
constexpr double slope_after_one(mote::PassiveAggressiveConfig<double> config) {
    PassiveAggressive<double, 1, 2> model(config);
    model.update(std::array{2.0}, 1);
    return model.planes().weights(0)[0];
}

TEST_CASE("PassiveAggressive: worked example") {
    STATIC_REQUIRE(slope_after_one({.C = 10}) == 0.5);
    STATIC_REQUIRE(slope_after_one({.C = 0.1}) == 0.2);
    STATIC_REQUIRE(slope_after_one({.C = 0.5, .squared = true}) == 0.4);
    PassiveAggressive<double, 1, 2> model({.C = 10});
    model.update(std::array{2.0}, 1);
    const auto before = model.planes().weights(0)[0];
    model.update(std::array{3.0}, 1);  // beyond the margin: nothing to learn
    REQUIRE(model.planes().weights(0)[0] == before);
    model.update(std::array{0.0}, 0);  // nothing to learn from
    REQUIRE(model.planes().intercept(0) == 0.25);
    REQUIRE(model.decision_function(std::array{1.0})[0] == 0.75);
}

TEST_CASE("PassiveAggressive: scikit-learn's coefficients after one pass in order") {
    const auto learn = [](auto model, const auto& split) {
        for (std::size_t i = 0; i < split.rows.size(); ++i) {
            REQUIRE(model.update(split.rows[i], split.labels[i]) == Status::ok);
        }
        return model;
    };
    const mote::PassiveAggressiveConfig<double> first{.C = 0.05}, second{.C = 0.05, .squared = true};
    const auto iris = standardised<double, 4>("iris");
    const auto a = learn(PassiveAggressive<double, 4, 3>(first), iris);
    CHECK(worst_gap(a.planes(), reference::iris_pa1_coefficients, reference::iris_pa1_intercepts) < 1e-12);
    CHECK(right_answers(a, iris.test()) == reference::iris_pa1_right);
    const auto b = learn(PassiveAggressive<double, 4, 3>(second), iris);
    CHECK(worst_gap(b.planes(), reference::iris_pa2_coefficients, reference::iris_pa2_intercepts) < 1e-12);
    const auto cancer = standardised<double, 30>("breast_cancer");
    const auto c = learn(PassiveAggressive<double, 30, 2>(first), cancer);
    CHECK(worst_gap(c.planes(), reference::breast_cancer_pa1_coefficients,
                    reference::breast_cancer_pa1_intercepts) < 1e-12);
    CHECK(right_answers(c, cancer.test()) == reference::breast_cancer_pa1_right);
    const auto d = learn(PassiveAggressive<double, 30, 2>(second), cancer);
    CHECK(worst_gap(d.planes(), reference::breast_cancer_pa2_coefficients,
                    reference::breast_cancer_pa2_intercepts) < 1e-12);
}

TEST_CASE("PassiveAggressive: fit makes several passes") {
    const auto cancer = standardised<float, 30>("breast_cancer");
    PassiveAggressive<float, 30, 2> model({.C = 0.01f});
    REQUIRE(model.fit(cancer.train()) == Status::ok);
    CHECK(as_good_as(right_answers(model, cancer.test()), reference::breast_cancer_pa1_right, 114));
    PassiveAggressive<float, 30, 2> once({.C = 0.01f, .epochs = 1});
    REQUIRE(once.fit(cancer.train()) == Status::ok);
    REQUIRE(once.planes().weights(0)[0] != model.planes().weights(0)[0]);
}

TEST_CASE("PassiveAggressive: what would leave the finite range changes nothing") {
    PassiveAggressive<float, 1, 2> model({.C = 1e38f});
    REQUIRE(model.update(std::array{1e30f}, 1) == Status::ok);  // its square is infinite, so the step is 0
    REQUIRE(model.planes().weights(0)[0] == 0);
    REQUIRE(model.update(std::array{1e-15f}, 1) == Status::ok);
    REQUIRE(model.planes().intercept(0) == Approx(1e30f));
    REQUIRE(model.planes().weights(0)[0] == Approx(1e15f));
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.update(std::array{1e25f}, 0) == Status::diverged);  // an infinite score, an infinite loss
    REQUIRE(mote::testing::bytes_of(model) == before);
}

TEST_CASE("PassiveAggressive: keeps the promises of an online classifier") {
    mote::testing::check_online_classifier<PassiveAggressive<float, 3, 4>>();
    mote::testing::check_online_classifier<PassiveAggressive<double, 2, 2>>();
    STATIC_REQUIRE(sizeof(PassiveAggressive<float, 30, 2>) == 4 * (31 + 4));
}
