// SPDX-License-Identifier: MIT
#include "mote/rl/action_values.hpp"

#include <algorithm>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
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

TEST_CASE("ActionValues: the largest of integers is the same by instruction set as by specification") {
    mote::Random random(5);
    ActionValues<mote::q15, 64, 7> table;
    for (State s = 0; s < 64; ++s) {
        for (Action a = 0; a < 7; ++a) table.at(s, a).raw = static_cast<std::int16_t>(random.next());
        REQUIRE(table.best(s) == *std::max_element(table.of(s).begin(), table.of(s).end()));
        REQUIRE(table.best(s, ActionSet<7>{2, 6}) == std::max(table.at(s, 2), table.at(s, 6)));
    }
}

TEST_CASE("ActionValues: knows its range") {
    using Table = ActionValues<float, 3, 2>;
    STATIC_REQUIRE(Table::check(2, 1) == mote::Status::ok);
    STATIC_REQUIRE(Table::check(3, 1) == mote::Status::bad_state);
    STATIC_REQUIRE(Table::check(2, 2) == mote::Status::bad_state);
    STATIC_REQUIRE(Table::check(2, 1, 2) == mote::Status::ok);
    STATIC_REQUIRE(Table::check(2, 1, 3) == mote::Status::bad_state);
    STATIC_REQUIRE(Table::check(3, 1, 2) == mote::Status::bad_state);
    using Even = ActionValues<float, 4, 2>;
    STATIC_REQUIRE(Even::check(3, 1, 3) == mote::Status::ok);
    STATIC_REQUIRE(Even::check(1, 1, 4) == mote::Status::bad_state);
    STATIC_REQUIRE(Even::check(1, 2, 3) == mote::Status::bad_state);
}

TEST_CASE("ActionValues: memory is the table and nothing else") {
    STATIC_REQUIRE(sizeof(ActionValues<mote::q15, 500, 6>) == 6'000);  // Taxi
}
