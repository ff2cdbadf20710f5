// SPDX-License-Identifier: MIT
#include "mote/anomaly/robust_z_score.hpp"

#include <cmath>

#include "mote/anomaly/z_score.hpp"
#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::RobustZScore;

// By hand: the first sample is the median; the second, 4 away, is the first spread. The gain is 2 / 5, so
// that the median moves by 1.8582 * 2/5 * 4 towards it, and the spread, not exceeded, falls by 1.1664 * 2/5
// of 4.
TEST_CASE("RobustZScore: worked example") {
    constexpr auto detector = [] {
        RobustZScore<double, 1> seen;
        seen.update(std::array{1.0});
        seen.update(std::array{5.0});
        return seen;
    }();
    STATIC_REQUIRE(mote::abs(detector.median() - (1 + 1.8582 * 1.6)) < 1e-14);
    STATIC_REQUIRE(mote::abs(detector.spread() - (4 - 1.1664 * 1.6)) < 1e-14);
    STATIC_REQUIRE(
        mote::abs(detector.score(std::array{0.0}) - detector.median() / 1.4826 / detector.spread()) < 1e-14);
}

// The quantiles of the sources: normal 0.67449; Student with 3 degrees of freedom 0.76489; exponential median
// ln 2, spread 0.48121; uniform 1/4. With n samples the estimates stray by about 2 / sqrt(n) of the spread:
// 0.01, of which three times is allowed.
TEST_CASE("RobustZScore: median and spread are those of the source") {
    mote::Random random(1);
    const auto learn = [&](auto draw) {
        RobustZScore<float, 1> detector;
        for (int i = 0; i < 40'000; ++i) detector.update(std::array{draw()});
        return std::array{detector.median(), detector.spread()};
    };
    const auto normal = learn([&] { return random.normal<float>(); });
    REQUIRE(normal[0] == Approx(0).margin(0.02));
    REQUIRE(normal[1] == Approx(0.67449).epsilon(0.03));
    const auto student = learn([&] {
        const float a = random.normal<float>(), b = random.normal<float>(), c = random.normal<float>();
        return random.normal<float>() / std::sqrt((a * a + b * b + c * c) / 3);
    });
    REQUIRE(student[0] == Approx(0).margin(0.023));
    REQUIRE(student[1] == Approx(0.76489).epsilon(0.03));
    const auto exponential = learn([&] { return -std::log(1 - random.uniform<float>()); });
    REQUIRE(exponential[0] == Approx(0.693147).margin(0.015));
    REQUIRE(exponential[1] == Approx(0.48121).epsilon(0.03));
    const auto uniform = learn([&] { return 1000 + random.uniform<float>(); });
    REQUIRE(uniform[0] == Approx(1000.5).margin(0.0075));
    REQUIRE(uniform[1] == Approx(0.25).epsilon(0.03));
}

TEST_CASE("RobustZScore: a fifth of wild values hide neither themselves nor others") {
    mote::Random random(2);
    RobustZScore<float, 1> robust;
    mote::ZScore<float, 1> usual;
    for (int i = 0; i < 20'000; ++i) {
        const std::array x{i % 5 == 0 ? 1e4f : random.normal<float>()};
        robust.update(x);
        usual.update(x);
    }
    // The median of such a mixture is the normal 0.625 quantile, 0.3186; its spread solves
    // P(|x - 0.3186| < s) = 0.625: 0.93.
    REQUIRE(robust.median() == Approx(0.3186).margin(0.05));
    REQUIRE(robust.spread() == Approx(0.93).epsilon(0.06));
    REQUIRE(robust.score(std::array{8.0f}) > 5);
    REQUIRE(usual.score(std::array{8.0f}) < 1);
}

TEST_CASE("RobustZScore: recovers from a wild first sample and from a change of scale") {
    mote::Random random(3);
    RobustZScore<float, 1, 1024> detector;
    detector.update(std::array{1e6f});
    for (int i = 0; i < 3000; ++i) detector.update(std::array{random.normal<float>()});
    REQUIRE(std::abs(detector.median()) < 0.3f);
    REQUIRE(detector.spread() == Approx(0.67449).epsilon(0.25));
    for (int i = 0; i < 20'000; ++i) detector.update(std::array{100 + 50 * random.normal<float>()});
    REQUIRE(detector.median() == Approx(100).margin(10));
    REQUIRE(detector.spread() == Approx(50 * 0.67449).epsilon(0.15));
}

TEST_CASE("RobustZScore: a coarse sensor needs its resolution") {
    RobustZScore<float, 1> sure;
    RobustZScore<float, 1> told(0.5f);
    mote::Random random(4);
    for (int i = 0; i < 5000; ++i) {
        const std::array x{random.below(10) == 0 ? 21.0f : 20.0f};
        sure.update(x);
        told.update(x);
    }
    REQUIRE(sure.score(std::array{21.0f}) > 100);
    REQUIRE(told.score(std::array{21.0f}) < 2);
    REQUIRE(told.spread() == 0.5f);
}

TEST_CASE("RobustZScore: endures, and the largest numbers do no harm") {
    mote::Random random(5);
    RobustZScore<float, 1> detector;
    for (int i = 0; i < 3'000'000; ++i) detector.update(std::array{random.normal<float>()});
    REQUIRE(detector.median() == Approx(0).margin(0.04));
    REQUIRE(detector.spread() == Approx(0.67449).epsilon(0.05));
    constexpr float most = std::numeric_limits<float>::max();
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(mote::isfinite(detector.observe(std::array{random.below(2) == 0 ? most : -most})));
        REQUIRE(mote::isfinite(detector.median()));
        REQUIRE(mote::isfinite(detector.spread()));
    }
}

TEST_CASE("RobustZScore: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<RobustZScore<float, 1>>();
    mote::testing::check_streaming_detector<RobustZScore<double, 4, 20>>();
    STATIC_REQUIRE(sizeof(RobustZScore<float, 1>) == 16);
}
