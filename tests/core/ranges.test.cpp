// SPDX-License-Identifier: MIT
#include "mote/core/ranges.hpp"

#include <limits>

#include "tests/support/catch.hpp"

using Row = std::array<float, 2>;
using Rows = mote::Rows<float, 2>;
using mote::Status;

constexpr std::array<Row, 3> by_hand = {{{3, 1}, {-2, 1}, {6, 1}}};

TEST_CASE("ranges: worked by hand") {
    constexpr auto range = mote::range_of(Rows(by_hand), 0);
    STATIC_REQUIRE(range.low == -2);
    STATIC_REQUIRE(range.high == 6);
    STATIC_REQUIRE(mote::factor_to(4.0f, range) == 0.5f);
    STATIC_REQUIRE(mote::factor_to(4.0f, mote::range_of(Rows(by_hand), 1)) == 0);
    STATIC_REQUIRE(mote::factor_to(4.0f, mote::Range<float>{0, 1e-40f}) == 0);
}

TEST_CASE("ranges: refuses what makes a difference infinite") {
    constexpr float greatest = std::numeric_limits<float>::max();
    constexpr auto check = [](Row row) {
        const std::array<Row, 3> rows = {{{1, -1}, row, {0, 0}}};
        return mote::check_ranges(Rows(rows));
    };
    STATIC_REQUIRE(check({0.49f * greatest, -0.49f * greatest}) == Status::ok);
    STATIC_REQUIRE(check({greatest, 0}) == Status::not_finite);
    STATIC_REQUIRE(check({0, std::numeric_limits<float>::infinity()}) == Status::not_finite);
    STATIC_REQUIRE(check({std::numeric_limits<float>::quiet_NaN(), 0}) == Status::not_finite);
}

// Two rows, 100 apart: whole places are 655.35 for each step, and what is beyond is at an end.
TEST_CASE("ranges: places of whole numbers are those of real ones, without floating point") {
    using Raw = std::array<std::int16_t, 2>;
    constexpr std::array<Raw, 2> rows = {{{-40, 7}, {60, 7}}};
    constexpr auto places = [&] {
        mote::PlacesInRange<std::int16_t, 2> result;
        result.fit(rows);
        return result;
    }();
    STATIC_REQUIRE(places.locate(-40, 0) == 0);
    STATIC_REQUIRE(places.locate(10, 0) == 32767);  // half of 65,535
    STATIC_REQUIRE(places.locate(32767, 0) == 65535);
    STATIC_REQUIRE(places.locate(-32768, 0) == 0);
    STATIC_REQUIRE(places.locate(9, 1) == 0);  // never varied
    STATIC_REQUIRE(mote::check_ranges(mote::Rows<std::int16_t, 2>(rows)) == Status::ok);
    constexpr auto widest = [] {
        mote::PlacesInRange<std::int16_t, 1> result;
        result.fit(std::array<std::array<std::int16_t, 1>, 2>{{{-32768}, {32767}}});
        return result;
    }();
    for (int x = -32768; x <= 32767; ++x)
        REQUIRE(widest.locate(static_cast<std::int16_t>(x), 0) == x + 32768);
}
