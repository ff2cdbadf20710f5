// SPDX-License-Identifier: MIT
#include "mote/anomaly/integer_z_score.hpp"

#include <cmath>

#include "mote/anomaly/z_score.hpp"
#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::IntegerZScore;
using Counts = std::array<std::int16_t, 1>;

// By hand: 100 is the mean; 104 weighs 1/2, so that the mean is 102 and the mean square 4 * 2 / 2 = 4. From
// there 107 is 5 off, 2.5 deviations; it weighs 1/2 again: mean 104.5, mean square 4 + (5 * 2.5 - 4) / 2
// = 8.25.
TEST_CASE("IntegerZScore: worked example") {
    constexpr auto detector = [] {
        IntegerZScore<1> seen;
        seen.update(Counts{100});
        seen.update(Counts{104});
        return seen;
    }();
    STATIC_REQUIRE(detector.mean() == 102 << 14);
    STATIC_REQUIRE(detector.variance() == 4 << 16);
    STATIC_REQUIRE(detector.score(Counts{107}) == 640);
    STATIC_REQUIRE(detector.score(Counts{97}) == 640);
    STATIC_REQUIRE(detector.score(Counts{102}) == 0);
    constexpr auto later = [](auto seen) {
        seen.update(Counts{107});
        return seen;
    }(detector);
    STATIC_REQUIRE(2 * later.mean() == 209 << 14);
    STATIC_REQUIRE(4 * later.variance() == 33 << 16);
    STATIC_REQUIRE(later.score(Counts{108}) == 311);  // 256 * 3.5 / sqrt(8.25) = 311.9
}

// The two weigh the past a little differently: a mean of 4,096 samples strays by 1/90 of a deviation, so that
// scores differ by about 2 % of one deviation; a twentieth is allowed, plus the rounding.
TEST_CASE("IntegerZScore: scores are those of ZScore") {
    mote::Random random(1);
    for (const double deviation : {0.8, 20.0, 5000.0}) {
        IntegerZScore<1> integers;
        mote::ZScore<double, 1, 4096> floats;
        double worst = 0;
        for (int i = 0; i < 20'000; ++i) {
            const double x = std::round(1000 + deviation * random.normal<double>());
            const Counts counts{static_cast<std::int16_t>(mote::clamp(x, -32768.0, 32767.0))};
            const double exact = floats.observe(std::array{static_cast<double>(counts[0])});
            const double score = integers.observe(counts) / 256.0;
            if (i > 5000) worst = std::max(worst, std::abs(score - exact) / (1 + exact));
        }
        CAPTURE(deviation, worst);
        REQUIRE(worst < 0.05);
    }
}

TEST_CASE("IntegerZScore: the extremes of the counts fit, for ever") {
    mote::Random random(2);
    IntegerZScore<1, 14> detector;
    for (int i = 0; i < 1'000'000; ++i) {
        detector.observe(Counts{static_cast<std::int16_t>(random.below(2) == 0 ? 32767 : -32768)});
    }
    // Two equally likely values 65,535 apart: mean -1/2, deviation 32,767.5; the mean strays by 1/181 of
    // that.
    REQUIRE(detector.mean() / 16384.0 == Approx(-0.5).margin(900));
    REQUIRE(std::sqrt(static_cast<double>(detector.variance()) / 65536) == Approx(32767.5).epsilon(0.001));
    REQUIRE(detector.score(Counts{32767}) == Approx(256).margin(8));

    IntegerZScore<1, 14> constant;
    for (int i = 0; i < 100'000; ++i) REQUIRE(constant.observe(Counts{-32768}) == 0);
    REQUIRE(constant.mean() == -32768 * 16384);
    constant.observe(Counts{-32767});
    REQUIRE(constant.score(Counts{32767}) == constant.highest);
}

TEST_CASE("IntegerZScore: of two features the more unusual counts") {
    mote::Random random(3);
    IntegerZScore<2> both;
    IntegerZScore<1> first, second;
    for (int i = 0; i < 1000; ++i) {
        const std::array<std::int16_t, 2> x{static_cast<std::int16_t>(random.below(100)),
                                            static_cast<std::int16_t>(random.below(5000))};
        const auto expected = std::max(first.observe(Counts{x[0]}), second.observe(Counts{x[1]}));
        REQUIRE(both.observe(x) == expected);
    }
}

TEST_CASE("IntegerZScore: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<IntegerZScore<1>>();
    mote::testing::check_streaming_detector<IntegerZScore<3, 2>>();
    STATIC_REQUIRE(sizeof(IntegerZScore<1>) == 24);
}
