// SPDX-License-Identifier: MIT
#include "mote/rl/tabular_agent.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/double_q_learning.hpp"
#include "mote/rl/dyna_q.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/prioritized_sweeping.hpp"
#include "mote/rl/q_lambda.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/sarsa_lambda.hpp"
#include "mote/rl/speedy_q.hpp"
#include "tests/rl/worlds.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using namespace mote::testing;
using mote::q7;
using mote::Random;

namespace {

struct Course {
    int episodes = 20'000;
    float epsilon = 0.3f;
    unsigned decay = 4;       // epsilon falls by 2^-decay a hundred times; by 31 not at all
    double scale = 1.0 / 32;  // of rewards, for q7
};

/// The return of what is learnt. In q7 a reward of 1 is four units of the table, so that a return of -15
/// fits; smaller steps than a unit arrive by stochastic rounding only.
template <class Agent, class World>
double learnt(const World& world, Course course = {}) {
    constexpr bool fits = mote::FloatingScalar<typename Agent::Scalar>;
    Agent agent(EpsilonGreedy(course.epsilon));
    Random random(91);
    const Training hundredth{.episodes = course.episodes / 100, .reward_scale = fits ? 1 : course.scale};
    for (int round = 0; round < 100; ++round) {
        REQUIRE(train(agent, world, hundredth, random) == 0);
        agent.policy().decay(course.decay);
    }
    return worth(agent, world)[World::origin];
}

constexpr LearningConfig config{
    .learning_rate = {1.0 / 16}, .discount = {1}, .rounding = Rounding::stochastic};
constexpr TraceConfig traces{
    .learning_rate = {1.0 / 16}, .discount = {1}, .trace_decay = {0.5}, .rounding = Rounding::stochastic};
constexpr DynaConfig rehearsals{
    .learning_rate = {1.0 / 16}, .discount = {1}, .rounding = Rounding::stochastic};
constexpr SweepConfig sweeps{
    .learning_rate = {0.5}, .discount = {1}, .threshold = 1e-2, .rounding = Rounding::stochastic};
constexpr SpeedyConfig rounds{.discount = {1}, .round = 2000};

}  // namespace

TEMPLATE_TEST_CASE("off-policy agents: CliffWalking in eight bits as in double", "", q7, double) {
    const CliffWalking<double> cliff;
    CHECK(learnt<QLearning<TestType, 48, 4, config>>(cliff) == -13.0);
    CHECK(learnt<DoubleQLearning<TestType, 48, 4, config>>(cliff, {.decay = 31, .scale = 1.0 / 16}) == -13.0);
    CHECK(learnt<QLambda<TestType, 48, 4, 8, traces>>(cliff) == -13.0);
    CHECK(learnt<DynaQ<TestType, 48, 4, 192, 4, rehearsals>>(cliff, {.episodes = 2'000}) == -13.0);
    CHECK(learnt<PrioritizedSweeping<TestType, 48, 4, 192, 4, sweeps>>(cliff, {.episodes = 2'000}) == -13.0);
    CHECK(learnt<SpeedyQ<TestType, 48, 4, rounds>>(
              cliff, {.episodes = 5'000, .epsilon = 0.5f, .decay = 31, .scale = 1.0 / 16}) == -13.0);
}

TEMPLATE_TEST_CASE("on-policy agents: WindyGridworld in eight bits as in double", "", q7, double) {
    const WindyGridworld<double> windy;
    CHECK(learnt<Sarsa<TestType, 70, 4, config>>(windy) == -15.0);
    CHECK(learnt<ExpectedSarsa<TestType, 70, 4, config>>(windy) == -15.0);
    CHECK(learnt<NStepSarsa<TestType, 70, 4, 3, config>>(windy) == -15.0);
    CHECK(learnt<SarsaLambda<TestType, 70, 4, 8, traces>>(windy) == -15.0);
}
