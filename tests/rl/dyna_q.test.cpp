// SPDX-License-Identifier: MIT
#include "mote/rl/dyna_q.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/experience.hpp"
#include "mote/rl/prioritized_sweeping.hpp"
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

constexpr DynaConfig halves{.learning_rate = {0.5}, .discount = {0.5}};
constexpr DynaConfig whole{.learning_rate = {1}, .discount = {1}};
constexpr SweepConfig half_discount{.learning_rate = {1}, .discount = {0.5}};
constexpr SweepConfig undiscounted{.learning_rate = {1}, .discount = {1}, .threshold = 1e-3};

}  // namespace

TEST_CASE("DynaQ: worked example") {
    DynaQ<float, 3, 2, 6, 1, halves> agent;
    agent.learn(1, 0, 4, 2);  // 1/2 4 = 2, and rehearsed: 2 + 1/2 (4 - 2) = 3
    REQUIRE(agent.value(1, 0) == 3.0f);
    REQUIRE(agent.remembered() == 1);
    agent.learn(1, 0, 4, 2);  // 3.5 and 3.75
    REQUIRE(agent.value(1, 0) == 3.75f);
    REQUIRE(agent.remembered() == 1);
}

// By hand: (4 + 8) / 2 = 6; and when state 2 is known to be worth 4, (4 + 8 + 1/2 4) / 2 = 7.
TEST_CASE("DynaQ: with a tally of answers, learns their mean") {
    constexpr DynaConfig tallied{.learning_rate = {1}, .discount = {0.5}, .answers = 2};
    DynaQ<float, 3, 2, 6, 1, tallied> agent;
    agent.learn(1, 0, 4, 0, true);
    REQUIRE(agent.value(1, 0) == 4.0f);
    agent.learn(1, 0, 8, 2);
    REQUIRE(agent.value(1, 0) == 6.0f);
    for (int i = 0; i < 20; ++i) agent.learn(2, 1, 4, 0, true);  // one rehearsal each, of one or the other
    REQUIRE(agent.value(1, 0) == 7.0f);
    REQUIRE(agent.remembered() == 2);
}

TEST_CASE("DynaQ: with little room, new tries take the place of old ones") {
    DynaQ<float, 4, 2, 3, 1, halves> agent;
    for (State s = 0; s < 4; ++s) agent.learn(s, 0, 1, 0, true);
    REQUIRE(agent.remembered() == 3);
    STATIC_REQUIRE(slot_of<3, 4, 2>(3, 0) == 0);  // as number 0
    STATIC_REQUIRE(slot_of<8, 4, 2>(3, 1) == 7);
}

// By hand: Q(0,1) = 1; then Q(1,0) = 4, which makes Q(0,1) wrong by 1/2 4 = 2, and it is mended at once.
TEST_CASE("PrioritizedSweeping: worked example") {
    PrioritizedSweeping<float, 3, 2, 6, 2, half_discount> agent;
    agent.learn(0, 1, 1, 1);
    REQUIRE(agent.value(0, 1) == 1.0f);
    agent.learn(1, 0, 4, 2);
    REQUIRE(agent.value(1, 0) == 4.0f);
    REQUIRE(agent.value(0, 1) == 3.0f);
}

TEST_CASE("PrioritizedSweeping: the largest error first") {
    PrioritizedSweeping<float, 4, 2, 8, 1, half_discount> agent;
    agent.learn(0, 0, 0, 2);
    agent.learn(1, 0, 7, 2);
    agent.learn(3, 0, 0, 2);
    // Q(2,0) = 8 makes all three wrong by 4; action 1 of state 3 leads there too and is new.
    agent.learn(2, 0, 8, 2, true);
    // One rehearsal: the first of the largest.
    REQUIRE(agent.value(0, 0) == 4.0f);
    REQUIRE(agent.value(1, 0) == 7.0f);
    agent.learn(2, 1, 0, 2, true);  // surprises nobody, but what waits is taken up
    REQUIRE(agent.value(1, 0) == 11.0f);
}

TEST_CASE("DynaQ and PrioritizedSweeping: rehearse by what was allowed") {
    using Allowed = ActionSet<2>;
    DynaQ<float, 2, 2, 4, 8, halves, EpsilonGreedy, Allowed> dyna;
    PrioritizedSweeping<float, 2, 2, 4, 8, half_discount, EpsilonGreedy, Allowed> sweeping;
    const auto check = [](auto& agent) {
        REQUIRE(agent.learn(0, 0, 0, 1, false, Allowed{1}) == Status::ok);
        for (int i = 0; i < 20; ++i) REQUIRE(agent.learn(1, 0, 8, 0, true) == Status::ok);
        REQUIRE(agent.value(0, 0) == 0.0f);
        for (int i = 0; i < 20; ++i) REQUIRE(agent.learn(1, 1, 4, 0, true) == Status::ok);
        REQUIRE(agent.value(0, 0) == Approx(2.0f).margin(1e-3));
        const auto before = bytes_of(agent);
        REQUIRE(agent.learn(0, 0, 0, 1, false, Allowed{}) == Status::bad_parameter);
        REQUIRE(bytes_of(agent) == before);
    };
    check(dyna);
    check(sweeping);
}

TEST_CASE("DynaQ and PrioritizedSweeping: CliffWalking from little experience") {
    const CliffWalking<double> world;
    Random random(51);
    const auto learnt = [&](auto agent) {
        REQUIRE(train(agent, world, {.episodes = 60}, random) == 0);
        return worth(agent, world)[world.origin];
    };
    CHECK(learnt(DynaQ<float, 48, 4, 192, 20, whole>{}) == -13.0);
    CHECK(learnt(PrioritizedSweeping<float, 48, 4, 192, 20, undiscounted>{}) == -13.0);
}

TEST_CASE("DynaQ and PrioritizedSweeping: Taxi to the optimum") {
    const Tabulated<Taxi<double>> taxi;
    Random random(52);
    const auto learnt = [&](auto& agent, int episodes, double scale) {
        agent.set_policy(EpsilonGreedy(0.3f));
        REQUIRE(train(agent, taxi, {.episodes = episodes, .reward_scale = scale}, random) == 0);
        return taxi_average(worth(agent, taxi));
    };
    static DynaQ<float, 500, 6, 3000, 5, whole> dyna;
    CHECK(learnt(dyna, 10'000, 1) == Approx(7.93).margin(0.005));
    static DynaQ<q15, 500, 6, 3000, 5, whole> dyna_q15;
    CHECK(learnt(dyna_q15, 10'000, 1.0 / 128) == Approx(7.93).epsilon(0.01));
    static PrioritizedSweeping<float, 500, 6, 3000, 5, undiscounted> sweeping;
    CHECK(learnt(sweeping, 4'000, 1) == Approx(7.93).margin(0.005));
    static PrioritizedSweeping<q15, 500, 6, 3000, 5, undiscounted> sweeping_q15;
    CHECK(learnt(sweeping_q15, 4'000, 1.0 / 128) == Approx(7.93).epsilon(0.01));
}

// FrozenLake under its limit of 100 steps, the place alone (q_learning.test.cpp tells of the 0.7402): some
// hundred tries of each action, where the latest answer alone would lead astray.
TEST_CASE("DynaQ and PrioritizedSweeping: with a tally of answers, FrozenLake to the optimum") {
    const Tabulated<AnyStart<FrozenLake<4, double>>> lake;
    constexpr SweepConfig tallied{
        .learning_rate = {1}, .discount = {1 - 1.0 / 192}, .threshold = 1e-4, .answers = 3};
    const auto learnt = [&](auto agent) {
        agent.set_policy(EpsilonGreedy(1));
        Random random(53);
        REQUIRE(train(agent, lake, {.episodes = 4'000, .step_limit = 100, .reward_scale = 0.98}, random) ==
                0);
        return worth(agent, lake, 100)[0];
    };
    CHECK(learnt(PrioritizedSweeping<float, 16, 4, 64, 5, tallied>{}) == Approx(0.7402).margin(0.001));
    CHECK(learnt(PrioritizedSweeping<q15, 16, 4, 64, 5, tallied>{}) == Approx(0.7402).epsilon(0.01));
    constexpr DynaConfig counted{.learning_rate = {1}, .discount = {1 - 1.0 / 192}, .answers = 3};
    CHECK(learnt(DynaQ<float, 16, 4, 64, 5, counted>{}) == Approx(0.7402).margin(0.001));
    CHECK(learnt(DynaQ<q15, 16, 4, 64, 5, counted>{}) == Approx(0.7402).epsilon(0.01));
}

TEST_CASE("DynaQ and PrioritizedSweeping: floats saturate") {
    constexpr float huge = std::numeric_limits<float>::max();
    DynaQ<float, 2, 1, 2, 4, whole> dyna;
    PrioritizedSweeping<float, 2, 1, 2, 4, undiscounted> sweeping;
    for (int i = 0; i < 10; ++i) {
        const auto s = static_cast<State>(i % 2);
        REQUIRE(dyna.learn(s, 0, i < 5 ? huge : -huge, 1 - s) == Status::ok);
        REQUIRE(sweeping.learn(s, 0, i < 5 ? huge : -huge, 1 - s) == Status::ok);
        REQUIRE(std::abs(dyna.value(s, 0)) <= huge / 4);
        REQUIRE(std::abs(sweeping.value(s, 0)) <= huge / 4);
    }
}

TEST_CASE("DynaQ and PrioritizedSweeping: keep the promises of every agent") {
    constexpr DynaConfig by_chance{.rounding = Rounding::stochastic};
    check_agent<DynaQ<float, 12, 4, 48, 3>>();
    check_agent<DynaQ<q15, 5, 3, 7, 3, DynaConfig{.answers = 2}>>();
    check_agent<DynaQ<mote::q7, 5, 3, 7, 3, by_chance>>();
    check_agent<PrioritizedSweeping<double, 5, 3, 7, 3>>();
    check_agent<PrioritizedSweeping<q15, 12, 4, 48, 3>>();
    check_agent<PrioritizedSweeping<q15, 5, 3, 7, 3, SweepConfig{.answers = 2}>>();
}
