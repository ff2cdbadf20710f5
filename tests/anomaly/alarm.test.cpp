// SPDX-License-Identifier: MIT
#include "mote/anomaly/alarm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mote/anomaly/alarm_rate.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "tests/anomaly/simulated_sensor.hpp"
#include "tests/support/catch.hpp"

using mote::Alarm;
using mote::AlarmConfig;
using mote::AlarmRate;
using mote::PeakThreshold;
using mote::Random;
using mote::testing::Family;
using mote::testing::SimulatedSensor;

namespace {

constexpr float day = 1440;  // samples: one a minute

/// An alarm once a day, that has seen twenty days of |normal| scores.
template <AlarmConfig Config = AlarmConfig{}>
Alarm<float, Config> taught() {
    Alarm<float, Config> alarm({.per_day = 1, .samples_per_day = day});
    Random random(1);
    for (int i = 0; i < 20 * 1440; ++i) alarm.observe(std::abs(random.normal<float>()));
    while (alarm.active()) alarm.observe(0);
    for (int i = 0; i < 20; ++i) alarm.observe(0);
    REQUIRE(alarm.ready());
    REQUIRE(alarm.release() < alarm.threshold());
    return alarm;
}

}  // namespace

TEST_CASE("AlarmRate: the mean number of samples between two alarms") {
    STATIC_REQUIRE(AlarmRate{}.interval() == 86'400);
    STATIC_REQUIRE(AlarmRate{.per_day = 2, .samples_per_day = 1000}.interval() == 500);
    STATIC_REQUIRE(AlarmRate{.per_day = 0}.interval() == 0x1p30f);
    STATIC_REQUIRE(AlarmRate{.per_day = 9e9f}.interval() == 2);
    REQUIRE(AlarmRate{.per_day = std::numeric_limits<float>::quiet_NaN()}.interval() == 0x1p30f);
}

TEST_CASE("Alarm: begins above the threshold, lasts until it is quiet below the release level") {
    auto alarm = taught();
    const float between = (alarm.release() + alarm.threshold()) / 2;
    const std::uint32_t before = alarm.alarms();
    REQUIRE_FALSE(alarm.observe(between));
    REQUIRE_FALSE(alarm.active());
    REQUIRE(alarm.observe(2 * alarm.threshold()));
    REQUIRE_FALSE(alarm.observe(2 * alarm.threshold()));  // the same alarm
    REQUIRE_FALSE(alarm.observe(between));
    for (int i = 0; i < 13; ++i) {  // the quiet time is 1 % of a day: 14 samples
        REQUIRE_FALSE(alarm.observe(0));
        REQUIRE(alarm.active());
    }
    REQUIRE_FALSE(alarm.observe(between));  // not quiet enough: the time begins again
    for (int i = 0; i < 14; ++i) alarm.observe(0);
    REQUIRE_FALSE(alarm.active());
    REQUIRE(alarm.alarms() == before + 1);
    REQUIRE(alarm.observe(2 * alarm.threshold()));
}

TEST_CASE("Alarm: k of n votes") {
    auto alarm = taught<AlarmConfig{.votes = 2, .of = 4}>();
    const float high = 3 * alarm.threshold();
    const auto begins = [&](std::initializer_list<float> scores) {
        auto copy = alarm;
        bool begun = false;
        for (const float score : scores) begun = copy.observe(score) || begun;
        return begun;
    };
    REQUIRE_FALSE(begins({high, 0, 0, 0, high, 0, 0, 0, high}));
    REQUIRE(begins({high, high}));
    REQUIRE(begins({high, 0, 0, high}));
}

// One a day is a Poisson count of 100 +- 10 over 100 days.
TEST_CASE("Alarm: as many alarms as wanted, within a factor of two, for every kind of sensor") {
    const auto alarms_in_100_days = [](Family family, auto alarm) {
        SimulatedSensor sensor(family, static_cast<std::uint32_t>(day), 7);
        for (int i = 0; i < 100 * 1440; ++i) alarm.observe(mote::abs(sensor.next()));
        return alarm.alarms();
    };
    const AlarmRate once_a_day{.per_day = 1, .samples_per_day = day};
    for (const Family family :
         {Family::gaussian, Family::heavy_tailed, Family::autocorrelated, Family::seasonal}) {
        const auto simple = alarms_in_100_days(family, Alarm<float>(once_a_day));
        const auto voted =
            alarms_in_100_days(family, Alarm<float, AlarmConfig{.votes = 2, .of = 3}>(once_a_day));
        const auto brisk = alarms_in_100_days(family, Alarm<float, AlarmConfig{.quiet = 2}>(once_a_day));
        // Of 16 peaks too few exceed the threshold to read it off them: their law tells it.
        const auto by_law = alarms_in_100_days(family, Alarm<float, AlarmConfig{.peaks = 16}>(once_a_day));
        CAPTURE(static_cast<int>(family), simple, voted, brisk, by_law);
        for (const auto alarms : {simple, voted, brisk, by_law}) {
            REQUIRE(alarms >= 50);
            REQUIRE(alarms <= 200);
        }
    }
}

// At one sample a minute |normal| scores exceed 2.5 about eighteen times a day, so that a ceiling of ten
// quarters is reached that often: of these clusters every so many is an alarm.
TEST_CASE("Alarm: scores that tie, or end at a ceiling, keep the rate too") {
    for (const float ceiling : {1000.0f, 12.0f}) {
        Alarm<float> alarm({.per_day = 1, .samples_per_day = day});
        SimulatedSensor sensor(Family::gaussian, static_cast<std::uint32_t>(day), 8);
        for (int i = 0; i < 100 * 1440; ++i) {
            alarm.observe(std::min(ceiling, std::round(4 * std::abs(sensor.next()))));
        }
        CAPTURE(ceiling, alarm.alarms(), alarm.threshold());
        REQUIRE(alarm.alarms() >= 50);
        REQUIRE(alarm.alarms() <= 200);
    }
}

TEST_CASE("Alarm: follows scores that have moved for good") {
    Alarm<float> alarm({.per_day = 1, .samples_per_day = day});
    Random random(3);
    const auto run = [&](double days, float shift, float scale) {
        const std::uint32_t before = alarm.alarms();
        for (int i = 0; i < days * 1440; ++i) alarm.observe(shift + scale * std::abs(random.normal<float>()));
        return alarm.alarms() - before;
    };
    run(20, 0, 1);
    REQUIRE(run(0.1, 10, 3) == 1);  // one long alarm
    REQUIRE(alarm.active());
    REQUIRE(run(20, 10, 3) <= 40);  // then it gets used to them
    const auto used = run(50, 10, 3);
    CAPTURE(used);
    REQUIRE(used >= 25);
    REQUIRE(used <= 100);
}

TEST_CASE("Alarm: a few wild scores do not deafen it") {
    auto calm = taught(), wild = taught();
    for (int i = 0; i < 3; ++i) {
        wild.observe(1e6f);
        for (int k = 0; k < 20; ++k) wild.observe(0);
    }
    REQUIRE(wild.alarms() == calm.alarms() + 3);
    REQUIRE(wild.threshold() < 1.5f * calm.threshold());
}

TEST_CASE("Alarm: what is not a number is counted and changes nothing else") {
    auto alarm = taught(), twin = alarm;
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        REQUIRE_FALSE(alarm.observe(bad));
    }
    REQUIRE(alarm.missing() == 3);
    for (int i = 0; i < 5000; ++i) {
        const float score = static_cast<float>(i % 97);
        REQUIRE(alarm.observe(score) == twin.observe(score));
        REQUIRE(alarm.threshold() == twin.threshold());
    }
    REQUIRE(PeakThreshold<float>().update(std::numeric_limits<float>::quiet_NaN()) ==
            mote::Status::not_finite);
}

TEST_CASE("Alarm: the largest numbers do not poison it, and a constant is no alarm") {
    constexpr float most = std::numeric_limits<float>::max();
    Alarm<float> alarm({.per_day = 10, .samples_per_day = day});
    Random random(4);
    for (int i = 0; i < 5 * 1440; ++i) {
        alarm.observe(random.below(3) == 0 ? most : -most);
        REQUIRE(mote::isfinite(alarm.threshold()));
        REQUIRE(mote::isfinite(alarm.release()));
    }
    alarm.reset();
    for (int i = 0; i < 5 * 1440; ++i) REQUIRE_FALSE(alarm.observe(7));
    REQUIRE(alarm.release() == 7);
    REQUIRE_FALSE(alarm.ready());
}

TEST_CASE("Alarm: warm-up, reset, and the same at compile time") {
    constexpr AlarmConfig late{.warm_up = 500};
    Alarm<float, late> alarm({.per_day = 10, .samples_per_day = day});
    Alarm<float> twin({.per_day = 10, .samples_per_day = day});
    Random random(5);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 500; ++i) REQUIRE_FALSE(alarm.observe(1e9f));
        for (int i = 0; i < 3000; ++i) {
            const float score = random.uniform<float>();
            REQUIRE(alarm.observe(score) == twin.observe(score));
        }
        REQUIRE(alarm.threshold() == twin.threshold());
        alarm.reset();
        twin.reset();
        REQUIRE(alarm.alarms() == 0);
    }

    constexpr auto run = [] {
        Alarm<float> short_lived({.per_day = 60, .samples_per_day = day});
        Random numbers(6);
        for (int i = 0; i < 200; ++i) short_lived.observe(numbers.uniform<float>());
        return std::array{short_lived.release(), short_lived.threshold(),
                          static_cast<float>(short_lived.alarms())};
    };
    constexpr auto compiled = run();
    STATIC_REQUIRE(compiled[1] > compiled[0]);
    const auto at_run_time = run();
    REQUIRE(at_run_time[0] == Approx(compiled[0]).epsilon(1e-5));
    REQUIRE(at_run_time[1] == Approx(compiled[1]).epsilon(1e-5));
    REQUIRE(at_run_time[2] == compiled[2]);
    STATIC_REQUIRE(mote::PlainValue<Alarm<float, AlarmConfig{.votes = 2, .of = 5}>>);
    STATIC_REQUIRE(sizeof(PeakThreshold<float>) == 364);
    STATIC_REQUIRE(sizeof(Alarm<float>) == 392);
}
