// SPDX-License-Identifier: MIT
// One learning step on transitions that were drawn at random beforehand, so that no order can be learnt by
// the branch predictor. Sizes of the published comparison: 64 x 4, 500 x 6, 1,024 x 16.
#include "mote/rl/q_learning.hpp"

#include <benchmark/benchmark.h>

#include <vector>

#include "mote/core/fixed.hpp"

namespace {

template <class T>
struct Transition {
    mote::rl::State s, s2;
    mote::rl::Action a;
    T reward;
};

constexpr std::size_t count = 4096;  // a constant power of two, so that going round takes no division

template <class Agent>
auto random_transitions() {
    using T = typename Agent::Scalar;
    mote::Random random(1);
    std::vector<Transition<T>> transitions(count);
    for (auto& t : transitions) {
        t.s = static_cast<mote::rl::State>(random.below(Agent::states));
        t.s2 = static_cast<mote::rl::State>(random.below(Agent::states));
        t.a = static_cast<mote::rl::Action>(random.below(Agent::actions));
        t.reward = static_cast<T>(random.uniform<float>() - 0.5f);
    }
    return transitions;
}

template <class T, std::size_t States, std::size_t Actions>
void learn(benchmark::State& state) {
    using Agent = mote::rl::QLearning<T, States, Actions>;
    static Agent agent;
    const auto transitions = random_transitions<Agent>();
    std::size_t i = 0;
    for (auto _ : state) {
        const auto& t = transitions[i++ % count];
        benchmark::DoNotOptimize(agent.learn(t.s, t.a, t.reward, t.s2));
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["bytes"] = sizeof(Agent);
}

}  // namespace

BENCHMARK(learn<float, 64, 4>);
BENCHMARK(learn<float, 500, 6>);
BENCHMARK(learn<float, 1024, 16>);
BENCHMARK(learn<mote::q15, 64, 4>);
BENCHMARK(learn<mote::q15, 500, 6>);
BENCHMARK(learn<mote::q15, 1024, 16>);
