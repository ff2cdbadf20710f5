// SPDX-License-Identifier: MIT
#include "mote/anomaly/seasonal_baseline.hpp"

#include <cmath>
#include <cstdint>

#include "mote/anomaly/z_score.hpp"
#include "mote/core/random.hpp"
#include "tests/contracts/streaming_detector.hpp"
#include "tests/support/catch.hpp"

using mote::SeasonalBaseline;

// By hand: two slots of three samples. The first has seen 1, 2, 3 (mean 2, deviation 1), the second 10,
// 20, 30.
TEST_CASE("SeasonalBaseline: worked example") {
    constexpr auto detector = [] {
        SeasonalBaseline<double, 1, 2> seen(3);
        for (const double x : {1.0, 2.0, 3.0, 10.0, 20.0, 30.0}) seen.update(std::array{x});
        return seen;
    }();
    STATIC_REQUIRE(detector.slot() == 0);
    STATIC_REQUIRE(mote::abs(detector.score(std::array{20.0}) - 18) < 1e-12);
    constexpr auto later = [](auto seen) {
        seen.skip(3);
        return seen;
    }(detector);
    STATIC_REQUIRE(later.slot() == 1);
    STATIC_REQUIRE(mote::abs(later.score(std::array{2.0}) - 1.8) < 1e-14);
}

TEST_CASE("SeasonalBaseline: nothing is unusual on the first day") {
    SeasonalBaseline<float, 1, 4> detector(2);
    for (int i = 0; i < 8; ++i) {
        REQUIRE_FALSE(detector.ready());
        REQUIRE(detector.observe(std::array{static_cast<float>(i * i)}) == 0);
    }
    REQUIRE(detector.ready());
    REQUIRE(detector.score(std::array{100.0f}) > 100);
}

TEST_CASE("SeasonalBaseline: what is usual at noon is not at night") {
    mote::Random random(1);
    SeasonalBaseline<float, 2> detector(60);
    mote::ZScore<float, 2> timeless;
    const auto sample = [&](int minute) {
        const float day = std::sin(6.2831853f * static_cast<float>(minute) / 1440);
        return std::array{5 * day + random.normal<float>(), -3 * day + random.normal<float>()};
    };
    float worst = 0;
    for (int minute = 0; minute < 30 * 1440; ++minute) {
        const auto x = sample(minute);
        worst = std::max(worst, detector.observe(x));
        timeless.update(x);
    }
    REQUIRE(worst < 8);
    const std::array noon{5.0f, -3.0f};
    detector.skip(18 * 60 + 30);
    REQUIRE(detector.slot() == 18);
    REQUIRE(detector.score(noon) > 8);
    REQUIRE(timeless.score(noon) < 2);
    REQUIRE(detector.set_time(6, 0) == mote::Status::ok);
    REQUIRE(detector.score(noon) < 2);
    REQUIRE(detector.set_time(24) == mote::Status::bad_parameter);
    REQUIRE(detector.set_time(0, 60) == mote::Status::bad_parameter);
    REQUIRE(detector.slot() == 6);
}

// Many samples at once pass as one by one, and 2^32 of them take no longer than a day's slots.
TEST_CASE("SeasonalBaseline: skips as many samples as there are") {
    for (const std::uint32_t samples : {0u, 1u, 6u, 7u, 20u, 21u, 22u, 41u, 42u, 43u, 1000u}) {
        for (std::uint32_t begin = 0; begin < 21; ++begin) {
            SeasonalBaseline<float, 1, 3> at_once(7), one_by_one(7);
            for (std::uint32_t i = 0; i < begin; ++i) {
                at_once.update(std::array{1.0f});
                one_by_one.update(std::array{1.0f});
            }
            at_once.skip(samples);
            for (std::uint32_t i = 0; i < samples; ++i) one_by_one.skip();
            CAPTURE(samples, begin);
            for (int i = 0; i < 21; ++i) {
                REQUIRE(at_once.slot() == one_by_one.slot());
                REQUIRE(at_once.ready() == one_by_one.ready());
                at_once.skip();
                one_by_one.skip();
            }
        }
    }
    SeasonalBaseline<float, 1, 3> ages(7);
    ages.skip(0xffff'ffffu);
    REQUIRE(ages.slot() == 0xffff'ffffu / 7 % 3);
}

template <class T, std::size_t Features>
struct mote::testing::Recipe<SeasonalBaseline<T, Features, 3>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = true;
    static constexpr SeasonalBaseline<T, Features, 3> fresh() { return SeasonalBaseline<T, Features, 3>(2); }
};

TEST_CASE("SeasonalBaseline: keeps the promises of a streaming detector") {
    mote::testing::check_streaming_detector<SeasonalBaseline<float, 1, 3>>();
    mote::testing::check_streaming_detector<SeasonalBaseline<double, 3, 3>>();
    using Small = SeasonalBaseline<float, 1, 3>;
    STATIC_REQUIRE(mote::testing::scores(mote::testing::trained_detector<Small>())[0] > 0);
    STATIC_REQUIRE(sizeof(SeasonalBaseline<float, 1>) == 24 * 12 + 36);
}
