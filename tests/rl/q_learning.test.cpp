// SPDX-License-Identifier: MIT
#include "mote/rl/q_learning.hpp"

#include <cmath>

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/value_iteration.hpp"
#include "tests/contracts/agent.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::Random;
using mote::Status;

namespace {

constexpr QLearningConfig halves{.learning_rate = {0.5}, .discount = {0.5}};
using Small = QLearning<float, 3, 2, halves>;

// By hand: Q(1,0) = 0 + 1/2 (4 + 1/2 0 - 0) = 2. Then Q(0,1) = 1/2 (1 + 1/2 max(2, 0)) = 1.
// Again: Q(0,1) = 1 + 1/2 (1 + 1/2 2 - 1) = 1.5. Terminal: Q(2,1) = 1/2 8 = 4.
constexpr Small worked() {
    Small agent;
    agent.learn(1, 0, 4, 2);
    agent.learn(0, 1, 1, 1);
    agent.learn(0, 1, 1, 1);
    agent.learn(2, 1, 8, 1, /*terminal=*/true);
    return agent;
}

/// Runs episodes of an environment; the return of the greedy policy is then exact, by policy evaluation.
template <class Agent, class World>
void train(Agent& agent, const World& world, int episodes, double reward_scale, Random& random) {
    using T = typename Agent::Scalar;
    for (int episode = 0; episode < episodes; ++episode) {
        State s = world.start(random);
        for (int steps = 0; steps < 500; ++steps) {
            const Action a = agent.act(s, random);
            const auto outcome = step(world, s, a, random);
            REQUIRE(agent.learn(s, a, static_cast<T>(outcome.reward * reward_scale), outcome.state,
                                outcome.terminal) == Status::ok);
            if (outcome.terminal) break;
            s = outcome.state;
        }
    }
}

// The greedy policy is walked, not solved: a poor one may go round for ever, which 200 steps show.
template <class Agent, class World>
double greedy_return(const Agent& agent, const World& world, State s) {
    Random unused;
    double sum = 0;
    for (int steps = 0; steps < 200; ++steps) {
        const auto outcome = step(world, s, agent.greedy(s), unused);
        sum += outcome.reward;
        s = outcome.state;
        if (outcome.terminal) break;
    }
    return sum;
}

/// Over the 300 start states, as the published 7.93 is.
template <class ReturnFrom>
double taxi_average(ReturnFrom return_from) {
    double sum = 0;
    for (State s = 0; s < Taxi<>::states; ++s) {
        if (Taxi<>::is_start(s)) sum += return_from(s);
    }
    return sum / 300;
}

}  // namespace

TEST_CASE("QLearning: worked example") {
    constexpr Small agent = worked();
    STATIC_REQUIRE(agent.value(1, 0) == 2.0f);
    STATIC_REQUIRE(agent.value(0, 1) == 1.5f);
    STATIC_REQUIRE(agent.value(2, 1) == 4.0f);
    STATIC_REQUIRE(agent.value(0, 0) == 0.0f);
    STATIC_REQUIRE(agent.greedy(0) == 1);
}

TEST_CASE("QLearning: fixed point follows the same example") {
    using mote::q16_16;
    QLearning<q16_16, 3, 2, halves> agent;
    agent.learn(1, 0, q16_16(4), 2);
    agent.learn(0, 1, q16_16(1), 1);
    agent.learn(0, 1, q16_16(1), 1);
    REQUIRE(agent.value(1, 0) == q16_16(2));
    REQUIRE(agent.value(0, 1) == q16_16(1.5));
}

TEST_CASE("QLearning: learns CliffWalking to the exact optimum") {
    constexpr QLearningConfig config{.learning_rate = {0.5}, .discount = {1}};
    QLearning<float, 48, 4, config> agent;
    Random random(1);
    train(agent, CliffWalking<double>{}, 1000, 1, random);
    REQUIRE(greedy_return(agent, CliffWalking<double>{}, CliffWalking<double>::origin) == -13.0);
}

// A deterministic world, so a learning rate of one is right.
TEST_CASE("QLearning: Taxi to its optimum in float and in two bytes a value") {
    const Taxi<double> world;
    const auto best = value_iteration(world, {.discount = 1, .tolerance = 1e-9});
    const double optimum = taxi_average([&](State s) { return best.values[s]; });
    constexpr QLearningConfig config{.learning_rate = {1}, .discount = {1}};
    const EpsilonGreedy curious(0.3f);

    QLearning<float, 500, 6, config> with_float(curious);
    Random random(2);
    train(with_float, world, 20'000, 1, random);
    CHECK(taxi_average([&](State s) { return greedy_return(with_float, world, s); }) == Approx(optimum));

    QLearning<mote::q15, 500, 6, config> with_q15(curious);  // rewards of -10 .. 20 within a range of one
    STATIC_REQUIRE(sizeof(with_q15) == 6'000 + sizeof(EpsilonGreedy));
    train(with_q15, world, 20'000, 1.0 / 32, random);
    CHECK(taxi_average([&](State s) { return greedy_return(with_q15, world, s); }) == Approx(optimum));
}

TEST_CASE("QLearning: stochastic rounding takes steps too small for the table") {
    constexpr QLearningConfig nearest{.learning_rate = {1.0 / 1024}, .discount = {0}};
    constexpr QLearningConfig by_chance{
        .learning_rate = {1.0 / 1024}, .discount = {0}, .rounding = Rounding::stochastic};
    QLearning<mote::q15, 1, 1, nearest> stuck;
    QLearning<mote::q15, 1, 1, by_chance> moving;
    for (int i = 0; i < 20'000; ++i) {
        stuck.learn(0, 0, mote::q15::from_raw(500), 0);  // 500 / 1024 rounds to 0
        moving.learn(0, 0, mote::q15::from_raw(500), 0);
    }
    REQUIRE(stuck.value(0, 0).raw == 0);
    // The steps' mean is exact, so the value goes to 500 (1 - e^-20) within the walk's own spread.
    REQUIRE(std::abs(moving.value(0, 0).raw - 500) <= 64);
}

TEST_CASE("QLearning: optimistic first values are tried one after the other") {
    constexpr QLearningConfig config{.learning_rate = {0.5}, .discount = {0}, .initial = 10};
    QLearning<float, 1, 4, config, Greedy> agent;
    Random random;
    for (Action expected = 0; expected < 4; ++expected) {
        REQUIRE(agent.act(0, random) == expected);
        agent.learn(0, expected, 0, 0);
    }
}

TEST_CASE("QLearning: what it refuses changes nothing") {
    Small agent = worked();
    const auto before = mote::testing::bytes_of(agent);
    REQUIRE(agent.learn(3, 0, 1, 0) == Status::bad_state);
    REQUIRE(agent.learn(0, 2, 1, 0) == Status::bad_state);
    REQUIRE(agent.learn(0, 0, 1, 3) == Status::bad_state);
    REQUIRE(agent.learn(0, 0, std::numeric_limits<float>::infinity(), 0) == Status::not_finite);
    REQUIRE(agent.learn(0, 0, std::numeric_limits<float>::quiet_NaN(), 0) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(agent) == before);
    Random random;
    REQUIRE(agent.act(65'535, random) == 0);

    // The difference of two finite numbers may not be finite.
    agent.learn(1, 0, -std::numeric_limits<float>::max(), 2);
    agent.learn(1, 0, -std::numeric_limits<float>::max(), 2);
    const auto low = mote::testing::bytes_of(agent);
    REQUIRE(agent.learn(1, 0, std::numeric_limits<float>::max(), 2) == Status::diverged);
    REQUIRE(mote::testing::bytes_of(agent) == low);
}

TEST_CASE("QLearning: keeps the promises of every agent") {
    mote::testing::check_agent<QLearning<float, 12, 4>>();
    mote::testing::check_agent<QLearning<double, 5, 3>>();
    mote::testing::check_agent<QLearning<mote::q15, 12, 4>>();
    mote::testing::check_agent<QLearning<mote::q7, 5, 3, halves, Greedy>>();
}
