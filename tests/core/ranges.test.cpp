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
