// SPDX-License-Identifier: MIT
// A valve that learns when to water a vegetable bed.
//
// Problem  Every six hours: water not at all, a little, or much? A dry root zone costs yield, a soaked one
//          nutrients, water money, and at noon a third of it evaporates.
// Data     64 states: 8 bands of soil moisture x 4 times of day x dry or rainy spell; simulated. The agent
//          learns on the simulator, where a season takes a millisecond, and goes on learning in the bed.
// Yours    Write your plant as an environment (docs/algorithms/environment.md), or call act() and learn()
// from
//          your control loop with what the sensors say.
#include <array>
#include <cstdio>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environments/irrigation.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"

using namespace mote;
using Bed = rl::Irrigation<double>;

constexpr double discount = 0.875;  // the agent looks about two days ahead,
constexpr double horizon = 0.9975;  // and is judged over a hundred
constexpr rl::QLearningConfig config{.learning_rate = {0.125}, .discount = {discount}};
using Gardener = rl::QLearning<q15, Bed::states, Bed::actions, config>;

// A return is at worst 1.2 / (1 - discount) = 9.6 below zero; q15 holds -1 .. 1.
constexpr double reward_scale = 1.0 / 16;

using Rule = std::array<rl::Action, Bed::states>;

/// Waters much whenever the soil is below half.
constexpr Rule thermostat() {
    Rule rule{};
    for (rl::State s = 0; s < Bed::states; ++s) rule[s] = Bed::situation(s).band < Bed::bands / 2 ? 2 : 0;
    return rule;
}

/// Waters a little every night and morning, whatever the soil says.
constexpr Rule timer() {
    Rule rule{};
    for (rl::State s = 0; s < Bed::states; ++s) rule[s] = Bed::situation(s).time < 2 ? 1 : 0;
    return rule;
}

constexpr Rule greedy(const Gardener& gardener) {
    Rule rule{};
    for (rl::State s = 0; s < Bed::states; ++s) rule[s] = gardener.greedy(s);
    return rule;
}

/// Exact expected cost of a day under a rule, for a bed that starts well watered: nothing is sampled here.
double daily_cost(const Rule& rule) {
    constexpr rl::State planted = Bed::Situation{5, 0, false}.state();
    const auto plan = rl::evaluate_policy(Bed{}, rule, {.discount = horizon, .tolerance = 1e-9});
    return -plan.values[planted] * (1 - horizon) * Bed::times;
}

/// Follows the bed for so many days, learning at every step.
void live(Gardener& gardener, int days, Random& random, rl::State& s) {
    for (int step = 0; step < days * static_cast<int>(Bed::times); ++step) {
        const rl::Action a = gardener.act(s, random);
        const auto outcome = rl::step(Bed{}, s, a, random);
        gardener.learn(s, a, static_cast<q15>(outcome.reward * reward_scale), outcome.state);
        s = outcome.state;
    }
}

int main() {
    const auto best = rl::value_iteration(Bed{}, {.discount = horizon, .tolerance = 1e-9});
    const double optimum = daily_cost(best.policy);
    const double rule = daily_cost(thermostat());

    std::printf("cost of a day, exact: best possible %.3f, thermostat %.3f, timer %.3f, no water %.3f\n",
                optimum, rule, daily_cost(timer()), daily_cost(Rule{}));

    static Gardener gardener{rl::EpsilonGreedy(0.25f)};
    Random random(2026);
    rl::State s = Bed{}.start(random);
    std::printf("%8s %8s\n", "days", "learnt");
    int days = 0;
    for (const int until : {0, 100, 300, 1000, 3000, 10000, 30000}) {
        live(gardener, until - days, random, s);
        days = until;
        std::printf("%8d %8.3f\n", days, daily_cost(greedy(gardener)));
    }

    const char* const names[] = {".", "light", "HEAVY"};
    std::printf("what it does in a dry spell (rows: moisture from dry to wet)\n%8s %8s %8s %8s %8s\n", "",
                "night", "morning", "noon", "evening");
    for (std::size_t band = 0; band < Bed::bands; ++band) {
        std::printf("%8zu", band);
        for (std::size_t time = 0; time < Bed::times; ++time) {
            std::printf(" %8s", names[gardener.greedy(Bed::Situation{band, time, false}.state())]);
        }
        std::printf("\n");
    }
    std::printf(
        "demo: family=reinforcement; algorithm=QLearning q15; data=smart irrigation, simulated; "
        "score=%.3f a day (thermostat %.3f); reference=%.3f (value iteration); row=irrigation; "
        "constant=0; ram=%zu; macs=2\n",
        daily_cost(greedy(gardener)), rule, optimum, sizeof(Gardener));
}
