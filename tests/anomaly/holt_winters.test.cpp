// SPDX-License-Identifier: MIT
#include "mote/anomaly/holt_winters.hpp"

#include <cmath>
#include <limits>

#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::HoltWinters;
using mote::HoltWintersRates;
using mote::Season;

// By hand: 10, 20 give level 15 and season -5, +5. Then 12 is forecast as 10, an error of 2: level 15.5,
// trend 0.25, season -4; next 15.5 + 0.25 + 5 is expected.
TEST_CASE("HoltWinters: worked example, additive") {
    constexpr auto detector = [] {
        HoltWinters<double, 2> seen({.level = 0.25f, .trend = 0.125f, .season = 0.5f});
        for (const double x : {10.0, 20.0, 12.0}) seen.update(std::array{x});
        return seen;
    }();
    STATIC_REQUIRE(mote::abs(detector.level() - 15.5) < 1e-14);
    STATIC_REQUIRE(mote::abs(detector.trend() - 0.25) < 1e-15);
    STATIC_REQUIRE(mote::abs(detector.forecast() - 20.75) < 1e-14);
    STATIC_REQUIRE(detector.score(std::array{99.0}) == 0);  // two seasons are not over
}

// By hand: 10, 30 give level 20 and factors 1/2, 3/2. Then 14 is forecast as 10, an error of 4, 8 of the
// level: level 22, trend 1; next (22 + 1) * 3/2 is expected.
TEST_CASE("HoltWinters: worked example, multiplicative") {
    constexpr auto detector = [] {
        HoltWinters<double, 2, Season::multiplicative> seen(
            {.level = 0.25f, .trend = 0.125f, .season = 0.5f});
        for (const double x : {10.0, 30.0, 14.0}) seen.update(std::array{x});
        return seen;
    }();
    STATIC_REQUIRE(mote::abs(detector.level() - 22) < 1e-14);
    STATIC_REQUIRE(mote::abs(detector.forecast() - 34.5) < 1e-13);
}

namespace {

/// The series of streams_reference.py: a season that grows with the level, and one wild sample.
template <class Detector>
std::array<double, 192> scores_of_series(Detector detector) {
    std::array<double, 192> scores{};
    for (int t = 0; t < 192; ++t) {
        double x =
            (10 + 0.05 * t) * (1 + 0.5 * std::sin(2 * std::acos(-1.0) * t / 24)) + t * 7919 % 101 / 101.0;
        if (t == 100) x += 20;
        scores[static_cast<std::size_t>(t)] = detector.observe(std::array{x});
    }
    return scores;
}

constexpr HoltWintersRates rates{.level = 0.25f, .trend = 0.03125f, .season = 0.5f};

}  // namespace

// streams_reference.py, in the component form of Winters.
TEST_CASE("HoltWinters: scores are NumPy's") {
    const auto added = scores_of_series(HoltWinters<double, 24>(rates));
    const auto multiplied = scores_of_series(HoltWinters<double, 24, Season::multiplicative>(rates));
    constexpr std::array<std::size_t, 5> times{48, 100, 101, 124, 191};
    constexpr std::array expected_added{1.64425386, 19.6656205, 0.956786491, 0.768685996, 0.703608868};
    constexpr std::array expected_multiplied{1.29843469, 30.4727659, 0.120171322, 1.01769572, 0.525244806};
    for (std::size_t i = 0; i < times.size(); ++i) {
        REQUIRE(added[times[i]] == Approx(expected_added[i]).epsilon(1e-7));
        REQUIRE(multiplied[times[i]] == Approx(expected_multiplied[i]).epsilon(1e-7));
    }
    REQUIRE(added[47] == 0);
}

TEST_CASE("HoltWinters: missing samples keep the season in step") {
    HoltWinters<float, 24> detector(rates);
    mote::Random random(1);
    const auto sample = [&](int t) {
        return std::array{10 * std::sin(6.2831853f * static_cast<float>(t) / 24) +
                          0.1f * random.normal<float>()};
    };
    constexpr std::array missing{std::numeric_limits<float>::quiet_NaN()};
    float worst = 0;
    for (int t = 0; t < 2400; ++t) {
        if (t % 97 < 10 && t > 300) {
            REQUIRE(detector.update(missing) == mote::Status::not_finite);
            detector.skip();
        } else {
            const float score = detector.observe(sample(t));
            if (t > 300) worst = std::max(worst, score);
        }
        REQUIRE(detector.phase() == static_cast<std::size_t>((t + 1) % 24));
    }
    CAPTURE(worst);
    REQUIRE(worst < 6);  // an hour out of step errs by 2.6, more than 20 deviations
    detector.skip(24 * 3 + 5);
    REQUIRE(detector.phase() == 5);
    const float level = detector.level(), trend = detector.trend();
    detector.skip(0xffff'fff0u);  // at once, and the level stays where it can be believed
    REQUIRE(detector.phase() == (5 + 0xffff'fff0u) % 24);
    REQUIRE(std::abs(detector.level() - level) <= 72 * std::abs(trend) + 1e-3f);
    HoltWinters<float, 3> empty;
    empty.skip(7);
    REQUIRE(empty.forecast() == 0);
    REQUIRE(empty.ready());
}

TEST_CASE("HoltWinters: endures, and neither the largest numbers nor zeros do harm") {
    constexpr float most = std::numeric_limits<float>::max();
    const auto survives = [](auto detector, auto draw) {
        mote::Random random(2);
        for (int t = 0; t < 20'000; ++t) {
            if (!mote::isfinite(detector.observe(std::array{draw(random)}))) return false;
        }
        return mote::isfinite(detector.forecast());
    };
    using Added = HoltWinters<float, 7>;
    using Multiplied = HoltWinters<float, 7, Season::multiplicative>;
    const HoltWintersRates fast{.level = 1, .trend = 1, .season = 1};
    const auto wild = [](mote::Random& random) { return random.below(2) == 0 ? most : -most; };
    const auto often_zero = [](mote::Random& random) { return random.below(3) == 0 ? -5.0f : 0.0f; };
    REQUIRE(survives(Added(fast), wild));
    REQUIRE(survives(Multiplied(fast), wild));
    REQUIRE(survives(Multiplied(rates), wild));
    REQUIRE(survives(Added(rates), often_zero));
    REQUIRE(survives(Multiplied(rates), often_zero));

    HoltWinters<float, 8> detector;
    mote::Random random(3);
    double squares = 0;
    for (int t = 0; t < 2'000'000; ++t) {
        const float score = detector.observe(std::array{static_cast<float>(t % 8) + random.uniform<float>()});
        if (t >= 1'000'000) squares += static_cast<double>(score) * static_cast<double>(score) / 1e6;
    }
    REQUIRE(squares == Approx(1).margin(0.02));  // scores are standard deviations, still
}

TEST_CASE("HoltWinters: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<HoltWinters<float, 4>>();
    mote::testing::check_streaming_detector<HoltWinters<double, 3, Season::multiplicative>>();
    STATIC_REQUIRE(mote::testing::scores(mote::testing::trained_detector<HoltWinters<float, 4>>())[0] > 0);
    STATIC_REQUIRE(sizeof(HoltWinters<float, 24>) == 24 * 4 + 40);
}
