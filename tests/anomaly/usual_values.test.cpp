// SPDX-License-Identifier: MIT
#include "mote/anomaly/usual_values.hpp"

#include <cmath>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using mote::LocalTime;
using mote::Random;
using mote::UsualValues;
using Places = std::array<std::int16_t, 1>;

// 1970-01-01 was a Thursday; 2013-12-15 (seconds from `date -u`) a Sunday.
TEST_CASE("UsualValues: slots are hours of working days and of weekends") {
    using Usual = UsualValues<1>;
    STATIC_REQUIRE(Usual::slot_at(LocalTime{0}) == 0);
    STATIC_REQUIRE(Usual::slot_at(LocalTime{3600}) == 2);
    STATIC_REQUIRE(Usual::slot_at(LocalTime{2 * 86'400 - 1}) == 46);  // Friday, 23:59:59
    STATIC_REQUIRE(Usual::slot_at(LocalTime{2 * 86'400}) == 1);       // Saturday
    STATIC_REQUIRE(Usual::slot_at(LocalTime{4 * 86'400}) == 0);       // Monday
    STATIC_REQUIRE(Usual::slot_at(LocalTime{1'387'090'800}) == 15);   // Sunday 2013-12-15 07:00
}

TEST_CASE("UsualValues: the mean of an hour is that hour's only") {
    UsualValues<1> usual;
    const LocalTime noon{12 * 3600}, night{0};
    REQUIRE(usual.residual(usual.slot_at(noon), 0, 500) == 0);  // nothing is known
    for (int place : {100, 200, 300}) usual.learn(noon, Places{static_cast<std::int16_t>(place)});
    usual.learn(night, Places{-50});
    REQUIRE(usual.residual(usual.slot_at(noon), 0, 500) == 300);
    REQUIRE(usual.residual(usual.slot_at(night), 0, 500) == 550);
    const LocalTime saturday_noon{2 * 86'400 + 12 * 3600};
    REQUIRE(usual.slot_for(saturday_noon) == usual.slot_at(noon));  // the first there is
    usual.learn(saturday_noon, Places{700});
    REQUIRE(usual.slot_for(saturday_noon) == usual.slot_at(saturday_noon));
}

TEST_CASE("UsualValues: without a clock finds the day in the data") {
    for (const std::size_t day : {24u, 48u, 144u, 288u}) {
        UsualValues<1> usual;
        Random random(4);
        const auto place = [&](std::size_t i) {
            const double phase = 6.283185307 * static_cast<double>(i) / static_cast<double>(day);
            return static_cast<std::int16_t>(500 * std::sin(phase) + 20 * random.normal<double>());
        };
        std::size_t i = 0;
        for (; i < 8 * day; ++i) usual.learn_by_count(Places{place(i)});
        double mean = 0;
        for (; i < 9 * day; ++i) {
            const std::int16_t now = place(i);
            mean += usual.residual(usual.slot_by_count(), 0, now) / static_cast<double>(day);
            usual.learn_by_count(Places{now});
        }
        CAPTURE(day, mean);
        REQUIRE(mean < 80);  // without the day: 2 / pi * 500 = 318
    }
}

TEST_CASE("UsualValues: where no day helps the mean of all is taken") {
    UsualValues<1> usual;
    Random random(8);
    for (int i = 0; i < 4000; ++i) {
        usual.learn_by_count(Places{static_cast<std::int16_t>(500 + 100 * random.normal<double>())});
    }
    REQUIRE(usual.residual(usual.slot_by_count(), 0, 500) < 20);
}
