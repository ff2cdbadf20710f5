// SPDX-License-Identifier: MIT
#include "mote/rl/frozen_policy.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/q_learning.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

template <std::size_t Actions, unsigned Bits = std::bit_width(Actions - 1)>
constexpr bool keeps_all() {
    FrozenPolicy<37, Actions, Bits> frozen;
    for (State s = 0; s < 37; ++s) frozen.set(s, static_cast<Action>(Actions - 1));  // all bits that it uses
    for (State s = 0; s < 37; ++s) frozen.set(s, static_cast<Action>(s * 5 % Actions));
    for (State s = 0; s < 37; ++s) {
        if (frozen.act(s) != s * 5 % Actions) return false;
    }
    return true;
}

constexpr auto trained() {
    QLearning<float, 5, 6> agent;
    for (State s = 0; s < 5; ++s) agent.learn(s, static_cast<Action>(s + 1), 1, 0, true);
    return agent;
}

}  // namespace

TEST_CASE("FrozenPolicy: gives back what was put in, whatever the number of bits") {
    STATIC_REQUIRE(keeps_all<1>());
    STATIC_REQUIRE(keeps_all<2>());
    STATIC_REQUIRE(keeps_all<4>());
    STATIC_REQUIRE(keeps_all<6>());
    STATIC_REQUIRE(keeps_all<20>());
    STATIC_REQUIRE(keeps_all<100>());
    STATIC_REQUIRE(keeps_all<256>());
    STATIC_REQUIRE(keeps_all<6, 8>());
}

TEST_CASE("FrozenPolicy: of an agent, in the fewest bits, at compile time") {
    constexpr auto frozen = freeze(trained());
    STATIC_REQUIRE(sizeof(frozen) == 3);  // 15 bits, and the byte that a window may need
    for (State s = 0; s < 5; ++s) CHECK(frozen.act(s) == s + 1);
    constexpr auto bytes = freeze<8>(trained());
    STATIC_REQUIRE(sizeof(bytes) == 5);
    for (State s = 0; s < 5; ++s) CHECK(bytes.act(s) == s + 1);
    STATIC_REQUIRE(sizeof(FrozenPolicy<500, 6>) == 189);  // Taxi: 188 and the last window's
    STATIC_REQUIRE(sizeof(FrozenPolicy<64, 4>) == 16);
}

TEST_CASE("FrozenPolicy: out of range") {
    FrozenPolicy<5, 6> frozen;
    frozen.set(2, 5);
    frozen.set(5, 1);
    frozen.set(3, 6);
    REQUIRE(frozen.act(5) == 0);
    REQUIRE(frozen.act(65'535) == 0);
    REQUIRE(frozen.act(2) == 5);
    REQUIRE(frozen.act(3) == 0);
}
