// SPDX-License-Identifier: MIT
#include "mote/rl/action_set.hpp"

#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

constexpr ActionSet<70> some{3, 31, 32, 69};

}  // namespace

TEST_CASE("ActionSet: what was allowed, across words") {
    STATIC_REQUIRE(some.count() == 4);
    STATIC_REQUIRE(some.contains(31));
    STATIC_REQUIRE(some.contains(69));
    STATIC_REQUIRE_FALSE(some.contains(30));
    STATIC_REQUIRE(some.nth(0) == 3);
    STATIC_REQUIRE(some.nth(2) == 32);
    STATIC_REQUIRE(some.nth(3) == 69);
    STATIC_REQUIRE_FALSE(some.empty());
    STATIC_REQUIRE(ActionSet<4>{}.empty());
    STATIC_REQUIRE(ActionSet<4>::all() == ActionSet<4>{0, 1, 2, 3});
    STATIC_REQUIRE(sizeof(ActionSet<32>) == 4);
}

TEST_CASE("ActionSet: forbidding takes back, and what is no action is ignored") {
    ActionSet<4> set = ActionSet<4>::all();
    set.forbid(2);
    set.forbid(200);
    set.allow(4);
    REQUIRE(set == ActionSet<4>{0, 1, 3});
    REQUIRE_FALSE(set.contains(200));
    STATIC_REQUIRE(restricts<ActionSet<4>, 4>);
    STATIC_REQUIRE(restricts<AllActions, 4>);
    STATIC_REQUIRE_FALSE(restricts<ActionSet<5>, 4>);
}

TEST_CASE("ActionSet: any of the allowed, each as often") {
    mote::Random random(3);
    const ActionSet<6> allowed{1, 2, 5};
    std::array<int, 6> drawn{};
    for (int i = 0; i < 30'000; ++i) ++drawn[any_action(random, allowed)];
    for (std::size_t a : {0u, 3u, 4u}) CHECK(drawn[a] == 0);
    // 10,000 each with a standard error of 82; four of them allowed.
    for (std::size_t a : {1u, 2u, 5u}) CHECK(std::abs(drawn[a] - 10'000) <= 330);
}
