// SPDX-License-Identifier: MIT
#include "mote/core/version.hpp"

#include "tests/support/catch.hpp"

// That it equals the project's version in CMakeLists.txt is tested by tests/package.
TEST_CASE("version: usable in constant expressions") {
    STATIC_REQUIRE(mote::version.major >= 0);
    STATIC_REQUIRE(mote::version.major + mote::version.minor + mote::version.patch > 0);
}
