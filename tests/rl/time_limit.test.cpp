// SPDX-License-Identifier: MIT
#include "mote/rl/time_limit.hpp"

#include <cmath>
#include <cstdio>

#include "mote/core/fixed.hpp"
#include "mote/core/moments.hpp"
#include "mote/rl/double_q_learning.hpp"
#include "mote/rl/dyna_q.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/random_walk.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/monte_carlo_control.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/prioritized_sweeping.hpp"
#include "mote/rl/q_lambda.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/sarsa_lambda.hpp"
#include "mote/rl/speedy_q.hpp"
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
    constexpr std::array<std::uint8_t, 3> clock{1, 1, 2};
    CHECK(Walk::seen_by<clock>(first) == 2 * 5 + 2);
    CHECK(Walk::seen_by<clock>(Walk::state(2, 3)) == 2 * 5 + 2);
    CHECK(Walk::seen_by<clock>(Walk::state(2, 2)) == 5 + 2);
    CHECK(Walk::seen_by<clock>(Walk::state(2, 1)) == 2);
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

constexpr std::array<std::uint8_t, 5> small_clock{20, 20, 20, 20, 20};
constexpr std::array<std::uint8_t, 8> large_clock{10, 10, 15, 15, 25, 25, 50, 50};

template <std::size_t Side>
constexpr auto clock_of() {
    if constexpr (Side == 4) {
        return small_clock;
    } else {
        return large_clock;
    }
}

/// A lake of which agents are told the place and the part of the time.
template <std::size_t Side, auto Clock = clock_of<Side>()>
struct Clocked {
    using World = Lake<Side>;
    static constexpr std::size_t limit = FrozenLake<Side>::step_limit;
    static constexpr std::size_t states = Side * Side * Clock.size();

    [[nodiscard]] static State seen(State place, std::size_t left) {
        return World::template seen_by<Clock>(World::state(place, left));
    }

    /// What a greedy policy earns from the start of the lake, exactly.
    template <class Agent>
    [[nodiscard]] static double played(const Agent& agent) {
        const FrozenLake<Side, double> lake;
        std::array<double, Side * Side> value{};
        for (std::size_t left = 1; left <= limit; ++left) {
            std::array<double, Side * Side> longer{};
            for (std::size_t s = 0; s < longer.size(); ++s) {
                const auto place = static_cast<State>(s);
                longer[s] = backup(lake, value, place, agent.greedy(seen(place, left)), 1.0);
            }
            value = longer;
        }
        return value[0];
    }
};

struct Lessons {
    int steps;
    int episode = 1;      // steps from a start, at most
    float epsilon = 1;    // of the policy that goes on, and whose worth on-policy agents learn
    unsigned decay = 31;  // it falls by 2^-decay a hundred times
};

template <class Agent>
constexpr bool is_told_what_follows = false;
template <class T, std::size_t States, std::size_t Actions, LearningConfig Config, class Explore>
constexpr bool is_told_what_follows<Sarsa<T, States, Actions, Config, Explore>> = true;

/// Exploring starts: any action in any place at any time, then as the agent likes.
template <std::size_t Side, class Agent, auto Clock = clock_of<Side>()>
double learnt(Lessons how, std::uint64_t seed) {
    using World = Clocked<Side, Clock>;
    static const Tabulated<FrozenLake<Side, double>> lake;
    static Agent agent;
    agent.reset();
    agent.set_policy(EpsilonGreedy(how.epsilon));
    Random random(seed);
    int done = 0, refused = 0;
    const auto episode = [&] {
        auto place = static_cast<State>(random.below(Side * Side));
        auto a = static_cast<Action>(random.below(4));
        std::size_t left = 1 + random.below(World::limit);
        for (int i = 0; i < how.episode; ++i) {
            const auto seen = step(lake, place, a, random);
            const auto reward = static_cast<typename Agent::Scalar>(0.98 * seen.reward);
            const State s = World::seen(place, left);
            const bool over = seen.terminal || left == 1;
            const State s2 = over ? s : World::seen(seen.state, left - 1);
            const Action next = agent.act(s2, random);
            ++done;
            if constexpr (is_told_what_follows<Agent>) {
                if (!over) {
                    refused += agent.learn(s, a, reward, s2, next) != mote::Status::ok;
                    continue;  // its episodes are of one step here
                }
            }
            refused += agent.learn(s, a, reward, s2, over) != mote::Status::ok;
            if (over) break;
            place = seen.state;
            a = next;
            --left;
        }
        if constexpr (requires { agent.end_episode(); }) agent.end_episode();
    };
    for (int round = 1; round <= 100; ++round) {
        while (done < how.steps / 100 * round) episode();
        agent.policy().decay(how.decay);
    }
    REQUIRE(refused == 0);
    return World::played(agent);
}

template <int Shift>
constexpr LearningConfig rate{
    .learning_rate = {1.0 / (1 << Shift)}, .discount = {1}, .initial = 0.5, .rounding = Rounding::stochastic};
template <int Shift>
constexpr TraceConfig traced{.learning_rate = {1.0 / (1 << Shift)},
                             .discount = {1},
                             .trace_decay = {0.5},
                             .rounding = Rounding::stochastic};

constexpr DynaConfig counted{.learning_rate = {1}, .discount = {1}, .answers = 6};

constexpr std::size_t small = Clocked<4>::states, large = Clocked<8>::states;
constexpr Lessons quick{.steps = 2'000'000};
constexpr Lessons quick_fading{.steps = 3'000'000, .epsilon = 0.5f, .decay = 4};

}  // namespace

// What a coarse clock can tell costs little: with these two, value iteration finds policies worth 0.7439 and
// 0.9131.
TEST_CASE("one-step agents: FrozenLake 4x4 to 0.744 by a clock of five parts") {
    using mote::q15;
    const auto near = Approx(0.744).epsilon(0.01);
    CHECK(learnt<4, QLearning<float, small, 4, rate<8>>>(quick, 1) == near);
    CHECK(learnt<4, QLearning<q15, small, 4, rate<8>>>(quick, 1) == near);
    CHECK(learnt<4, DynaQ<q15, small, 4, 4 * small, 1, counted>>({.steps = 300'000}, 1) == near);
    CHECK(learnt<4, DoubleQLearning<q15, small, 4, rate<7>>>(quick, 1) == near);
    CHECK(learnt<4, ExpectedSarsa<q15, small, 4, rate<8>>>(quick_fading, 1) == near);
    CHECK(learnt<4, Sarsa<q15, small, 4, rate<8>>>(quick_fading, 1) == near);
}

namespace {

/// Prints and checks what Agent earns over some seeds.
template <std::size_t Side, class Agent>
void hold(const char* name, Lessons how, std::uint64_t seeds) {
    mote::RunningMoments<double, 1> reached;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        reached.update(std::array{learnt<Side, Agent>(how, seed)});
    std::printf("%zux%zu %-22s %.4f", Side, Side, name, reached.mean(0));
    if (seeds > 1) std::printf(" +- %.4f", std::sqrt(reached.variance(0) / static_cast<double>(seeds)));
    std::puts("");
    std::fflush(stdout);
    CHECK(reached.mean(0) == Approx(Side == 4 ? 0.7442 : 0.9132).epsilon(0.01));
}

template <class T>
void hold_all_small(const char* scalar) {
    constexpr SpeedyConfig rounds{.discount = {1}, .round = 2000};
    constexpr SweepConfig tallied{.learning_rate = {1}, .discount = {1}, .threshold = 1e-4, .answers = 6};
    constexpr Lessons blind{.steps = 16'000'000}, on{16'000'000, 1, 0.5f, 4}, episodes{60'000'000, 100, 0};
    std::puts(scalar);
    hold<4, QLearning<T, small, 4, rate<9>>>("QLearning", blind, 6);
    hold<4, DoubleQLearning<T, small, 4, rate<8>>>("DoubleQLearning", blind, 6);
    hold<4, SpeedyQ<T, small, 4, rounds>>("SpeedyQ", {.steps = 64'000'000}, 6);
    hold<4, DynaQ<T, small, 4, 4 * small, 1, counted>>("DynaQ", {1'000'000}, 6);
    hold<4, PrioritizedSweeping<T, small, 4, 4 * small, 3, tallied>>("PrioritizedSweeping", {300'000}, 6);
    hold<4, QLambda<T, small, 4, 8, traced<8>>>("QLambda", {blind.steps, 4}, 6);
    hold<4, Sarsa<T, small, 4, rate<9>>>("Sarsa", on, 6);
    hold<4, ExpectedSarsa<T, small, 4, rate<9>>>("ExpectedSarsa", on, 6);
    hold<4, NStepSarsa<T, small, 4, 3, rate<9>>>("NStepSarsa", episodes, 6);
    hold<4, SarsaLambda<T, small, 4, 8, traced<9>>>("SarsaLambda", episodes, 6);
    hold<4, MonteCarloControl<T, small, 4, 100, rate<13>>>("MonteCarloControl", {400'000'000, 100, 0}, 2);
}

}  // namespace

// Minutes: run it by name, "[.long]". docs/algorithms/agents.md shows what it prints.
TEST_CASE("every agent for noisy worlds: FrozenLake 4x4 by a clock of five parts", "[.long]") {
    hold_all_small<float>("float");
    hold_all_small<mote::q15>("q15");
}

TEST_CASE("FrozenLake 8x8 to 0.913 by a clock of eight parts", "[.long]") {
    constexpr SpeedyConfig rounds{.discount = {1}, .round = 10'000};
    constexpr Lessons blind{.steps = 500'000'000}, on{500'000'000, 1, 0.5f, 4};
    hold<8, QLearning<float, large, 4, rate<11>>>("QLearning", {.steps = 1'000'000'000}, 3);
    hold<8, QLearning<mote::q15, large, 4, rate<11>>>("QLearning, q15", blind, 3);
    hold<8, ExpectedSarsa<float, large, 4, rate<10>>>("ExpectedSarsa", on, 1);
    hold<8, Sarsa<float, large, 4, rate<10>>>("Sarsa", on, 1);
    hold<8, DynaQ<float, large, 4, 4 * large, 1, counted>>("DynaQ", {100'000'000}, 3);
    hold<8, DynaQ<mote::q15, large, 4, 4 * large, 1, counted>>("DynaQ, q15", {20'000'000}, 3);
    hold<8, DoubleQLearning<float, large, 4, rate<10>>>("DoubleQLearning", blind, 1);
    hold<8, SpeedyQ<float, large, 4, rounds>>("SpeedyQ", blind, 1);
    hold<8, QLambda<float, large, 4, 8, traced<10>>>("QLambda", {blind.steps, 4}, 1);
    // Cut off after four steps: the first, which is any action at any time, is what they learn most from.
    hold<8, NStepSarsa<float, large, 4, 3, rate<10>>>("NStepSarsa", {on.steps, 4, 0.5f, 4}, 2);
    hold<8, SarsaLambda<float, large, 4, 8, traced<10>>>("SarsaLambda", {200'000'000, 4, 0.5f, 4}, 4);
}
