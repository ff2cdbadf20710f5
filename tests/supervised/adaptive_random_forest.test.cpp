// SPDX-License-Identifier: MIT
#include "mote/supervised/adaptive_random_forest.hpp"

#include <memory>

#include "mote/anomaly/ddm.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/streams.hpp"
#include "tests/support/catch.hpp"

using mote::AdaptiveForestConfig;
using mote::AdaptiveRandomForest;
using mote::Change;
using mote::Random;
using mote::Status;
using namespace mote::testing;

namespace {

/// Says what the test tells it to, whatever it sees: nothing for 100 values, a warning at the 101st, a change
/// at the 151st, and so on.
struct Clockwork {
    using Scalar = float;
    constexpr Status update(float) {
        ++count;
        return Status::ok;
    }
    constexpr Change observe(float x) {
        update(x);
        return change();
    }
    [[nodiscard]] constexpr Change change() const {
        return count == 101 ? Change::warning : count == 151 ? Change::detected : Change::none;
    }
    constexpr void reset() { count = 0; }

    int count = 0;
};

constexpr AdaptiveForestConfig one{.trees = 1, .backgrounds = 1, .leaves = 1, .tried_features = 1};

}  // namespace

// One leaf is naive Bayes. It learns the contrary from the warning on, so that at the change the tree that
// takes over knows nothing of what was before.
TEST_CASE("AdaptiveRandomForest: the tree that began at the warning takes over at the change") {
    AdaptiveRandomForest<float, 1, 2, one, Clockwork> forest;
    Random random(1);
    const auto feed = [&](int rows, bool contrary) {
        for (int i = 0; i < rows; ++i) {
            const float x = random.uniform<float>();
            REQUIRE(forest.update(std::array{x}, (x > 0.5f) != contrary ? 1 : 0) == Status::ok);
        }
    };
    feed(100, false);
    REQUIRE(forest.growing() == 0);
    REQUIRE(forest.predict(std::array{0.9f}) == 1);
    feed(50, true);
    REQUIRE(forest.growing() == 1);
    REQUIRE(forest.predict(std::array{0.9f}) == 1);  // 100 rows outweigh 50
    feed(1, true);
    REQUIRE(forest.growing() == 0);
    REQUIRE(forest.replaced() == 1);
    REQUIRE(forest.predict(std::array{0.9f}) == 0);
    REQUIRE(forest.predict(std::array{0.1f}) == 1);
}

TEST_CASE("AdaptiveRandomForest: without a reserve a tree begins with nothing") {
    constexpr AdaptiveForestConfig bare{.trees = 1, .backgrounds = 0, .leaves = 1, .tried_features = 1};
    AdaptiveRandomForest<float, 1, 2, bare, Clockwork> forest;
    for (int i = 0; i < 151; ++i) forest.update(std::array{static_cast<float>(i % 7)}, 1);
    REQUIRE(forest.replaced() == 1);
    REQUIRE(forest.growing() == 0);
    REQUIRE(forest.predict_proba(std::array{1.0f}) == std::array{0.5f, 0.5f});
}

// hoeffding_reference.py forest: SEA 0.8596, SEA and its contrary 0.8672, rotating hyperplane 0.8218. Both
// draw their own weights and features, so that they agree by chance only: to a point.
TEST_CASE("AdaptiveRandomForest: as right as the reference") {
    const auto sea = std::make_unique<AdaptiveRandomForest<float, 3, 2>>();
    REQUIRE(prequential_accuracy(*sea, Sea(1, 5000), 20000) > 0.8596 - 0.01);
    const auto contrary = std::make_unique<AdaptiveRandomForest<float, 3, 2>>();
    REQUIRE(prequential_accuracy(*contrary, Contrary(1, 5000), 20000) > 0.8672 - 0.01);
    REQUIRE(contrary->replaced() >= 30);  // ten trees, three changes
    const auto plane = std::make_unique<AdaptiveRandomForest<float, 10, 2>>();
    REQUIRE(prequential_accuracy(*plane, Hyperplane(1), 20000) > 0.8218 - 0.01);
}

TEST_CASE("AdaptiveRandomForest: takes any change detector, within its memory") {
    constexpr AdaptiveForestConfig small{.trees = 3, .backgrounds = 1, .leaves = 8};
    AdaptiveRandomForest<float, 3, 2, small, mote::Ddm<float>> forest;
    STATIC_REQUIRE(sizeof(forest) < 5000);
    for (int round = 0; round < 5; ++round) {
        REQUIRE(prequential_accuracy(forest, Contrary(2, 1000), 4000) > 0.7);
        REQUIRE(forest.growing() <= 1);
    }
    REQUIRE(forest.replaced() > 30);
}

TEST_CASE("AdaptiveRandomForest: keeps the promises of an online classifier") {
    constexpr AdaptiveForestConfig small{.trees = 2, .backgrounds = 1, .leaves = 2};
    check_online_classifier<AdaptiveRandomForest<float, 3, 2, small>>();
    check_online_classifier<AdaptiveRandomForest<double, 4, 3, small, mote::Ddm<double>>>();
}
