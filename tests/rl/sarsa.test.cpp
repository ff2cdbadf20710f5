// SPDX-License-Identifier: MIT
#include "mote/rl/sarsa.hpp"

#include <algorithm>

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "mote/rl/expected_sarsa.hpp"
#include "mote/rl/n_step_sarsa.hpp"
#include "mote/rl/recent_steps.hpp"
#include "mote/rl/softmax.hpp"
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

constexpr LearningConfig halves{.learning_rate = {0.5}, .discount = {0.5}};

/// 0 -4-> 1 -2-> 2 -8-> end, by actions 1, 0, 1.
template <class Agent>
constexpr void episode(Agent& agent) {
    using T = typename Agent::Scalar;
    agent.learn(0, 1, T(4), 1);
    agent.learn(1, 0, T(2), 2);
    agent.learn(2, 1, T(8), 2, /*terminal=*/true);
}

// By hand, once: Q(0,1) = 1/2 (4 + 1/2 0) = 2, Q(1,0) = 1/2 (2 + 1/2 0) = 1, Q(2,1) = 1/2 8 = 4.
// Again: Q(0,1) = 2 + 1/2 (4 + 1/2 1 - 2) = 3.25, Q(1,0) = 1 + 1/2 (2 + 1/2 4 - 1) = 2.5, Q(2,1) = 6.
template <class T>
constexpr Sarsa<T, 3, 2, halves> twice() {
    Sarsa<T, 3, 2, halves> agent;
    episode(agent);
    episode(agent);
    return agent;
}

/// The values of the best policy among those that explore with this epsilon: what on-policy agents learn.
template <class World>
std::array<double, World::states> best_exploring(const World& world, double epsilon) {
    std::array<double, World::states> values{};
    for (int sweep = 0; sweep < 3000; ++sweep) {
        for (std::size_t s = 0; s < World::states; ++s) {
            double best = -1e9, mean = 0;
            for (std::size_t a = 0; a < World::actions; ++a) {
                const double q = backup(world, values, static_cast<State>(s), static_cast<Action>(a), 1.0);
                best = std::max(best, q);
                mean += q / World::actions;
            }
            values[s] = (1 - epsilon) * best + epsilon * mean;
        }
    }
    return values;
}

}  // namespace

TEST_CASE("Sarsa: worked example") {
    constexpr auto agent = twice<float>();
    STATIC_REQUIRE(agent.value(0, 1) == 3.25f);
    STATIC_REQUIRE(agent.value(1, 0) == 2.5f);
    STATIC_REQUIRE(agent.value(2, 1) == 6.0f);
    STATIC_REQUIRE(agent.value(0, 0) == 0.0f);
    STATIC_REQUIRE(twice<mote::q16_16>().value(0, 1) == mote::q16_16(3.25));
}

TEST_CASE("Sarsa: at once where the next action is known") {
    auto agent = twice<float>();
    REQUIRE(agent.learn(0, 0, 1, 1, Action{0}) == Status::ok);
    REQUIRE(agent.value(0, 0) == 1.125f);  // 1/2 (1 + 1/2 2.5)
    const auto before = bytes_of(agent);
    REQUIRE(agent.learn(0, 0, 1, 1, Action{2}) == Status::bad_state);
    REQUIRE(bytes_of(agent) == before);
}

TEST_CASE("Sarsa: an episode that was cut off is not continued by the next") {
    Sarsa<float, 3, 2, halves> agent;
    agent.learn(0, 1, 4, 1);
    agent.learn(0, 1, 4, 1);  // not where the last one ended: that one is dropped
    REQUIRE(agent.value(0, 1) == 0.0f);
    agent.end_episode();
    agent.learn(1, 0, 2, 2);
    REQUIRE(agent.value(0, 1) == 0.0f);
}

TEST_CASE("NStepSarsa: worked example of two steps") {
    NStepSarsa<float, 3, 2, 2, halves> agent;
    episode(agent);
    REQUIRE(agent.value(0, 1) == 2.5f);  // 1/2 (4 + 1/2 (2 + 1/2 0))
    REQUIRE(agent.value(1, 0) == 3.0f);  // 1/2 (2 + 1/2 8)
    REQUIRE(agent.value(2, 1) == 4.0f);
    episode(agent);
    REQUIRE(agent.value(0, 1) == 4.25f);  // 2.5 + 1/2 (4 + 1/2 (2 + 1/2 4) - 2.5)
}

TEST_CASE("RecentSteps: the newest, oldest first") {
    RecentSteps<float, 3> steps;
    REQUIRE_FALSE(steps.lead_to(0));
    for (State s = 0; s < 5; ++s) steps.add({1.0f * s, s, 0}, static_cast<State>(s + 1));
    REQUIRE(steps.full());
    REQUIRE(steps.lead_to(5));
    for (std::size_t i = 0; i < 3; ++i) REQUIRE(steps[i].s == i + 2);
    steps.drop_oldest();
    REQUIRE(steps.size() == 2);
    REQUIRE(steps[0].s == 3);
}

TEST_CASE("ExpectedSarsa: worked example") {
    // Epsilon 1/2: Q(1,.) = 4, 0 is worth 4 - 1/4 4 = 3, so Q(0,0) = 1/2 (1 + 1/2 3) = 1.25.
    ExpectedSarsa<float, 3, 2, halves> agent(EpsilonGreedy(0.5f));
    agent.learn(1, 0, 8, 2, /*terminal=*/true);
    agent.learn(0, 0, 1, 1);
    REQUIRE(agent.value(0, 0) == 1.25f);
    agent.learn(0, 1, 1, 1, false, ActionSet<2>{1});  // worth 0 where only action 1 is allowed
    REQUIRE(agent.value(0, 1) == 0.5f);
}

TEST_CASE("ExpectedSarsa: exactly the values of the best exploring policy") {
    const CliffWalking<double> world;
    constexpr LearningConfig config{.learning_rate = {1}, .discount = {1}};  // the world is deterministic
    ExpectedSarsa<double, 48, 4, config> agent(EpsilonGreedy(0.1f));
    Random random(21);
    REQUIRE(train(agent, world, {.episodes = 100'000}, random) == 0);
    const auto truth = best_exploring(world, 0.1);
    // Of the states along the way, which are visited often.
    State s = world.origin;
    for (int steps = 0; s != world.goal && steps < 20; ++steps) {
        const Action a = agent.greedy(s);
        CHECK(agent.value(s, a) == Approx(backup(world, truth, s, a, 1.0)).margin(1e-4));
        s = step(world, s, a, random).state;
    }
    REQUIRE(s == world.goal);
}

// A step along the edge falls with probability epsilon / 4 and costs 100 then; one row up is worth the way.
TEST_CASE("Sarsa: takes the safe path") {
    const CliffWalking<double> world;
    constexpr LearningConfig config{.learning_rate = {1.0 / 16}, .discount = {1}};
    Sarsa<float, 48, 4, config> agent;
    NStepSarsa<float, 48, 4, 3, config> three_steps;
    Random random(22);
    REQUIRE(train(agent, world, {.episodes = 5000}, random) == 0);
    REQUIRE(train(three_steps, world, {.episodes = 5000}, random) == 0);
    const auto safe = [&](const auto& learner) {
        const double value = worth(learner, world)[world.origin];
        bool along_the_edge = false;
        State s = world.origin;
        for (int steps = 0; s != world.goal && steps < 50; ++steps) {
            s = step(world, s, learner.greedy(s), random).state;
            along_the_edge |= s >= 25 && s <= 34;
        }
        return value <= -15 && value >= -19 && !along_the_edge;
    };
    CHECK(safe(agent));
    CHECK(safe(three_steps));
}

namespace {

/// Trains while epsilon falls by 2^-shift a hundred times.
template <class Agent, class World>
void train_fading(Agent& agent, const World& world, Training how, float epsilon, unsigned shift) {
    Random random(23);
    constexpr int rounds = 100;
    how.episodes /= rounds;
    agent.set_policy(EpsilonGreedy(epsilon));
    for (int round = 0; round < rounds; ++round) {
        REQUIRE(train(agent, world, how, random) == 0);
        agent.policy().decay(shift);
    }
}

constexpr LearningConfig slow{.learning_rate = {1.0 / 16}, .discount = {1}};

}  // namespace

TEST_CASE("NStepSarsa: as exploring fades, WindyGridworld to the optimum") {
    Random unused;
    const WindyGridworld<double> windy;
    NStepSarsa<float, 70, 4, 3, slow> three_steps;
    train_fading(three_steps, windy, {.episodes = 40'000}, 0.3f, 5);
    CHECK(worth(three_steps, windy)[windy.start(unused)] == -15.0);
    NStepSarsa<q15, 70, 4, 3, slow> three_steps_q15;
    train_fading(three_steps_q15, windy, {.episodes = 40'000, .reward_scale = 1.0 / 256}, 0.3f, 5);
    CHECK(worth(three_steps_q15, windy)[windy.start(unused)] == -15.0);
}

TEST_CASE("ExpectedSarsa: as exploring fades, Taxi to the optimum") {
    const Tabulated<Taxi<double>> taxi;
    constexpr LearningConfig whole{.learning_rate = {1}, .discount = {1}};
    ExpectedSarsa<float, 500, 6, whole> expected;
    train_fading(expected, taxi, {.episodes = 20'000}, 0.3f, 5);
    CHECK(taxi_average(worth(expected, taxi)) == Approx(7.93).margin(0.005));
    ExpectedSarsa<q15, 500, 6, whole> expected_q15;  // returns of down to -60 while it still learns
    train_fading(expected_q15, taxi, {.episodes = 20'000, .reward_scale = 1.0 / 128}, 0.3f, 5);
    CHECK(taxi_average(worth(expected_q15, taxi)) == Approx(7.93).epsilon(0.01));
}

// SARSA sees single draws, so at the end a few of the 300 starts may still be driven two steps too long,
// which costs 2 / 300 each. Over ten seeds: 7.927 +- 0.002 (one step) and 7.923 +- 0.003 (three steps).
TEST_CASE("Sarsa and NStepSarsa: as exploring fades, Taxi to the optimum") {
    const Tabulated<Taxi<double>> taxi;
    const auto learnt = [&](auto agent, double scale) {
        train_fading(agent, taxi, {.episodes = 60'000, .reward_scale = scale}, 1, 4);
        return taxi_average(worth(agent, taxi));
    };
    CHECK(learnt(Sarsa<float, 500, 6, slow>{}, 1) == Approx(7.93).margin(0.02));
    CHECK(learnt(Sarsa<q15, 500, 6, slow>{}, 1.0 / 256) == Approx(7.93).epsilon(0.01));
    CHECK(learnt(NStepSarsa<float, 500, 6, 3, slow>{}, 1) == Approx(7.93).margin(0.02));
    CHECK(learnt(NStepSarsa<q15, 500, 6, 3, slow>{}, 1.0 / 256) == Approx(7.93).epsilon(0.01));
}

TEST_CASE("Sarsa and its kin: values saturate, what is refused changes nothing") {
    constexpr float huge = std::numeric_limits<float>::max();
    constexpr LearningConfig config{.learning_rate = {1}, .discount = {1}};
    NStepSarsa<float, 3, 2, 2, config> agent;
    for (int i = 0; i < 5; ++i) REQUIRE(agent.learn(0, 0, i % 2 == 0 ? huge : -huge, 0) == Status::ok);
    REQUIRE(std::abs(agent.value(0, 0)) <= huge / 4);
    const auto before = bytes_of(agent);
    REQUIRE(agent.learn(0, 0, std::numeric_limits<float>::infinity(), 0) == Status::not_finite);
    REQUIRE(agent.learn(0, 2, 1, 0) == Status::bad_state);
    REQUIRE(bytes_of(agent) == before);
}

TEST_CASE("Sarsa and its kin: keep the promises of every agent") {
    constexpr LearningConfig by_chance{.rounding = Rounding::stochastic};
    check_agent<Sarsa<float, 12, 4>>();
    check_agent<Sarsa<mote::q7, 5, 3, by_chance, Greedy>>();
    check_agent<NStepSarsa<double, 5, 3, 4>>();
    check_agent<NStepSarsa<q15, 12, 4, 3>>();
    check_agent<ExpectedSarsa<float, 5, 3, halves, Softmax>>();
    check_agent<ExpectedSarsa<q15, 12, 4>>();
}
