// SPDX-License-Identifier: MIT
#include "mote/rl/double_q_learning.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/q_learning.hpp"
#include "tests/contracts/agent.hpp"
#include "tests/rl/worlds.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using namespace mote::testing;
using mote::q15;
using mote::Random;
using mote::Status;

namespace {

constexpr LearningConfig halves{.learning_rate = {0.5}, .discount = {0.5}};

/// The mean over time of what is thought of entering a state whose eight actions all pay -1 or 1, by chance:
/// the truth is 0.
template <class Agent>
double thought_of_a_gamble() {
    static Agent agent;
    Random random(31);
    double sum = 0;
    constexpr int rounds = 200'000;
    for (int i = 0; i < rounds; ++i) {
        const auto a = static_cast<Action>(random.below(8));
        agent.learn(1, a, random.below(2) == 0 ? -1.0f : 1.0f, 1, /*terminal=*/true);
        agent.learn(0, 0, 0.0f, 1);
        sum += static_cast<double>(agent.value(0, 0));
    }
    return sum / rounds;
}

}  // namespace

// By hand: whichever table learns first holds Q(1,0) = 1/2 4 = 2; the mean of both is 1. If the same learns
// Q(0,1), the other one judges: 1/2 (1 + 1/2 0) = 1/2; else 1/2 (1 + 1/2 2) = 1. Half of that in the mean.
TEST_CASE("DoubleQLearning: worked example") {
    DoubleQLearning<float, 3, 2, halves> agent;
    auto coin = detail::SecondTable<float, 3, 2, halves>{}.coin;
    const bool same = (coin.next() < 1 << 14) == (coin.next() < 1 << 14);
    agent.learn(1, 0, 4, 2);
    REQUIRE(agent.value(1, 0) == 1.0f);
    agent.learn(0, 1, 1, 1);
    REQUIRE(agent.value(0, 1) == (same ? 0.25f : 0.5f));
    REQUIRE(agent.greedy(1) == 0);
    REQUIRE(agent.greedy(1, ActionSet<2>{1}) == 1);
}

// Errors of Q-learning's estimates have a spread of sqrt(a / (2 - a)) = 0.26 for a = 1/8, and the largest of
// eight lies 1.42 of it above zero: 0.37. Both means have a standard error below 0.01.
TEST_CASE("DoubleQLearning: does not mistake noise for value") {
    constexpr LearningConfig config{.learning_rate = {0.125}, .discount = {1}};
    CHECK(thought_of_a_gamble<QLearning<float, 2, 8, config>>() == Approx(0.37).margin(0.04));
    CHECK(std::abs(thought_of_a_gamble<DoubleQLearning<float, 2, 8, config>>()) < 0.04);
}

TEST_CASE("DoubleQLearning: CliffWalking and Taxi to the optimum") {
    const CliffWalking<double> cliff;
    constexpr LearningConfig config{.learning_rate = {0.5}, .discount = {1}};
    DoubleQLearning<float, 48, 4, config> walker(EpsilonGreedy(0.3f));
    Random random(32);
    REQUIRE(train(walker, cliff, {.episodes = 20'000}, random) == 0);
    CHECK(worth(walker, cliff)[cliff.origin] == -13.0);

    const Tabulated<Taxi<double>> taxi;
    DoubleQLearning<float, 500, 6, config> driver(EpsilonGreedy(0.3f));
    REQUIRE(train(driver, taxi, {.episodes = 120'000}, random) == 0);
    CHECK(taxi_average(worth(driver, taxi)) == Approx(7.93).margin(0.005));
    DoubleQLearning<q15, 500, 6, config> driver_q15(EpsilonGreedy(0.3f));
    REQUIRE(train(driver_q15, taxi, {.episodes = 120'000, .reward_scale = 1.0 / 128}, random) == 0);
    CHECK(taxi_average(worth(driver_q15, taxi)) == Approx(7.93).epsilon(0.01));
}

TEST_CASE("DoubleQLearning: integers of the mean are rounded down, floats saturate") {
    constexpr LearningConfig whole{.learning_rate = {1}, .discount = {1}};
    DoubleQLearning<q15, 1, 1, whole> agent;
    agent.learn(0, 0, q15::from_raw(-3), 0, /*terminal=*/true);
    REQUIRE(agent.value(0, 0).raw == -2);  // one table has -3, the other 0
    constexpr float huge = std::numeric_limits<float>::max();
    DoubleQLearning<float, 1, 1, whole> bold;
    for (int i = 0; i < 20; ++i) REQUIRE(bold.learn(0, 0, i % 2 == 0 ? huge : -huge, 0) == Status::ok);
    REQUIRE(std::abs(bold.value(0, 0)) <= huge / 4);
}

// Half a unit is rounded up half of the time, in either table.
TEST_CASE("DoubleQLearning: which table learns does not decide which way it rounds") {
    constexpr LearningConfig by_chance{
        .learning_rate = {0.5}, .discount = {1}, .rounding = Rounding::stochastic};
    DoubleQLearning<q15, 1, 1, by_chance> agent;
    for (int i = 0; i < 200; ++i) agent.learn(0, 0, q15::from_raw(1), 0, /*terminal=*/true);
    CHECK(agent.value(0, 0).raw == 1);
}

TEST_CASE("DoubleQLearning: keeps the promises of every agent") {
    constexpr LearningConfig by_chance{.rounding = Rounding::stochastic};
    check_agent<DoubleQLearning<float, 12, 4>>();
    check_agent<DoubleQLearning<double, 5, 3, halves, Greedy>>();
    check_agent<DoubleQLearning<q15, 12, 4>>();
    check_agent<DoubleQLearning<mote::q7, 5, 3, by_chance>>();
}
