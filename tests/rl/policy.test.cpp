// SPDX-License-Identifier: MIT
#include "mote/rl/policy.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

constexpr std::array<float, 4> values{1, 5, 5, 2};
constexpr std::span<const float, 4> view(values);

struct NoChoice {};

}  // namespace

TEST_CASE("Policy: the concept accepts and rejects") {
    STATIC_REQUIRE(Policy<Greedy, float, 4>);
    STATIC_REQUIRE(Policy<EpsilonGreedy, float, 4>);
    STATIC_REQUIRE_FALSE(Policy<NoChoice, float, 4>);
}

TEST_CASE("Greedy: the first of the best") {
    STATIC_REQUIRE(greedy_action(view) == 1);
    mote::Random random;
    REQUIRE(Greedy{}.choose(view, random) == 1);
}

TEST_CASE("EpsilonGreedy: each action as often as epsilon says") {
    mote::Random random(11);
    const EpsilonGreedy policy(0.2f);
    constexpr int draws = 40'000;
    std::array<int, 4> chosen{};
    for (int i = 0; i < draws; ++i) ++chosen[policy.choose(view, random)];
    // 0.2 / 4 for each and 0.8 more for the best; standard errors 0.0011 and 0.0018, four of them allowed.
    REQUIRE(chosen[0] / double{draws} == Approx(0.05).margin(0.0044));
    REQUIRE(chosen[1] / double{draws} == Approx(0.85).margin(0.0072));
    REQUIRE(chosen[2] / double{draws} == Approx(0.05).margin(0.0044));
    REQUIRE(chosen[3] / double{draws} == Approx(0.05).margin(0.0044));
}

TEST_CASE("EpsilonGreedy: ends of the range") {
    mote::Random random(12);
    const EpsilonGreedy never(0.0f);
    for (int i = 0; i < 1000; ++i) REQUIRE(never.choose(view, random) == 1);
    STATIC_REQUIRE(EpsilonGreedy(-1.0f).epsilon() == 0.0f);
    STATIC_REQUIRE(EpsilonGreedy(2.0f).epsilon() == 1.0f);
    REQUIRE(EpsilonGreedy(std::numeric_limits<float>::quiet_NaN()).epsilon() == 0.0f);
}

TEST_CASE("EpsilonGreedy: decay multiplies epsilon by 1 - 2^-shift") {
    EpsilonGreedy policy(0.5f);
    policy.decay(2);
    REQUIRE(policy.epsilon() == 0.375f);
    for (int i = 0; i < 2000; ++i) policy.decay(2);
    REQUIRE(policy.epsilon() < 1e-8f);
}
