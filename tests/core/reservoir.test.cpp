// SPDX-License-Identifier: MIT
#include "mote/core/reservoir.hpp"

#include <limits>

#include "mote/core/concepts.hpp"
#include "tests/support/catch.hpp"

using mote::Reservoir, mote::Status;

TEST_CASE("Reservoir: keeps all there is until it is full") {
    mote::Random random(1);
    Reservoir<int, 3> reservoir;
    REQUIRE(reservoir.values().empty());
    REQUIRE(reservoir.update(5, random) == Status::ok);
    REQUIRE(reservoir.update(7, random) == Status::ok);
    REQUIRE(reservoir.values().size() == 2);
    REQUIRE(reservoir.values()[1] == 7);
    for (int i = 0; i < 100; ++i) REQUIRE(reservoir.update(i, random) == Status::ok);
    REQUIRE(reservoir.values().size() == 3);
    REQUIRE(reservoir.seen() == 102);
    STATIC_REQUIRE(mote::PlainValue<Reservoir<int, 3>>);
}

TEST_CASE("Reservoir: every value is kept equally often") {
    mote::Random random(2);
    constexpr int rounds = 20'000;
    std::array<int, 10> kept{};
    for (int round = 0; round < rounds; ++round) {
        Reservoir<std::uint8_t, 4> reservoir;
        for (std::uint8_t x = 0; x < 10; ++x) REQUIRE(reservoir.update(x, random) == Status::ok);
        for (const std::uint8_t x : reservoir.values()) ++kept[x];
    }
    // Each is kept with probability 0.4: 8000 times, with a standard error of sqrt(20000 * 0.24) = 69.
    for (const int times : kept) REQUIRE(std::abs(times - 8000) < 3.5 * 69.3);
}

TEST_CASE("Reservoir: bad input changes nothing") {
    mote::Random random(3);
    Reservoir<float, 2> reservoir;
    REQUIRE(reservoir.update(1.0f, random) == Status::ok);
    REQUIRE(reservoir.update(std::numeric_limits<float>::quiet_NaN(), random) == Status::not_finite);
    REQUIRE(reservoir.seen() == 1);
    REQUIRE(reservoir.values()[0] == 1.0f);
    reservoir.reset();
    REQUIRE(reservoir.seen() == 0);
}
