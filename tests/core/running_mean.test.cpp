// SPDX-License-Identifier: MIT
#include "mote/core/running_mean.hpp"

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::RunningMean;

TEST_CASE("RunningMean: worked example") {
    constexpr auto mean = [] {
        RunningMean<float> running;
        for (const float x : {1.0f, 2.0f, 6.0f}) running.update(x);
        return running;
    }();
    STATIC_REQUIRE(mean.mean == 3);
    STATIC_REQUIRE(mean.count == 3);
}

// A float sum of ones stops at 2^24, and so would their mean begin to fall.
TEST_CASE("RunningMean: follows a stream without end") {
    RunningMean<float> running;
    for (int i = 0; i < 17'000'000; ++i) running.update(1);
    REQUIRE(running.mean == 1);
    REQUIRE(running.count == RunningMean<float>::longest);
    mote::Random random(1);
    for (int i = 0; i < 2'000'000; ++i) running.update(random.below(10) < 3 ? 1.0f : 0.0f);
    // The standard error of an average that forgets with 1/n is sqrt(p (1 - p) / 2 n), here 0.0013; what
    // rounding can do to it is half of a unit in the last place for each of n values, 0.001.
    REQUIRE(static_cast<double>(running.mean) == Approx(0.3).margin(0.005));
}
