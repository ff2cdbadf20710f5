// SPDX-License-Identifier: MIT
// A thermostat that learns to heat before electricity gets dear.
//
// Problem  A flat with a heat pump. Peak hours are dear, and on one day in four, announced at midnight, four
//          times as dear. Nobody needs the heat at noon. When should it run: off, half or full?
// Data     576 states: 24 hours x 12 bands of half a degree x ordinary or critical day; simulated. The agent
//          learns on the simulator, where a year takes a millisecond, and goes on learning at home.
// Yours    Write your house as an environment (docs/algorithms/environment.md), or call act() and learn()
//          once an hour with what the thermometer and the meter say.
#include <algorithm>
#include <array>
#include <cstdio>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environments/hvac.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"

using namespace mote;
using Flat = rl::Hvac<double>;
using Rule = std::array<rl::Action, Flat::states>;

// 15 / 16 looks about a day ahead. A bad hour costs 3.4 euros, a usual one 0.2: returns stay within 16.
constexpr rl::QLearningConfig config{.learning_rate = {0.125}, .discount = {0.9375}};
constexpr double reward_scale = 1.0 / 16;
constexpr double horizon = 0.99;  // rules are judged over four days and more
using Thermostat = rl::QLearning<q15, Flat::states, Flat::actions, config>;

/// Today's thermostat: keeps one temperature for those at home, from an hour before, and another else.
Rule programmed(double home, double away) {
    Rule rule{};
    for (rl::State s = 0; s < Flat::states; ++s) {
        const auto now = Flat::situation(s);
        const bool wanted = Flat::at_home(now.hour) || Flat::at_home((now.hour + 1) % Flat::hours);
        const double missing = (wanted ? home : away) - now.temperature();
        rule[s] = missing > 0.3 ? 2 : missing > -0.2 ? 1 : 0;
    }
    return rule;
}

Rule greedy(const Thermostat& agent) {
    Rule rule{};
    for (rl::State s = 0; s < Flat::states; ++s) rule[s] = agent.greedy(s);
    return rule;
}

/// Exact expected euros of a day under a rule, electricity and discomfort: nothing is sampled here.
double daily_cost(const Rule& rule) {
    constexpr rl::State moved_in = Flat::Situation{0, 5, false}.state();
    const auto plan = rl::evaluate_policy(Flat{}, rule, {.discount = horizon, .tolerance = 1e-5});
    return -plan.values[moved_in] * (1 - horizon) * Flat::hours;
}

void live(Thermostat& agent, int hours, Random& random, rl::State& s) {
    for (int hour = 0; hour < hours; ++hour) {
        const rl::Action a = agent.act(s, random);
        const auto outcome = rl::step(Flat{}, s, a, random);
        agent.learn(s, a, static_cast<q15>(outcome.reward * reward_scale), outcome.state);
        s = outcome.state;
    }
}

/// The likeliest day under a rule, from 20 degrees at midnight.
void print_day(const char* name, const Rule& rule, bool critical) {
    std::printf("%s, heat ", name);
    Flat::Situation now{0, 5, critical};
    std::array<double, Flat::hours> degrees{};
    for (std::size_t hour = 0; hour < Flat::hours; ++hour) {
        degrees[hour] = now.temperature();
        const rl::State s = now.state();
        std::printf("%c", ".-#"[rule[s]]);
        const auto outcomes = Flat{}.outcomes(s, rule[s]);
        const auto likeliest =
            std::max_element(outcomes.begin(), outcomes.end(),
                             [](const auto& a, const auto& b) { return a.probability < b.probability; });
        now = Flat::situation(likeliest->state);
    }
    std::printf("  at 6: %.1f, 9: %.1f, 17: %.1f, 20: %.1f degrees\n", degrees[6], degrees[9], degrees[17],
                degrees[20]);
}

int main() {
    Rule rule = programmed(20, 20);
    for (const double home : {20.0, 20.5, 21.0}) {
        for (const double away : {18.0, 19.0, 19.5, 20.0}) {
            if (daily_cost(programmed(home, away)) < daily_cost(rule)) rule = programmed(home, away);
        }
    }
    const auto best = rl::value_iteration(Flat{}, {.discount = horizon, .tolerance = 1e-5});
    const double optimum = daily_cost(best.policy);
    std::printf(
        "euros a day, exact: best possible %.2f, best programmed thermostat %.2f, always 21 degrees %.2f\n",
        optimum, daily_cost(rule), daily_cost(programmed(21, 21)));

    static Thermostat agent{rl::EpsilonGreedy(0.25f)};
    Random random(2026);
    rl::State s = Flat{}.start(random);
    std::printf("%8s %8s\n", "days", "learnt");
    int days = 0;
    for (const int until : {0, 100, 1000, 3000, 10000, 30000}) {
        live(agent, (until - days) * static_cast<int>(Flat::hours), random, s);
        days = until;
        std::printf("%8d %8.2f\n", days, daily_cost(greedy(agent)));
    }

    std::printf("hours                  0     6     12    18\n");
    std::printf("peaks                  ......###........###....\n");
    print_day("programmed     ", rule, false);
    print_day("learnt         ", greedy(agent), false);
    print_day("learnt critical", greedy(agent), true);
    std::printf(
        "demo: family=reinforcement; algorithm=QLearning q15; data=heat pump and tariff, simulated; "
        "score=%.2f a day (thermostat %.2f); reference=%.2f (value iteration); row=thermostat; "
        "constant=0; ram=%zu; macs=2\n",
        daily_cost(greedy(agent)), daily_cost(rule), optimum, sizeof(Thermostat));
}
