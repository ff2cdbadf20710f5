// SPDX-License-Identifier: MIT
#include "mote/core/visit_order.hpp"

#include <vector>

#include "tests/support/catch.hpp"

TEST_CASE("VisitOrder: each number once, in every pass, and not in order") {
    mote::Random random(1);
    for (const std::size_t count : {1u, 2u, 3u, 7u, 12u, 360u}) {
        bool in_order = true;
        for (int pass = 0; pass < 20; ++pass) {
            mote::VisitOrder order(count, random);
            std::vector<int> visits(count);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t row = order.next();
                REQUIRE(row < count);
                ++visits[row];
                in_order &= row == i;
            }
            REQUIRE(visits == std::vector<int>(count, 1));
        }
        REQUIRE(in_order == (count == 1));
    }
}

TEST_CASE("VisitOrder: the largest count does not overflow") {
    mote::Random random(2);
    constexpr std::size_t count = 0xffff'ffff;
    mote::VisitOrder order(count, random);
    const std::size_t first = order.next(), second = order.next();
    REQUIRE(first < count);
    REQUIRE(second < count);
    REQUIRE(second != first);
}
