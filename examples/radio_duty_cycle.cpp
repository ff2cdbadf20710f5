// SPDX-License-Identifier: MIT
// A radio sensor that learns how often it can afford to measure and send.
//
// Problem  A node lives on a solar cell and a small battery. Sampling often shows more, least by night, but a
//          week of clouds must not kill the node. Every three hours: sleep, or a sample every ten minutes,
//          every minute, every ten seconds?
// Data     160 states: 10 bands of charge x 8 times of day x clear or overcast; simulated. The agent's table
//          takes 1.3 KB.
// Yours    Put your harvest and your radio into an environment (docs/algorithms/environment.md), or call
//          act() and learn() in the node itself, where the reward is what the samples were worth.
#include <array>
#include <cstdio>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environments/duty_cycle.hpp"
#include "mote/rl/q_learning.hpp"
#include "mote/rl/value_iteration.hpp"

using namespace mote;
using Node = rl::DutyCycle<double>;
using Rule = std::array<rl::Action, Node::states>;

// 31 / 32 looks four days ahead. A return is between -32 and 32, so a 32nd of it fits -1 .. 1.
constexpr rl::QLearningConfig config{
    .learning_rate = {0.0625}, .discount = {0.96875}, .rounding = rl::Rounding::stochastic};
constexpr double reward_scale = 1.0 / 32;
using Scheduler = rl::QLearning<q15, Node::states, Node::actions, config>;

/// Today's node: always the same rate.
Rule constant_rate(rl::Action rate) {
    Rule rule{};
    rule.fill(rate);
    return rule;
}

Rule greedy(const Scheduler& scheduler) {
    Rule rule{};
    for (rl::State s = 0; s < Node::states; ++s) rule[s] = scheduler.greedy(s);
    return rule;
}

/// Exact expected worth of three hours, in the long run, of a node that starts half charged.
constexpr double horizon = 0.998;
double worth(const Rule& rule) {
    constexpr rl::State deployed = Node::Situation{5, 0, false}.state();
    const auto plan = rl::evaluate_policy(Node{}, rule, {.discount = horizon, .tolerance = 1e-5});
    return plan.values[deployed] * (1 - horizon);
}

void live(Scheduler& scheduler, int days, Random& random, rl::State& s) {
    for (int step = 0; step < days * static_cast<int>(Node::times); ++step) {
        const rl::Action a = scheduler.act(s, random);
        const auto outcome = rl::step(Node{}, s, a, random);
        scheduler.learn(s, a, static_cast<q15>(outcome.reward * reward_scale), outcome.state);
        s = outcome.state;
    }
}

void print_plan(const Rule& rule, bool overcast) {
    std::printf("%s sky (rows: charge)\n  ", overcast ? "overcast" : "clear");
    for (std::size_t time = 0; time < Node::times; ++time) std::printf(" %2zu h", 3 * time);
    std::printf("\n");
    for (std::size_t charge = Node::bands - 1; charge >= 1; --charge) {
        std::printf("%2zu", charge);
        for (std::size_t time = 0; time < Node::times; ++time) {
            const char* const names[] = {".", "10'", "1'", "10\""};
            std::printf(" %4s", names[rule[Node::Situation{charge, time, overcast}.state()]]);
        }
        std::printf("\n");
    }
}

int main() {
    const auto best = rl::value_iteration(Node{}, {.discount = horizon, .tolerance = 1e-5});
    const double optimum = worth(best.policy);
    std::printf("worth of three hours, exact: best possible %.3f; constant rates:", optimum);
    double rule = worth(constant_rate(0));
    for (rl::Action rate = 1; rate < Node::actions; ++rate) {
        const double constant = worth(constant_rate(rate));
        std::printf(" %.3f", constant);
        if (constant > rule) rule = constant;
    }

    static Scheduler scheduler{rl::EpsilonGreedy(0.2f)};
    Random random(2026);
    rl::State s = Node{}.start(random);
    std::printf("\n%8s %8s\n", "days", "learnt");
    int days = 0;
    for (const int until : {0, 300, 1000, 3000, 10000, 30000, 100000}) {
        live(scheduler, until - days, random, s);
        days = until;
        std::printf("%8d %8.3f\n", days, worth(greedy(scheduler)));
    }
    print_plan(greedy(scheduler), false);
    print_plan(greedy(scheduler), true);
    std::printf(
        "demo: family=reinforcement; algorithm=QLearning q15; data=solar radio sensor, simulated; "
        "score=%.3f (best constant rate %.3f); reference=%.3f (value iteration); row=radio_duty_cycle; "
        "constant=0; ram=%zu; macs=2\n",
        worth(greedy(scheduler)), rule, optimum, sizeof(Scheduler));
}
