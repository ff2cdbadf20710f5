// SPDX-License-Identifier: MIT
#include "mote/rl/time_limit.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/double_q_learning.hpp"
#include "mote/rl/dyna_q.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/random_walk.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/monte_carlo_control.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/value_iteration.hpp"
#include "tests/rl/clocked_lake.hpp"
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

template <int Shift>
constexpr LearningConfig rate{
    .learning_rate = {1.0 / (1 << Shift)}, .discount = {1}, .initial = 0.5, .rounding = Rounding::stochastic};
template <int Shift>
constexpr LearningConfig carrying{
    .learning_rate = {1.0 / (1 << Shift)}, .discount = {1}, .initial = 0.5, .rounding = Rounding::carried};
constexpr DynaConfig counted{.learning_rate = {1}, .discount = {1}, .answers = 6};

constexpr std::size_t small = ClockedLake<4>::states;
constexpr Lessons quick{.steps = 2'000'000};
constexpr Lessons quick_fading{.steps = 3'000'000, .epsilon = 0.5f, .decay = 4};

}  // namespace

// What a coarse clock can tell costs little: with these two, value iteration finds policies worth 0.7439 and
// 0.9131.
TEST_CASE("one-step agents: FrozenLake 4x4 to 0.744 by a clock of five parts") {
    using mote::q15;
    const auto near = Approx(0.744).epsilon(0.01);
    CHECK(learnt<ClockedLake<4>, QLearning<float, small, 4, rate<8>>>(quick, 1) == near);
    CHECK(learnt<ClockedLake<4>, QLearning<q15, small, 4, rate<8>>>(quick, 1) == near);
    CHECK(learnt<ClockedLake<4>, DynaQ<q15, small, 4, 4 * small, 1, counted>>({.steps = 300'000}, 1) == near);
    CHECK(learnt<ClockedLake<4>, DoubleQLearning<q15, small, 4, rate<7>>>(quick, 1) == near);
    CHECK(learnt<ClockedLake<4>, ExpectedSarsa<q15, small, 4, rate<8>>>(quick_fading, 1) == near);
    CHECK(learnt<ClockedLake<4>, Sarsa<q15, small, 4, rate<8>>>(quick_fading, 1) == near);
}

namespace {

template <int Shift>
using ByResults = MonteCarloControl<mote::q15, small, 4, 1, carrying<Shift>>;

}  // namespace

// From results alone, 0 or 1; at each finer rate for twice the steps. Run it by name, "[.long]".
TEST_CASE("MonteCarloControl: FrozenLake 4x4 to 0.744 by a clock, carrying", "[.long]") {
    constexpr Lessons results{.steps = 1'000'000, .epsilon = 0, .by_results = true};
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CHECK(learnt<ClockedLake<4>, ByResults<7>, ByResults<8>, ByResults<9>>(results, seed) ==
              Approx(0.744).epsilon(0.01));
    }
}
