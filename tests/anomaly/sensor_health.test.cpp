// SPDX-License-Identifier: MIT
#include "mote/anomaly/sensor_health.hpp"

#include <limits>

#include "mote/core/concepts.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/catch.hpp"

using mote::SensorHealth;
using mote::SensorReport;

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

TEST_CASE("SensorHealth: a value is stuck after so many equal samples, until it changes") {
    SensorHealth<float> health({.stuck_after = 3});
    REQUIRE(health.observe(std::array{5.0f}).healthy());
    REQUIRE(health.observe(std::array{5.0f}).healthy());
    REQUIRE(health.observe(std::array{5.0f}).stuck);
    REQUIRE(health.observe(std::array{5.0f}).stuck);
    REQUIRE(health.stuck());
    REQUIRE(health.observe(std::array{5.001f}).healthy());
    REQUIRE_FALSE(health.stuck());
    // The run of 5.001 goes on behind a missing value, which itself adds nothing to it.
    REQUIRE_FALSE(health.observe(std::array{missing}).stuck);
    REQUIRE(health.observe(std::array{5.001f}).healthy());
    REQUIRE(health.observe(std::array{5.001f}).stuck);

    SensorHealth<float> patient({.stuck_after = 0});
    for (int i = 0; i < 1000; ++i) REQUIRE(patient.observe(std::array{5.0f}).healthy());
    SensorHealth<float> fresh({.stuck_after = 1});
    REQUIRE(fresh.observe(std::array{0.0f}).stuck);
}

TEST_CASE("SensorHealth: missing values are counted for each feature") {
    SensorHealth<float, 3> health;
    REQUIRE(health.observe(std::array{1.0f, 2.0f, 3.0f}).healthy());
    const SensorReport report =
        health.observe(std::array{1.0f, missing, -std::numeric_limits<float>::infinity()});
    REQUIRE(report.missing);
    REQUIRE_FALSE(report.healthy());
    REQUIRE(health.observe(std::array{1.0f, missing, 4.0f}).missing);
    REQUIRE(health.missing(0) == 0);
    REQUIRE(health.missing(1) == 2);
    REQUIRE(health.missing(2) == 1);
    REQUIRE(health.samples() == 3);
    health.reset();
    REQUIRE(health.missing(1) == 0);
}

// A sample every 100 ms: what comes up to 150 ms after the last is the next one, what comes at 151 the one
// after.
TEST_CASE("SensorHealth: gaps in time, to the nearest sample and across the clock's wrap") {
    constexpr auto lost_at = [](std::uint32_t first, std::uint32_t second) {
        SensorHealth<float> health({.stuck_after = 0, .period = 100});
        health.observe(std::array{1.0f}, first);
        return health.observe(std::array{2.0f}, second).lost;
    };
    STATIC_REQUIRE(lost_at(1000, 1100) == 0);
    STATIC_REQUIRE(lost_at(1000, 1020) == 0);
    STATIC_REQUIRE(lost_at(1000, 1150) == 0);
    STATIC_REQUIRE(lost_at(1000, 1151) == 1);
    STATIC_REQUIRE(lost_at(1000, 1199) == 1);
    STATIC_REQUIRE(lost_at(1000, 2000) == 9);
    STATIC_REQUIRE(lost_at(0xffff'ffff, 299) == 2);

    SensorHealth<float> health({.stuck_after = 0, .period = 100});
    for (const std::uint32_t time : {0u, 100u, 500u, 600u, 800u}) health.observe(std::array{1.0f}, time);
    REQUIRE(health.gaps() == 2);
    REQUIRE(health.lost() == 4);
    REQUIRE(SensorHealth<float>().observe(std::array{1.0f}, 7).healthy());  // no period: no gaps
}

// Half of the clock's range ahead is a gap, more is behind. Nothing was lost, and time goes on from there.
TEST_CASE("SensorHealth: a clock that is set back") {
    SensorHealth<float> health({.stuck_after = 0, .period = 100});
    health.observe(std::array{1.0f}, 5000);
    const SensorReport earlier = health.observe(std::array{2.0f}, 4900);
    REQUIRE(earlier.set_back);
    REQUIRE_FALSE(earlier.healthy());
    REQUIRE(earlier.lost == 0);
    REQUIRE(health.observe(std::array{3.0f}, 5000).healthy());
    REQUIRE(health.observe(std::array{3.0f}, 5000).healthy());  // the same time again is none lost
    REQUIRE((health.gaps() == 0 && health.lost() == 0));
    REQUIRE(health.observe(std::array{4.0f}, 5000 + 0x7fff'ffffu).lost == 21'474'835);
    REQUIRE(health.observe(std::array{5.0f}, 5000 - 1).set_back);
    REQUIRE(SensorHealth<float>().observe(std::array{1.0f}, 7).healthy());
    SensorHealth<float> without({.stuck_after = 0});
    without.observe(std::array{1.0f}, 7);
    REQUIRE(without.observe(std::array{2.0f}, 6).healthy());  // no period: no clock
}

TEST_CASE("SensorHealth: a plain value that allocates nothing") {
    STATIC_REQUIRE(mote::PlainValue<SensorHealth<double, 4>>);
    STATIC_REQUIRE(sizeof(SensorHealth<float>) == 36);
    SensorHealth<double, 4> health;
    REQUIRE(mote::testing::allocations_in([&] { health.observe(std::array{1.0, 2.0, 3.0, 4.0}, 5); }) == 0);
}
