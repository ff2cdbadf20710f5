// SPDX-License-Identifier: MIT
#include "mote/rl/time_limit.hpp"

#include <cmath>
#include <cstdio>

#include "mote/core/fixed.hpp"
#include "mote/core/moments.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/random_walk.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"
#include "tests/rl/worlds.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using namespace mote::testing;
using mote::Random;

namespace {

using Walk = TimeLimit<RandomWalk<5, double>, 4>;

template <std::size_t Side>
using Lake = TimeLimit<FrozenLake<Side, double>, FrozenLake<Side>::step_limit>;

/// An agent that tells the time in Blocks only.
template <class World, std::size_t Blocks, class Agent>
struct Clocked {
    using Scalar = typename Agent::Scalar;

    [[nodiscard]] Action act(State s, Random& random) const { return agent.act(seen(s), random); }
    [[nodiscard]] Action greedy(State s) const { return agent.greedy(seen(s)); }
    mote::Status learn(State s, Action a, Scalar reward, State s2, bool terminal) {
        return agent.learn(seen(s), a, reward, seen(s2), terminal);
    }
    [[nodiscard]] static State seen(State s) { return World::template seen<Blocks>(s); }

    Agent agent{EpsilonGreedy(1)};
};

}  // namespace

// From the middle of five, three steps to the right leave it: 1/8 within three steps, and no more within four
// (ways out have an odd length). From the right end, 1/2 at once, or back and forth and then: 1/2 + 1/8.
TEST_CASE("TimeLimit: worked example") {
    constexpr auto plan = value_iteration(Walk{}, {.discount = 1, .tolerance = 0});
    STATIC_REQUIRE(plan.status == mote::Status::ok);
    STATIC_REQUIRE(plan.values[Walk::state(2, 2)] == 0.0);
    STATIC_REQUIRE(plan.values[Walk::state(2, 3)] == 0.125);
    STATIC_REQUIRE(plan.values[Walk::state(2, 4)] == 0.125);
    STATIC_REQUIRE(plan.values[Walk::state(4, 1)] == 0.5);
    STATIC_REQUIRE(plan.values[Walk::state(4, 3)] == 0.625);
    STATIC_REQUIRE(plan.sweeps == 2);  // the second finds nothing left to do
}

TEST_CASE("TimeLimit: a state is a place and a time") {
    STATIC_REQUIRE(Environment<Walk>);
    STATIC_REQUIRE(Walk::states == 20);
    Random random;
    const State first = Walk{}.start(random);
    CHECK(Walk::place(first) == 2);
    CHECK(Walk::left(first) == 4);
    CHECK(Walk::seen<4>(first) == first);
    CHECK(Walk::seen<2>(first) == 5 + 2);
    CHECK(Walk::seen<2>(Walk::state(3, 2)) == 3);
    CHECK(Walk::seen<1>(first) == 2);
    for (const auto& outcome : Walk{}.outcomes(first, 0)) {
        CHECK(Walk::left(outcome.state) == 3);
        CHECK_FALSE(outcome.terminal);
    }
    for (const auto& outcome : Walk{}.outcomes(Walk::state(2, 1), 0)) {
        CHECK(outcome.state < Walk::states);
        CHECK(outcome.terminal);
        CHECK(outcome.reward == 0.0);
    }
}

// The published figures of FrozenLake are those of a player who knows how many of the 100 or 200 steps are
// left.
TEST_CASE("TimeLimit: FrozenLake's 0.744 and 0.913 are exact optima") {
    const auto solved = [](const auto& world) {
        Random unused;
        return value_iteration(world, {.discount = 1, .tolerance = 0}).values[world.start(unused)];
    };
    CHECK(solved(Lake<4>{}) == Approx(0.744).margin(5e-4));
    CHECK(solved(Lake<8>{}) == Approx(0.913).margin(5e-4));
}

namespace {

// Blind walks from any state; what is learnt is played from the start of the lake, exactly. An agent with a
// coarse clock can earn a little less than the optimum: 0.7439 of 0.7442 with five parts of 20 steps.
template <std::size_t Side, std::size_t Blocks, class T, QLearningConfig Config>
double learnt(int episodes, std::uint64_t seed) {
    static const Tabulated<AnyStart<Lake<Side>>> world;
    using World = Lake<Side>;
    Clocked<World, Blocks, QLearning<T, Side * Side * Blocks, 4, Config>> agent;
    Random random(seed);
    REQUIRE(train(agent, world, {.episodes = episodes, .reward_scale = 0.98}, random) == 0);
    return worth(agent, world, static_cast<int>(World::left(World{}.start(random))))[World{}.start(random)];
}

constexpr QLearningConfig slow{
    .learning_rate = {1.0 / 256}, .discount = {1}, .rounding = Rounding::stochastic};

}  // namespace

// Over ten seeds 0.7427 +- 0.0005, in float as in q15.
TEST_CASE("QLearning: FrozenLake 4x4 to 0.744 by a clock of five parts") {
    CHECK(learnt<4, 5, float, slow>(800'000, 1) == Approx(0.744).epsilon(0.01));
    CHECK(learnt<4, 5, mote::q15, slow>(800'000, 1) == Approx(0.744).epsilon(0.01));
}

// Over six seeds 0.9060 +- 0.0018. Takes minutes: run it by name, "[.long]".
TEST_CASE("QLearning: FrozenLake 8x8 to 0.913 by a clock of eight parts", "[.long]") {
    mote::RunningMoments<double, 1> reached;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        reached.update(std::array{learnt<8, 8, float, slow>(5'000'000, seed)});
    }
    std::printf("%.4f +- %.4f\n", reached.mean(0), std::sqrt(reached.variance(0) / 6));
    CHECK(reached.mean(0) == Approx(0.913).epsilon(0.01));
}
