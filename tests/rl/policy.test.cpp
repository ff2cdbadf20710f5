// SPDX-License-Identifier: MIT
#include "mote/rl/policy.hpp"

#include <cmath>
#include <limits>

#include "mote/core/fixed.hpp"
#include "mote/rl/fallback.hpp"
#include "mote/rl/softmax.hpp"
#include "mote/rl/ucb_policy.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;

namespace {

constexpr std::array<float, 4> values{1, 5, 5, 2};
constexpr std::span<const float, 4> view(values);

struct NoChoice {};

using Some = ActionSet<4>;

struct StateModFour {
    constexpr Action operator()(State s) const { return static_cast<Action>(s % 4); }
};

}  // namespace

TEST_CASE("Policy: the concept accepts and rejects") {
    STATIC_REQUIRE(Policy<Greedy, float, 4>);
    STATIC_REQUIRE(Policy<EpsilonGreedy, float, 4>);
    STATIC_REQUIRE(Policy<Softmax, mote::q15, 4>);
    STATIC_REQUIRE(Policy<Ucb<8, 4>, float, 4>);
    STATIC_REQUIRE(Policy<Fallback<StateModFour, 8, 3>, float, 4>);
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

TEST_CASE("Policies: what is forbidden is never chosen") {
    mote::Random random(13);
    const Some allowed{0, 3};
    STATIC_REQUIRE(greedy_action(view, Some{0, 3}) == 3);
    STATIC_REQUIRE(greedy_action(view, Some{0}) == 0);
    STATIC_REQUIRE(greedy_action(view, Some{}) == 0);
    const EpsilonGreedy curious(0.5f);
    const Softmax warm(2);
    Ucb<1, 4> counting;
    std::array<int, 4> chosen{};
    constexpr int draws = 20'000;
    for (int i = 0; i < draws; ++i) {
        ++chosen[curious.choose(view, random, allowed)];
        REQUIRE(allowed.contains(warm.choose(view, random, allowed)));
        const Action a = counting.choose(0, view, random, allowed);
        REQUIRE(allowed.contains(a));
        counting.visited(0, a);
    }
    CHECK(chosen[1] + chosen[2] == 0);
    // Half the draws are any of the two: action 0 in a quarter of them, standard error 0.0031.
    CHECK(chosen[0] / double{draws} == Approx(0.25).margin(0.0124));
    CHECK(curious.choose(view, random, Some{}) == 0);
    CHECK(warm.choose(view, random, Some{}) == 0);
}

TEST_CASE("Policies: the mean of what they do") {
    // 5 less 0.2 / 4 (4 + 0 + 0 + 3); of actions 0 and 3: 2 less 0.2 / 2.
    CHECK(EpsilonGreedy(0.2f).expected(view) == Approx(4.65f));
    CHECK(EpsilonGreedy(0.2f).expected(view, Some{0, 3}) == Approx(1.9f));
    CHECK(Greedy{}.expected(view) == 5.0f);
    // exp(-1) : 1 : 1 : exp(-3/4) at temperature 4.
    const double weights[] = {std::exp(-1.0), 1, 1, std::exp(-0.75)};
    const double mean = (weights[0] * 1 + 10 + weights[3] * 2) / (weights[0] + 2 + weights[3]);
    CHECK(Softmax(4).expected(view) == Approx(mean));

    using mote::q15;
    constexpr std::array<q15, 3> raw{q15::from_raw(-32768), q15::from_raw(100), q15::from_raw(32767)};
    // 32767 - 0.25 / 3 (65535 + 32667) = 24583.5; the share of epsilon is cut at 24 bits.
    const q15 mixed = EpsilonGreedy(0.25f).expected(std::span<const q15, 3>(raw));
    CHECK(std::abs(mixed.raw - 24583.5) <= 0.6);
}

TEST_CASE("Softmax: each action as often as exp(Q / temperature) says") {
    mote::Random random(14);
    const Softmax policy(3);
    constexpr int draws = 40'000;
    std::array<int, 4> chosen{};
    for (int i = 0; i < draws; ++i) ++chosen[policy.choose(view, random)];
    double total = 0;
    for (float value : values) total += std::exp(static_cast<double>(value) / 3);
    for (std::size_t a = 0; a < 4; ++a) {
        const double expected = std::exp(static_cast<double>(values[a]) / 3) / total;
        const double standard_error = std::sqrt(expected * (1 - expected) / draws);
        CHECK(std::abs(chosen[a] / double{draws} - expected) <= 4 * standard_error);
    }
}

TEST_CASE("Softmax: no value is too large, and a bad temperature is greedy") {
    mote::Random random(15);
    constexpr float huge = std::numeric_limits<float>::max();
    constexpr std::array<float, 3> extreme{-huge, huge, huge / 2};
    for (int i = 0; i < 100; ++i) {
        REQUIRE(Softmax(1).choose(std::span<const float, 3>(extreme), random) == 1);
        REQUIRE(Softmax(0).choose(view, random) == 1);
        REQUIRE(Softmax(std::numeric_limits<float>::quiet_NaN()).choose(view, random) == 1);
        REQUIRE(Softmax(1e-30f).choose(view, random) != 0);
    }
    Softmax cooling(8);
    cooling.decay(2);
    REQUIRE(cooling.temperature() == 6.0f);
}

TEST_CASE("Ucb: all once, then by value and doubt") {
    mote::Random unused;
    Ucb<2, 4> policy(2);
    for (Action expected = 0; expected < 4; ++expected) {
        REQUIRE(policy.choose(1, view, unused) == expected);
        policy.visited(1, expected);
    }
    REQUIRE(policy.choose(0, view, unused) == 0);  // counts of its own
    // After 4 visits all are equally doubtful, so the best is taken: 5.
    REQUIRE(policy.choose(1, view, unused) == 1);
    // With 8 more of action 1: 5 + 2 sqrt(ln 12 / 9) = 6.05 against 5 + 2 sqrt(ln 12) = 8.15.
    for (int i = 0; i < 8; ++i) policy.visited(1, 1);
    REQUIRE(policy.choose(1, view, unused) == 2);
    // With 8 more of action 2 as well (ln 20 = 3.00): 2 + 2 sqrt(3.00) = 5.46 against 5 + 1.15 = 6.15.
    for (int i = 0; i < 8; ++i) policy.visited(1, 2);
    REQUIRE(policy.choose(1, view, unused) == 1);
    policy.reset();
    REQUIRE(policy.count(1, 1) == 0);
}

TEST_CASE("Ucb: full counts are halved with their state") {
    Ucb<1, 2> policy;
    policy.visited(0, 1);
    policy.visited(0, 1);
    for (int i = 0; i < 65'535; ++i) policy.visited(0, 0);
    REQUIRE(policy.count(0, 0) == 65'535);
    policy.visited(0, 0);
    REQUIRE(policy.count(0, 0) == 32'769);
    REQUIRE(policy.count(0, 1) == 1);
}

TEST_CASE("Fallback: the rule until the state is known") {
    mote::Random random;
    Fallback<StateModFour, 8, 2, Greedy> policy;
    REQUIRE(policy.choose(7, view, random) == 3);
    REQUIRE(policy.choose(7, view, random, Some{0, 2}) == 2);  // the rule's choice is forbidden
    policy.visited(7, 3);
    REQUIRE_FALSE(policy.knows(7));
    REQUIRE(policy.choose(7, view, random) == 3);
    policy.visited(7, 3);
    REQUIRE(policy.knows(7));
    REQUIRE(policy.choose(7, view, random) == 1);
    REQUIRE(policy.choose(6, view, random) == 2);
    policy.reset();
    REQUIRE(policy.choose(7, view, random) == 3);
}
