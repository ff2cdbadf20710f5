// SPDX-License-Identifier: MIT
#include "mote/anomaly/half_space_trees.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::HalfSpaceConfig;
using mote::HalfSpaceTrees;
using mote::Random;
using mote::Status;

// Worked by hand: a tree of depth 1 divides its space in the middle, which lies within the range, so 0 and 1
// are on two sides. After 0, 0, 0, 1 the sides hold 3 and 1 and weigh twice that; highest is 4 * 2.
template <std::size_t Limit>
constexpr auto stump() {
    HalfSpaceTrees<float, 1, HalfSpaceConfig{.trees = 1, .depth = 1, .window = 4, .size_limit = Limit}>
        detector({0.0f}, {1.0f}, 5);
    for (float value : {0.0f, 0.0f, 0.0f, 1.0f}) detector.update(std::array{value});
    return detector;
}

TEST_CASE("HalfSpaceTrees: worked example") {
    STATIC_REQUIRE(stump<0>().highest == 8);
    STATIC_REQUIRE(stump<0>().score(std::array{0.0f}) == 8 - 2 * 3);
    STATIC_REQUIRE(stump<0>().score(std::array{1.0f}) == 8 - 2 * 1);
    STATIC_REQUIRE(stump<0>().score(std::array{-99.0f}) == 8 - 2 * 3);
    // With a limit above the root's mass of 4 nothing below the root counts.
    STATIC_REQUIRE(stump<5>().score(std::array{0.0f}) == 8 - 4);
    STATIC_REQUIRE(stump<5>().score(std::array{1.0f}) == 8 - 4);
    // A window without any 1 makes it as anomalous as can be.
    constexpr auto moved = [] {
        auto detector = stump<0>();
        for (int i = 0; i < 4; ++i) detector.update(std::array{0.0f});
        return detector;
    }();
    STATIC_REQUIRE(moved.score(std::array{1.0f}) == 8);
    STATIC_REQUIRE(moved.score(std::array{0.0f}) == 0);
}

namespace {

/// The paper as it is written: intervals and thresholds in double, two masses in every node.
class Written {
public:
    static constexpr std::size_t trees = 25, depth = 6, window = 250, limit = 25, features = 4;
    using Row = std::array<float, features>;

    explicit Written(std::uint64_t seed) : nodes_(trees * (2u << depth)) {
        Random random(seed);
        for (std::size_t tree = 0; tree < trees; ++tree) {
            for (std::size_t i = 0; i < features; ++i) {
                const double s = random.below(65536) / 65536.0;
                const double reach = 2 * std::max(s, 1 - s);
                low_[tree][i] = s - reach;
                high_[tree][i] = s + reach;
            }
            for (std::size_t n = 1; n < 1u << depth; ++n) node(tree, n).feature = random.below(features);
        }
    }

    /// Score and update; the score as HalfSpaceTrees turns it.
    std::uint32_t observe(const Row& x) {
        std::uint32_t mass = 0;
        for (std::size_t tree = 0; tree < trees; ++tree) mass += descend(tree, x);
        if (++seen_ % window == 0) {
            for (Node& n : nodes_) {
                n.reference = n.latest;
                n.latest = 0;
            }
        }
        return seen_ <= window ? 0 : trees * (window << depth) - mass;
    }

private:
    struct Node {
        std::uint32_t feature = 0, latest = 0, reference = 0;
    };
    Node& node(std::size_t tree, std::size_t n) { return nodes_[tree * (2u << depth) + n]; }

    std::uint32_t descend(std::size_t tree, const Row& x) {
        auto low = low_[tree], high = high_[tree];
        std::uint32_t score = 0;
        bool ended = false;
        for (std::size_t n = 1, level = 0;; ++level) {
            Node& here = node(tree, n);
            ++here.latest;
            if (!ended && (level == depth || here.reference < limit)) {
                score = here.reference << level;
                ended = true;
            }
            if (level == depth) return score;
            const std::size_t q = here.feature;
            const double middle = (low[q] + high[q]) / 2;
            const bool above = static_cast<double>(x[q]) >= middle;
            (above ? low : high)[q] = middle;
            n = 2 * n + (above ? 1 : 0);
        }
    }

    std::vector<Node> nodes_;
    std::array<std::array<double, features>, trees> low_{}, high_{};
    std::size_t seen_ = 0;
};

std::array<float, 4> cluster(Random& random) {
    std::array<float, 4> row{};
    for (float& value : row) value = 0.25f + 0.125f * (random.uniform<float>() + random.uniform<float>());
    return row;
}

}  // namespace

// Not to the bit: with 14 bits over the range a sample within a cell of one of a tree's thresholds goes to
// its other side. That is rare, and one tree's whole share of the score is 1 / 25.
TEST_CASE("HalfSpaceTrees: scores are the paper's") {
    Written expected(9);
    HalfSpaceTrees<float, 4> detector({0, 0, 0, 0}, {1, 1, 1, 1}, 9);
    Random random(10);
    double sum = 0, worst = 0;
    for (int i = 0; i < 4000; ++i) {
        auto x = cluster(random);
        if (i % 10 == 0) x[random.below(4)] = 2 * random.uniform<float>() - 0.5f;
        const double gap =
            (static_cast<double>(expected.observe(x)) - static_cast<double>(detector.observe(x))) /
            detector.highest;
        sum += std::abs(gap);
        worst = std::max(worst, std::abs(gap));
    }
    CAPTURE(sum / 4000, worst);
    REQUIRE(sum / 4000 < 0.0005);
    REQUIRE(worst <= 1.0 / 25);
}

TEST_CASE("HalfSpaceTrees: a sample outside the cluster scores higher than any within") {
    auto detector = std::make_unique<HalfSpaceTrees<float, 4>>(3);
    Random random(11);
    for (int i = 0; i < 500; ++i) REQUIRE(detector->observe(cluster(random)) == 0);
    REQUIRE(detector->ready());
    std::uint32_t highest_inside = 0;
    for (int i = 0; i < 200; ++i) highest_inside = std::max(highest_inside, detector->score(cluster(random)));
    REQUIRE(detector->score(std::array{0.9f, 0.9f, 0.9f, 0.9f}) > highest_inside);
    REQUIRE(detector->score(std::array{-9e30f, 9e30f, 0.3f, 0.3f}) > highest_inside);
}

TEST_CASE("HalfSpaceTrees: follows a stream that has moved") {
    HalfSpaceTrees<float, 4> detector({0, 0, 0, 0}, {1, 1, 1, 1});
    Random random(12);
    const auto mean_of_window = [&](float shift) {
        double sum = 0;
        for (int i = 0; i < 250; ++i) {
            auto x = cluster(random);
            for (float& value : x) value += shift;
            sum += detector.observe(x);
        }
        return sum / 250;
    };
    mean_of_window(0);
    const double usual = mean_of_window(0);
    const double surprised = mean_of_window(0.4f);
    const double used_to_it = mean_of_window(0.4f);
    CAPTURE(usual, surprised, used_to_it);
    REQUIRE(surprised > usual + 0.1 * detector.highest);
    REQUIRE(used_to_it < usual + 0.05 * detector.highest);
}

TEST_CASE("HalfSpaceTrees: a feature that never varied is far out as soon as it does") {
    HalfSpaceTrees<double, 2> detector;
    Random random(13);
    for (int i = 0; i < 500; ++i) detector.update(std::array{random.uniform<double>(), 20.0});
    REQUIRE(detector.score(std::array{0.5, 20.001}) > detector.score(std::array{0.5, 20.0}));
}

TEST_CASE("HalfSpaceTrees: keeps the promises of a streaming detector") {
    constexpr HalfSpaceConfig quick{.trees = 5, .depth = 4, .window = 6, .size_limit = 2};
    mote::testing::check_streaming_detector<HalfSpaceTrees<float, 3, quick>>();
    mote::testing::check_streaming_detector<HalfSpaceTrees<double, 20, quick>>();
    mote::testing::check_streaming_detector<
        HalfSpaceTrees<float, 1, HalfSpaceConfig{.trees = 1, .depth = 10, .window = 7}>>();
    STATIC_REQUIRE(
        mote::testing::scores(mote::testing::trained_detector<HalfSpaceTrees<float, 3, quick>>())[0] > 0);
    STATIC_REQUIRE(sizeof(HalfSpaceTrees<float, 4>) == 8456);
}
