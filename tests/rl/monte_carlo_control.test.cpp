// SPDX-License-Identifier: MIT
#include "mote/rl/monte_carlo_control.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/blackjack.hpp"
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
