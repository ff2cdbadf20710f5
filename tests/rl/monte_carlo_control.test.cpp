// SPDX-License-Identifier: MIT
#include "mote/rl/monte_carlo_control.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/blackjack.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
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

}  // namespace

// By hand, backwards: 8; 2 + 1/2 8 = 6; 4 + 1/2 6 = 7; halves of them are learnt.
TEST_CASE("MonteCarloControl: worked example") {
    MonteCarloControl<float, 3, 2, 4, halves> agent;
    agent.learn(0, 1, 4, 1);
    agent.learn(1, 0, 2, 2);
    REQUIRE(agent.value(0, 1) == 0.0f);
    agent.learn(2, 1, 8, 2, /*terminal=*/true);
    REQUIRE(agent.value(0, 1) == 3.5f);
    REQUIRE(agent.value(1, 0) == 3.0f);
    REQUIRE(agent.value(2, 1) == 4.0f);
}

TEST_CASE("MonteCarloControl: of a long episode the end teaches, of a broken one nothing") {
    MonteCarloControl<float, 3, 2, 2, halves> agent;
    agent.learn(0, 1, 4, 1);
    agent.learn(1, 0, 2, 2);
    agent.learn(2, 1, 8, 2, true);
    REQUIRE(agent.value(0, 1) == 0.0f);
    REQUIRE(agent.value(1, 0) == 3.0f);
    agent.learn(0, 1, 4, 1);
    agent.end_episode();
    agent.learn(1, 1, 6, 2, true);
    REQUIRE(agent.value(0, 1) == 0.0f);
    REQUIRE(agent.value(1, 1) == 3.0f);
}

// Values have a standard error of 0.95 sqrt(a / (2 - a)) = 0.021 for a = 1/1024. Actions closer than that are
// confused; each such state loses less than that, so that few of them cost the whole less than 0.002.
constexpr LearningConfig slow{
    .learning_rate = {1.0 / 1024}, .discount = {1}, .rounding = Rounding::stochastic};

// With exploring starts (section 5.3): any first action, then the best known ones.
TEST_CASE("MonteCarloControl: Blackjack to the optimum") {
    const Tabulated<Blackjack<double>> world;
    Random random(61);
    const auto learnt = [&](auto agent) {
        using T = typename decltype(agent)::Scalar;
        for (int episode = 0; episode < 1'500'000; ++episode) {
            State s = world.start(random);
            auto a = static_cast<Action>(random.below(2));
            for (;;) {
                const auto seen = step(world, s, a, random);
                agent.learn(s, a, static_cast<T>(0.99 * seen.reward), seen.state, seen.terminal);
                if (seen.terminal) break;
                s = seen.state;
                a = agent.act(s, random);
            }
        }
        return blackjack_worth(worth(agent, world, 25));
    };
    CHECK(learnt(MonteCarloControl<float, 360, 2, 20, slow, Greedy>{}) == Approx(-0.0466).margin(0.002));
    CHECK(learnt(MonteCarloControl<q15, 360, 2, 20, slow, Greedy>{}) == Approx(-0.0466).margin(0.002));
}

namespace {

/// First any action in any state, then the best known ones. An episode that does not end in time teaches
/// nothing, so that values begin low: what has never led to an end is never preferred.
template <class World, class Agent>
void explore(const World& world, Agent& agent, int episodes, int limit, double scale, Random& random) {
    for (int episode = 0; episode < episodes; ++episode) {
        auto s = static_cast<State>(random.below(World::states));
        auto a = static_cast<Action>(random.below(World::actions));
        for (int steps = 0; steps < limit; ++steps) {
            const auto seen = step(world, s, a, random);
            agent.learn(s, a, static_cast<typename Agent::Scalar>(scale * seen.reward), seen.state,
                        seen.terminal);
            if (seen.terminal) break;
            s = seen.state;
            a = agent.act(s, random);
        }
        agent.end_episode();
    }
}

constexpr LearningConfig certain{.learning_rate = {1}, .discount = {1}, .initial = -200};
constexpr LearningConfig certain_q15{.learning_rate = {1}, .discount = {1}, .initial = -0.9};

}  // namespace

TEST_CASE("MonteCarloControl: CliffWalking and Taxi to the optimum") {
    const CliffWalking<double> cliff;
    const Tabulated<Taxi<double>> taxi;
    Random random(63);
    MonteCarloControl<float, 48, 4, 100, certain, Greedy> walker;
    explore(cliff, walker, 20'000, 100, 1, random);
    CHECK(worth(walker, cliff)[cliff.origin] == -13.0);
    MonteCarloControl<q15, 48, 4, 100, certain_q15, Greedy> walker_q15;
    explore(cliff, walker_q15, 20'000, 100, 1.0 / 512, random);
    CHECK(worth(walker_q15, cliff)[cliff.origin] == -13.0);
    static MonteCarloControl<float, 500, 6, 60, certain, Greedy> driver;
    explore(taxi, driver, 100'000, 60, 1, random);
    CHECK(taxi_average(worth(driver, taxi)) == Approx(7.93).margin(0.005));
    static MonteCarloControl<q15, 500, 6, 60, certain_q15, Greedy> driver_q15;
    explore(taxi, driver_q15, 100'000, 60, 1.0 / 128, random);
    CHECK(taxi_average(worth(driver_q15, taxi)) == Approx(7.93).epsilon(0.01));
}

// All visits of an episode share one result, and the first place is visited a dozen times: the learning rate
// must be as small as this. Over four seeds 0.7402 +- 0.0000. Some seconds: run it by name, "[.long]".
TEST_CASE("MonteCarloControl: FrozenLake 4x4, the place alone, to 0.7402", "[.long]") {
    constexpr LearningConfig patient{
        .learning_rate = {1.0 / 8192}, .discount = {1}, .rounding = Rounding::stochastic};
    using Lake = FrozenLake<4, double>;
    static const Tabulated<Lake> lake;
    const auto learnt = [&](auto agent, std::uint64_t seed) {
        using T = typename decltype(agent)::Scalar;
        Random random(seed);
        for (int episode = 0; episode < 4'000'000; ++episode) {
            auto s = static_cast<State>(random.below(Lake::states));
            auto a = static_cast<Action>(random.below(Lake::actions));
            for (std::size_t left = Lake::step_limit; left > 0; --left) {
                const auto seen = step(lake, s, a, random);
                const bool over = seen.terminal || left == 1;
                agent.learn(s, a, static_cast<T>(0.98 * seen.reward), seen.state, over);
                if (over) break;
                s = seen.state;
                a = agent.act(s, random);
            }
        }
        return worth(agent, lake, Lake::step_limit)[0];
    };
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        CHECK(learnt(MonteCarloControl<float, 16, 4, 100, patient, Greedy>{}, seed) ==
              Approx(0.7402).margin(5e-4));
        CHECK(learnt(MonteCarloControl<q15, 16, 4, 100, patient, Greedy>{}, seed) ==
              Approx(0.7402).epsilon(0.01));
    }
}

TEST_CASE("QLearning: Blackjack to the optimum") {
    const Tabulated<Blackjack<double>> world;
    Random random(62);
    const auto learnt = [&](auto agent) {
        REQUIRE(train(agent, world, {.episodes = 1'500'000, .reward_scale = 0.99}, random) == 0);
        return blackjack_worth(worth(agent, world, 25));
    };
    const EpsilonGreedy blind(1);
    CHECK(learnt(QLearning<float, 360, 2, slow>(blind)) == Approx(-0.0466).margin(0.002));
    CHECK(learnt(QLearning<q15, 360, 2, slow>(blind)) == Approx(-0.0466).margin(0.002));
}

TEST_CASE("MonteCarloControl: keeps the promises of every agent") {
    check_agent<MonteCarloControl<float, 12, 4, 8>>();
    check_agent<MonteCarloControl<q15, 5, 3, 8>>();
}
