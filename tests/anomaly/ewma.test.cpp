// SPDX-License-Identifier: MIT
#include "mote/anomaly/ewma.hpp"

#include "mote/anomaly/z_score.hpp"
#include "mote/core/random.hpp"
#include "tests/anomaly/electrocardiogram.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::Ewma;

// By hand, smoothing 1/2: deviations from the means before are 0, 2 (2 - 0) and 3 (4 - 1), so that the
// average with x = 4 in it is (2 / 2) / 2 + 3 / 2 = 2. The samples before have variance 2; an average of
// three with weights 1/2, 1/4, 1/8 has 21/64 of it.
TEST_CASE("Ewma: worked example") {
    constexpr auto detector = [] {
        Ewma<double, 1> seen(0.5);
        seen.update(std::array{0.0});
        seen.update(std::array{2.0});
        return seen;
    }();
    STATIC_REQUIRE(mote::abs(detector.deviation() - 1) < 1e-15);
    STATIC_REQUIRE(mote::abs(detector.score(std::array{4.0}) - 2 / mote::sqrt(2 * 21 / 64.0)) < 1e-14);
}

// streams_reference.py: the weights written out, from the mean and deviation of all samples before.
TEST_CASE("Ewma: scores of heart beats are NumPy's") {
    const auto scores = mote::testing::observe_heart_beats(Ewma<double, 1>(0.125));
    REQUIRE(scores[2] == Approx(2.1901699).epsilon(1e-8));
    REQUIRE(scores[100] == Approx(2.15940543).epsilon(1e-8));
    REQUIRE(scores[268] == Approx(2.38813108).epsilon(1e-8));
    REQUIRE(scores[499] == Approx(2.87950066).epsilon(1e-8));
}

TEST_CASE("Ewma: smoothing 1 is the z-score") {
    const auto averages = mote::testing::observe_heart_beats(Ewma<double, 1>(1.0));
    const auto singles = mote::testing::observe_heart_beats(mote::ZScore<double, 1>{});
    for (std::size_t i = 0; i < averages.size(); ++i)
        REQUIRE(averages[i] == Approx(singles[i]).epsilon(1e-12));
}

// Lucas and Saccucci 1990, table 3 (smoothing 0.1, limit 2.814): an average run of 500 samples without a
// shift, and of 10.3 after a shift of one deviation. 400 runs of about 10 +- 6: a standard error of 0.3.
TEST_CASE("Ewma: notices a shift of one deviation as soon as published") {
    mote::Random random(3);
    Ewma<float, 1> learnt(0.1f);
    for (int i = 0; i < 200'000; ++i) learnt.update(std::array{random.normal<float>()});
    double runs = 0;
    for (int run = 0; run < 400; ++run) {
        Ewma<float, 1> detector = learnt;
        for (int i = 0; i < 50; ++i) detector.update(std::array{random.normal<float>()});
        do {
            ++runs;
        } while (detector.observe(std::array{1 + random.normal<float>()}) < 2.814f);
    }
    CAPTURE(runs / 400);
    REQUIRE(runs / 400 == Approx(10.3).margin(1.2));
}

TEST_CASE("Ewma: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<Ewma<float, 1>>();
    mote::testing::check_streaming_detector<Ewma<double, 4, 10>>();
}
