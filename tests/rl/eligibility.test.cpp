// SPDX-License-Identifier: MIT
#include "mote/rl/eligibility.hpp"

#include "mote/core/fixed.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/environments/taxi.hpp"
#include "mote/rl/environments/windy_gridworld.hpp"
#include "mote/rl/q_lambda.hpp"
#include "mote/rl/sarsa_lambda.hpp"
#include "tests/contracts/agent.hpp"
#include "tests/rl/worlds.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using namespace mote::testing;
using mote::q15;
using mote::Random;
using mote::Status;

namespace {

// Traces fade by 1/2 1/2 = 1/4 a step.
constexpr TraceConfig halves{.learning_rate = {0.5}, .discount = {0.5}, .trace_decay = {0.5}};
constexpr TraceConfig adding{
    .learning_rate = {0.5}, .discount = {0.5}, .trace_decay = {0.5}, .traces = Traces::accumulating};

template <class Traces>
constexpr double share_of(const Traces& traces, State s, Action a) {
    double found = 0;
    traces.for_each([&](State state, Action action, auto share) {
        if (state == s && action == a) found = static_cast<double>(share);
    });
    return found;
}

/// 0 -4-> 1 -2-> 2 -8-> end, by actions 1, 0, 1.
template <class Agent>
constexpr Agent after_one_episode() {
    using T = typename Agent::Scalar;
    Agent agent;
    agent.learn(0, 1, T(4), 1);
    agent.learn(1, 0, T(2), 2);
    agent.learn(2, 1, T(8), 2, /*terminal=*/true);
    return agent;
}

}  // namespace

TEST_CASE("Eligibility: replacing and accumulating, worked by hand") {
    Eligibility<float, 4, halves> replacing;
    Eligibility<float, 4, adding> accumulating;
    Eligibility<q15, 4, adding> integers;
    for (State s : {State{1}, State{2}, State{1}}) {
        replacing.visit(s, 0);
        accumulating.visit(s, 0);
        integers.visit(s, 0);
    }
    CHECK(share_of(replacing, 1, 0) == 0.5);
    CHECK(share_of(replacing, 2, 0) == 0.125);
    CHECK(share_of(accumulating, 1, 0) == 0.53125);  // 1/2 / 16 + 1/2
    CHECK(share_of(integers, 1, 0) == 0.53125 * 32768);
    CHECK(share_of(integers, 2, 0) == 0.125 * 32768);
    CHECK(replacing.size() == 2);
}

TEST_CASE("Eligibility: a full list forgets the weakest, integers fade away") {
    Eligibility<q15, 3, halves> traces;
    for (State s : {State{1}, State{2}, State{3}, State{4}}) traces.visit(s, 0);
    CHECK(traces.size() == 3);
    CHECK(share_of(traces, 1, 0) == 0);
    CHECK(share_of(traces, 2, 0) == 1024);
    for (int i = 0; i < 7; ++i) traces.visit(9, 1);  // 2^14 / 4^7 = 1, and once more 0
    CHECK(traces.size() == 2);
    CHECK(share_of(traces, 4, 0) == 1);
    traces.visit(9, 1);
    CHECK(traces.size() == 1);
}

// By hand: Q(0,1) = 1/2 4 = 2; the error 2 of Q(1,0) gives it 1 and Q(0,1) 1/8 2 = 0.25; the error 8 of
// Q(2,1) gives 4, 1/8 8 = 1 and 1/32 8 = 0.25. (All values that follow are 0 still, so both methods agree.)
TEST_CASE("SarsaLambda and QLambda: worked example") {
    constexpr auto sarsa = after_one_episode<SarsaLambda<float, 3, 2, 4, halves>>();
    STATIC_REQUIRE(sarsa.value(0, 1) == 2.5f);
    STATIC_REQUIRE(sarsa.value(1, 0) == 2.0f);
    STATIC_REQUIRE(sarsa.value(2, 1) == 4.0f);
    auto watkins = after_one_episode<QLambda<float, 3, 2, 4, halves>>();
    CHECK(watkins.value(0, 1) == 2.5f);
    CHECK(watkins.value(1, 0) == 2.0f);
    CHECK(watkins.value(2, 1) == 4.0f);
    CHECK(after_one_episode<SarsaLambda<mote::q16_16, 3, 2, 4, halves>>().value(0, 1) == mote::q16_16(2.5));

    // Action 1 in state 1 is not the best: what follows does not concern Q(0,0) = 1/2 (1/2 2) = 0.5.
    watkins.learn(0, 0, 0, 1);
    watkins.learn(1, 1, 0, 2);
    CHECK(watkins.value(0, 0) == 0.5f);
    CHECK(watkins.value(1, 1) == 1.0f);  // 1/2 (1/2 4)
    // The best does: the error 1/2 4 - 2 = 0 of Q(1,0) plus a reward of 8.
    watkins.learn(0, 0, 0, 1);
    const float before = watkins.value(0, 0);
    watkins.learn(1, 0, 8, 2);
    CHECK(watkins.value(0, 0) == before + 8 * 0.125f);
}

TEST_CASE("QLambda: a forbidden better action does not cut the traces, nor count") {
    auto agent = after_one_episode<QLambda<float, 3, 2, 4, halves>>();  // Q(1,.) = 2, 0
    const ActionSet<2> second{1};
    REQUIRE(agent.learn(0, 0, 0, 1, false, second) == Status::ok);
    REQUIRE(agent.value(0, 0) == 0.0f);
    REQUIRE(agent.learn(1, 1, 8, 1, true) == Status::ok);
    REQUIRE(agent.value(0, 0) == 1.0f);  // 1/8 8
    REQUIRE(agent.learn(0, 0, 0, 1, false, ActionSet<2>{}) == Status::bad_parameter);
}

TEST_CASE("SarsaLambda and QLambda: an episode that was cut off is not continued by the next") {
    SarsaLambda<float, 3, 2, 4, halves> sarsa;
    QLambda<float, 3, 2, 4, halves> watkins;
    sarsa.learn(0, 1, 4, 1);
    watkins.learn(0, 1, 4, 1);
    sarsa.end_episode();
    watkins.end_episode();
    sarsa.learn(1, 0, 2, 2, true);
    watkins.learn(1, 0, 2, 2, true);
    CHECK(sarsa.value(0, 1) == 0.0f);
    CHECK(watkins.value(0, 1) == 2.0f);  // its own error only
}

// SARSA learns what exploring costs and ends on its own best way only as exploring fades: in a world without
// a cliff. Q(lambda) walks along the cliff.
TEST_CASE("SarsaLambda and QLambda: WindyGridworld and CliffWalking to the optimum") {
    constexpr TraceConfig config{.learning_rate = {0.25}, .discount = {1}, .trace_decay = {0.5}};
    constexpr TraceConfig summing{
        .learning_rate = {0.25}, .discount = {1}, .trace_decay = {0.5}, .traces = Traces::accumulating};
    Random random(41);
    const auto best_way = [&](const auto& world, auto agent, unsigned shift, double scale) {
        agent.set_policy(EpsilonGreedy(0.3f));
        for (int round = 0; round < 100; ++round) {
            REQUIRE(train(agent, world, {.episodes = 100, .reward_scale = scale}, random) == 0);
            agent.policy().decay(shift);
        }
        return worth(agent, world)[world.start(random)];
    };
    const WindyGridworld<double> windy;
    CHECK(best_way(windy, SarsaLambda<float, 70, 4, 16, config>{}, 4, 1) == -15.0);
    CHECK(best_way(windy, SarsaLambda<float, 70, 4, 16, summing>{}, 4, 1) == -15.0);
    CHECK(best_way(windy, SarsaLambda<q15, 70, 4, 16, config>{}, 4, 1.0 / 256) == -15.0);
    const CliffWalking<double> cliff;
    CHECK(best_way(cliff, QLambda<float, 48, 4, 16, config>{}, 6, 1) == -13.0);
    CHECK(best_way(cliff, QLambda<q15, 48, 4, 16, config>{}, 6, 1.0 / 512) == -13.0);
}

TEST_CASE("QLambda: Taxi to the optimum") {
    const Tabulated<Taxi<double>> taxi;
    constexpr TraceConfig config{.learning_rate = {0.5}, .discount = {1}, .trace_decay = {0.5}};
    Random random(42);
    QLambda<float, 500, 6, 12, config> agent(EpsilonGreedy(0.3f));
    REQUIRE(train(agent, taxi, {.episodes = 80'000}, random) == 0);
    CHECK(taxi_average(worth(agent, taxi)) == Approx(7.93).margin(0.005));
    QLambda<q15, 500, 6, 12, config> agent_q15(EpsilonGreedy(0.3f));
    REQUIRE(train(agent_q15, taxi, {.episodes = 80'000, .reward_scale = 1.0 / 128}, random) == 0);
    CHECK(taxi_average(worth(agent_q15, taxi)) == Approx(7.93).epsilon(0.01));
}

// Over six seeds 7.927 +- 0.003.
TEST_CASE("SarsaLambda: as exploring fades, Taxi to the optimum") {
    const Tabulated<Taxi<double>> taxi;
    constexpr TraceConfig config{.learning_rate = {0.125}, .discount = {1}, .trace_decay = {0.5}};
    const auto learnt = [&](auto agent, double scale) {
        Random random(43);
        agent.set_policy(EpsilonGreedy(1));
        for (int round = 0; round < 100; ++round) {
            REQUIRE(train(agent, taxi, {.episodes = 400, .reward_scale = scale}, random) == 0);
            agent.policy().decay(4);
        }
        return taxi_average(worth(agent, taxi));
    };
    CHECK(learnt(SarsaLambda<float, 500, 6, 4, config>{}, 1) == Approx(7.93).margin(0.02));
    CHECK(learnt(SarsaLambda<q15, 500, 6, 4, config>{}, 1.0 / 256) == Approx(7.93).epsilon(0.01));
}

TEST_CASE("SarsaLambda and QLambda: values saturate, never NaN") {
    constexpr float huge = std::numeric_limits<float>::max();
    QLambda<float, 2, 2, 4, halves> agent;
    QLambda<q15, 2, 2, 4, halves> integers;
    for (int i = 0; i < 20; ++i) {
        const auto s = static_cast<State>(i % 2);
        const auto s2 = static_cast<State>(1 - s);
        REQUIRE(agent.learn(s, 0, i % 3 == 0 ? -huge : huge, s2) == Status::ok);
        REQUIRE(std::abs(agent.value(s, 0)) <= huge / 4);
        REQUIRE(integers.learn(s, 0, i % 3 == 0 ? q15::lowest() : q15::highest(), s2) == Status::ok);
    }
}

TEST_CASE("SarsaLambda and QLambda: keep the promises of every agent") {
    constexpr TraceConfig by_chance{.rounding = Rounding::stochastic};
    check_agent<SarsaLambda<float, 12, 4, 8>>();
    check_agent<SarsaLambda<q15, 12, 4, 8, adding>>();
    check_agent<QLambda<double, 5, 3, 4>>();
    check_agent<QLambda<mote::q7, 5, 3, 4, by_chance>>();
}
