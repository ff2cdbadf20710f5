// SPDX-License-Identifier: MIT
#include "mote/rl/action_values.hpp"

#include "mote/core/fixed.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

template <std::size_t Actions>
constexpr bool best_is_found_everywhere() {
    for (std::size_t at = 0; at < Actions; ++at) {
        ActionValues<float, 3, Actions> table;
        table.fill(-2);
        table.at(1, static_cast<Action>(at)) = -1;
        if (table.best(1) != -1.0f || table.best(0) != -2.0f || table.best(2) != -2.0f) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("ActionValues: the largest value of a state, wherever it stands") {
    STATIC_REQUIRE(best_is_found_everywhere<1>());
    STATIC_REQUIRE(best_is_found_everywhere<4>());
    STATIC_REQUIRE(best_is_found_everywhere<8>());
    STATIC_REQUIRE(best_is_found_everywhere<9>());
}

TEST_CASE("ActionValues: knows its range") {
    using Table = ActionValues<float, 3, 2>;
    STATIC_REQUIRE(Table::check(2, 1) == mote::Status::ok);
    STATIC_REQUIRE(Table::check(3, 1) == mote::Status::bad_state);
    STATIC_REQUIRE(Table::check(2, 2) == mote::Status::bad_state);
}

TEST_CASE("ActionValues: memory is the table and nothing else") {
    STATIC_REQUIRE(sizeof(ActionValues<mote::q15, 500, 6>) == 6'000);  // Taxi
}
