// SPDX-License-Identifier: MIT
#include "mote/anomaly/random_cut_forest.hpp"

#include <algorithm>
#include <cmath>

#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Random;
using mote::RandomCutConfig;
using mote::RandomCutForest;

constexpr RandomCutConfig small{.trees = 10, .points = 32, .shingle = 4, .stride = 10, .warm_up = 64};
using Small = RandomCutForest<float, 1, small>;

// By hand: while a sensor stands still every tree holds one point many times. The first to differ stands
// alone against all: 16 points, one for each sample since the shingle was full.
TEST_CASE("RandomCutForest: worked example") {
    Small forest;
    for (int i = 0; i < 64 + 3 + 16; ++i) forest.update(std::array{5.0f});
    for (const auto& tree : forest.trees()) REQUIRE(tree.size() == 16);
    REQUIRE(forest.score(std::array{5.0f}) == 0);
    REQUIRE(forest.score(std::array{5.5f}) == 16 * 256);
}

TEST_CASE("RandomCutForest: a spike stands out of a wave") {
    Small forest;
    Random random(1);
    const auto wave = [&](int i) {
        return std::array{std::sin(0.3f * static_cast<float>(i)) + 0.05f * random.normal<float>()};
    };
    std::uint32_t usual = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto score = forest.observe(wave(i));
        if (i >= 2500) usual = std::max(usual, score);
    }
    CAPTURE(usual);
    REQUIRE(forest.score(std::array{4.0f}) > usual);
}

// A shortened endurance run, whose long form is `rough_stream` in benchmarks/anomaly.
TEST_CASE("RandomCutForest: endures") {
    RandomCutForest<float, 2, RandomCutConfig{.trees = 4, .points = 24, .shingle = 2, .warm_up = 16}> forest;
    Random random(2);
    for (int i = 0; i < 20'000; ++i) {
        const auto step = static_cast<float>(random.below(20));
        const auto score = forest.observe(std::array{step, random.normal<float>()});
        REQUIRE(score <= 24 * 256);
        if (i % 1000 != 0) continue;
        for (const auto& tree : forest.trees()) REQUIRE(tree.consistent());
    }
    for (const auto& tree : forest.trees()) REQUIRE(tree.size() == 24);
}

TEST_CASE("RandomCutForest: keeps the promises of a streaming detector") {
    constexpr RandomCutConfig quick{.trees = 3, .points = 8, .shingle = 2, .stride = 3, .warm_up = 4};
    mote::testing::check_streaming_detector<RandomCutForest<float, 1, quick>>();
    mote::testing::check_streaming_detector<RandomCutForest<double, 3, quick>>();
    STATIC_REQUIRE(
        mote::testing::scores(mote::testing::trained_detector<RandomCutForest<float, 3, quick>>())[0] > 0);
    STATIC_REQUIRE(sizeof(Small) <= 16'000);
}
