// SPDX-License-Identifier: MIT
// Traffic lights that learn when to change.
//
// Problem  A main road crosses a side road. Every five seconds: keep the green or give it to the other road?
//          Changing costs five seconds in which nobody drives.
// Data     1,200 states: 10 x 10 vehicles in the queues x whose green x for how long; simulated with Poisson
//          arrivals of 480 and 240 vehicles an hour. The agent's table takes 4.8 KB.
// Yours    Put your arrivals and your crossing into an environment (docs/algorithms/environment.md), or call
//          act() and learn() every few seconds with what the loops under the road count.
#include <algorithm>
#include <array>
#include <cstdio>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environments/traffic_signal.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"

using namespace mote;
using Crossing = rl::TrafficSignal<double>;
using Rule = std::array<rl::Action, Crossing::states>;

// Looks 40 seconds ahead. 18 waiting for ever would be a return of 144, so a 256th of it fits -1 .. 1.
// The steps are small then: rounding them by chance loses none.
constexpr rl::QLearningConfig config{
    .learning_rate = {0.0625}, .discount = {0.875}, .rounding = rl::Rounding::stochastic};
constexpr double reward_scale = 1.0 / 256;
using Lights = rl::QLearning<q15, Crossing::states, Crossing::actions, config>;

/// Today's lights: so many steps of green for the main road, then for the side road, whoever waits.
Rule fixed_times(std::size_t main, std::size_t side) {
    Rule rule{};
    for (rl::State s = 0; s < Crossing::states; ++s) {
        const auto now = Crossing::situation(s);
        rule[s] = now.time >= (now.phase == 0 ? main : side) ? 1 : 0;
    }
    return rule;
}

Rule greedy(const Lights& lights) {
    Rule rule{};
    for (rl::State s = 0; s < Crossing::states; ++s) rule[s] = lights.greedy(s);
    return rule;
}

/// Exact mean number of vehicles that wait (one turned away counts as 12), from an empty crossing on.
constexpr double horizon = 0.99;
double waiting(const Rule& rule) {
    constexpr rl::State empty = Crossing::Situation{{0, 0}, 0, 0}.state();
    const auto plan = rl::evaluate_policy(Crossing{}, rule, {.discount = horizon, .tolerance = 1e-2});
    return -plan.values[empty] * (1 - horizon);
}

void live(Lights& lights, int steps, Random& random, rl::State& s) {
    for (int i = 0; i < steps; ++i) {
        const rl::Action a = lights.act(s, random);
        const auto outcome = rl::step(Crossing{}, s, a, random);
        lights.learn(s, a, static_cast<q15>(outcome.reward * reward_scale), outcome.state);
        s = outcome.state;
    }
}

int main() {
    const double webster = waiting(fixed_times(4, 2));  // his formula: a cycle of 40 s, green as 2 : 1
    double fixed = webster;
    for (std::size_t main = 3; main <= 5; ++main) {
        for (std::size_t side = 2; side <= 3; ++side)
            fixed = std::min(fixed, waiting(fixed_times(main, side)));
    }
    const auto best = rl::value_iteration(Crossing{}, {.discount = horizon, .tolerance = 1e-2});
    const double optimum = waiting(best.policy);
    std::printf("vehicles waiting, exact: best possible %.2f, best fixed times %.2f, Webster's %.2f\n",
                optimum, fixed, webster);

    static Lights lights{rl::EpsilonGreedy(0.1f)};
    Random random(2026);
    rl::State s = Crossing{}.start(random);
    constexpr int an_hour = 720;
    std::printf("%8s %8s\n", "hours", "learnt");
    int hours = 0;
    double learnt = 0;
    for (const int until : {0, 24, 72, 240, 720, 2400}) {
        live(lights, (until - hours) * an_hour, random, s);
        hours = until;
        learnt = waiting(greedy(lights));
        std::printf("%8d %8.2f\n", hours, learnt);
    }

    std::printf("who gets green when main has had it for 15 s (rows: main's queue, columns: side's)\n   ");
    for (std::size_t side = 0; side <= Crossing::room; ++side) std::printf("%2zu", side);
    std::printf("\n");
    for (std::size_t main = 0; main <= Crossing::room; ++main) {
        std::printf("%3zu", main);
        for (std::size_t side = 0; side <= Crossing::room; ++side) {
            const auto state = Crossing::Situation{{main, side}, 0, 3}.state();
            std::printf(" %c", lights.greedy(state) == 0 ? '.' : 'S');
        }
        std::printf("\n");
    }
    std::printf(
        "demo: family=reinforcement; algorithm=QLearning q15; data=crossing, simulated; "
        "score=%.2f waiting (fixed times %.2f); reference=%.2f (value iteration); row=traffic_lights; "
        "constant=0; ram=%zu; macs=2\n",
        learnt, fixed, optimum, sizeof(Lights));
}
