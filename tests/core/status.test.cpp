// SPDX-License-Identifier: MIT
#include "mote/core/status.hpp"

#include <set>

#include "tests/support/catch.hpp"

TEST_CASE("Status: every value has a sentence of its own") {
    constexpr auto last = static_cast<int>(mote::Status::corrupt);
    std::set<std::string_view> seen;
    for (int i = 0; i <= last; ++i) seen.insert(mote::message(static_cast<mote::Status>(i)));
    REQUIRE(seen.size() == static_cast<std::size_t>(last) + 1);
    REQUIRE_FALSE(seen.contains(mote::message(static_cast<mote::Status>(last + 1))));
    STATIC_REQUIRE(mote::message(mote::Status::ok) == "ok");
}
