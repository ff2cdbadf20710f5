// SPDX-License-Identifier: MIT
#include "mote/anomaly/z_score.hpp"

#include "mote/core/random.hpp"
#include "tests/anomaly/electrocardiogram.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::ZScore;

// By hand: after 1, 2, 3 the mean is 2 and the variance 1; after 10, 10, 40 it is 20 and 300.
TEST_CASE("ZScore: worked example") {
    constexpr auto detector = [] {
        ZScore<double, 2> seen;
        for (const auto& x : {std::array{1.0, 10.0}, std::array{2.0, 10.0}, std::array{3.0, 40.0}})
            seen.update(x);
        return seen;
    }();
    STATIC_REQUIRE(mote::abs(detector.score(std::array{5.0, 20.0}) - 3) < 1e-14);
    STATIC_REQUIRE(mote::abs(detector.score(std::array{2.0, -40.0}) - mote::sqrt(12.0)) < 1e-14);
    STATIC_REQUIRE(detector.score(std::array{2.0, 20.0}) < 1e-14);
}

TEST_CASE("ZScore: nothing is unusual before there is a spread") {
    ZScore<float, 1> detector;
    for (int i = 0; i < 3; ++i) REQUIRE(detector.observe(std::array{20.0f}) == 0);
    REQUIRE(detector.observe(std::array{21.0f}) == 0);
    REQUIRE(detector.observe(std::array{21.0f}) > 0);
}

// streams_reference.py: each score from the mean and deviation of all samples before.
TEST_CASE("ZScore: scores of heart beats are NumPy's") {
    const auto scores = mote::testing::observe_heart_beats(ZScore<double, 1>{});
    REQUIRE(scores[2] == Approx(2.12132034).epsilon(1e-8));
    REQUIRE(scores[100] == Approx(0.484435784).epsilon(1e-8));
    REQUIRE(scores[268] == Approx(0.547034508).epsilon(1e-8));
    REQUIRE(scores[499] == Approx(0.859357704).epsilon(1e-8));
}

// 20 +- 1, a word of wrong bits, and 20,000 values later: their deviation is sqrt(1 + 100^2 / 21,000), 1.2.
TEST_CASE("ZScore: sees again after a wild value") {
    mote::Random random(5);
    ZScore<float, 1> detector;
    const auto feed = [&](int values) {
        for (int i = 0; i < values; ++i) detector.update(std::array{20 + random.normal<float>()});
    };
    feed(1000);
    REQUIRE(detector.observe(std::array{3e38f}) > 1e15f);
    feed(20'000);
    REQUIRE(detector.score(std::array{30.0f}) == Approx(10 / 1.215).epsilon(0.03));
}

TEST_CASE("ZScore: endures") {
    mote::Random random(1);
    ZScore<float, 1> detector;
    float last = 0;
    for (int i = 0; i < 3'000'000; ++i) last = detector.observe(std::array{random.uniform<float>()});
    REQUIRE(mote::isfinite(last));
    // Uniform: mean 1/2, variance 1/12; strays as in the test of FadingMoments.
    REQUIRE(detector.moments().mean() == Approx(0.5).margin(0.005));
    REQUIRE(detector.moments().variance() == Approx(1.0 / 12).epsilon(0.02));
}

TEST_CASE("ZScore: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<ZScore<float, 1>>();
    mote::testing::check_streaming_detector<ZScore<double, 5, 8>>();
    STATIC_REQUIRE(sizeof(ZScore<float, 1>) == 12);
}
