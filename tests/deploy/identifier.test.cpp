// SPDX-License-Identifier: MIT
#include "mote/deploy/host/identifier.hpp"

#include "tests/support/catch.hpp"

using mote::deploy::is_identifier;

TEST_CASE("is_identifier: what may name a namespace, and what may not") {
    for (const char* name : {"KeywordSpotting", "model_1", "classes", "Main"}) CHECK(is_identifier(name));
    for (const char* name :
         {"", "1model", "_model", "a__b", "a b", "a-b", "class", "co_yield", "std", "mote", "main"}) {
        CHECK_FALSE(is_identifier(name));
    }
    STATIC_REQUIRE(is_identifier("Model"));
}
