// SPDX-License-Identifier: MIT
#include "mote/rl/speedy_q.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/value_iteration.hpp"
#include "tests/contracts/agent.hpp"
#include "tests/rl/worlds.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using namespace mote::testing;
using mote::q15;
using mote::Random;
using mote::Status;

namespace {

constexpr SpeedyConfig two_a_round{.discount = {0.5}, .round = 2};

// By hand, a loop of reward 8 beside an action that ends with 2. Round 0, rate 1: Q(0,0) = 8, Q(0,1) = 2.
// Round 1, rate 1/2: the target was 8 and is 8 + 1/2 8 = 12, so Q(0,0) = 8 + 1/2 (8 - 8) + 1/2 (12 - 8) = 10.
// Round 2, rate 1/3: it was 12 and is 13, so 10 + 1/3 (12 - 10) + 2/3 (13 - 12) = 11 1/3.
template <class T>
constexpr SpeedyQ<T, 1, 2, two_a_round> after(int rounds) {
    SpeedyQ<T, 1, 2, two_a_round> agent;
    for (int round = 0; round < rounds; ++round) {
        agent.learn(0, 0, T(8), 0);
        agent.learn(0, 1, T(2), 0, /*terminal=*/true);
    }
    return agent;
}

}  // namespace

TEST_CASE("SpeedyQ: worked example") {
    STATIC_REQUIRE(after<float>(1).value(0, 0) == 8.0f);
    STATIC_REQUIRE(after<float>(2).value(0, 0) == 10.0f);
    STATIC_REQUIRE(after<float>(2).value(0, 1) == 2.0f);
    CHECK(after<double>(3).value(0, 0) == Approx(11 + 1.0 / 3));
    CHECK(after<mote::q16_16>(2).value(0, 0) == mote::q16_16(10));
    // The rate is cut to 15 bits: at most 2^-15 of the 2 and 1 that it weighs.
    CHECK(static_cast<double>(after<mote::q16_16>(3).value(0, 0)) == Approx(11 + 1.0 / 3).margin(1e-4));
}

TEST_CASE("SpeedyQ: within a round nothing moves, and the first sample counts") {
    SpeedyQ<float, 1, 2, two_a_round> agent;
    agent.learn(0, 0, 8, 0);
    REQUIRE(agent.value(0, 0) == 0.0f);
    agent.learn(0, 0, 4, 0);
    REQUIRE(agent.value(0, 0) == 8.0f);
    REQUIRE(agent.value(0, 1) == 0.0f);
}

// Blind walks of the lake. A value is a mean over some 15,000 rounds of samples whose spread is below 1/2, so
// its standard error is below 0.0041, and with those of all that follow (discount 0.9) below 0.041.
TEST_CASE("SpeedyQ: averages FrozenLake to its exact values") {
    const Tabulated<FrozenLake<4, double>> world;
    constexpr SpeedyConfig config{.discount = {0.9}, .round = 500};
    const auto best = value_iteration(world, {.discount = 0.9, .tolerance = 1e-12});
    Random random(71);
    const auto check = [&](auto agent, double margin) {
        REQUIRE(train(agent, world, {.episodes = 1'000'000, .step_limit = 100}, random) == 0);
        for (State s : {State{10}, State{13}, State{14}}) {
            const double learnt = static_cast<double>(agent.value(s, agent.greedy(s)));
            CHECK(std::abs(learnt - best.values[s]) < margin);
            CHECK(agent.greedy(s) == best.policy[s]);
        }
    };
    const EpsilonGreedy blind(1);
    check(SpeedyQ<float, 16, 4, config>(blind), 0.041);
    check(SpeedyQ<q15, 16, 4, config>(blind), 0.041);
}

// Rewards of either sign whose value is known; the rate falls to 2^-13, a step to a thousandth of a unit.
// What rounding leaves may add half a unit of 2^-31 a step, and the table shows the nearest of its own.
TEST_CASE("SpeedyQ: integers follow the real numbers through thousands of rounds") {
    constexpr SpeedyConfig config{.discount = {0.5}, .round = 40};
    SpeedyQ<double, 5, 2, config> exact;
    SpeedyQ<q15, 5, 2, config> agent;
    Random random(74);
    for (int i = 0; i < 8192 * 40; ++i) {
        const auto s = static_cast<State>(random.below(5));
        const auto a = static_cast<Action>(random.below(2));
        const auto s2 = static_cast<State>(random.below(5));
        const auto reward =
            q15::from_raw(static_cast<std::int16_t>(static_cast<int>(random.below(20'000)) - 8000));
        exact.learn(s, a, static_cast<double>(reward), s2);
        agent.learn(s, a, reward, s2);
    }
    double worst = 0;
    for (State s = 0; s < 5; ++s) {
        for (Action a = 0; a < 2; ++a)
            worst = std::max(worst, std::abs(static_cast<double>(agent.value(s, a)) - exact.value(s, a)));
    }
    CHECK(worst <= 0.51 / 32768);
}

TEST_CASE("SpeedyQ: CliffWalking to the optimum") {
    const CliffWalking<double> world;
    constexpr SpeedyConfig config{.discount = {1}, .round = 2000};
    SpeedyQ<float, 48, 4, config> agent(EpsilonGreedy(0.5f));
    Random random(72);
    REQUIRE(train(agent, world, {.episodes = 5000}, random) == 0);
    CHECK(worth(agent, world)[world.origin] == -13.0);
}

// Blind walks from any state; ten rounds and more let each value come from the far end.
TEST_CASE("SpeedyQ: Taxi to the optimum") {
    const Tabulated<AnyStart<Taxi<double>>> world;
    constexpr SpeedyConfig config{.discount = {1}, .round = 30'000};
    Random random(73);
    static SpeedyQ<float, 500, 6, config> agent(EpsilonGreedy(1));
    REQUIRE(train(agent, world, {.episodes = 120'000, .step_limit = 50}, random) == 0);
    CHECK(taxi_average(worth(agent, world)) == Approx(7.93).margin(0.005));
    static SpeedyQ<q15, 500, 6, config> agent_q15(EpsilonGreedy(1));
    REQUIRE(train(agent_q15, world, {.episodes = 120'000, .step_limit = 50, .reward_scale = 1.0 / 128},
                  random) == 0);
    CHECK(taxi_average(worth(agent_q15, world)) == Approx(7.93).epsilon(0.01));
}

TEST_CASE("SpeedyQ: what it refuses changes nothing, floats saturate") {
    SpeedyQ<float, 1, 2, two_a_round> agent = after<float>(2);
    const auto before = bytes_of(agent);
    REQUIRE(agent.learn(0, 0, 1, 0, false, ActionSet<2>{}) == Status::bad_parameter);
    REQUIRE(agent.learn(0, 0, std::numeric_limits<float>::infinity(), 0) == Status::not_finite);
    REQUIRE(bytes_of(agent) == before);
    constexpr float huge = std::numeric_limits<float>::max();
    for (int i = 0; i < 30; ++i) REQUIRE(agent.learn(0, 0, i % 4 < 2 ? huge : -huge, 0) == Status::ok);
    REQUIRE(std::abs(agent.value(0, 0)) <= huge / 4);
}

TEST_CASE("SpeedyQ: keeps the promises of every agent") {
    check_agent<SpeedyQ<float, 5, 3, two_a_round>>();
    check_agent<SpeedyQ<q15, 12, 4, two_a_round>>();
    check_agent<SpeedyQ<mote::q7, 5, 3, two_a_round, Greedy>>();
}
