// SPDX-License-Identifier: MIT
// What agents learn in the worlds of rl/environments beside the exact optimum: the worth of the greedy
// policy, computed exactly, mean and standard error over seeds. Prints a table in Markdown; 0 if all are
// within 1 % of it (Blackjack within 0.002, CliffWalking and WindyGridworld equal).
//
//     convergence [--world NAME] [--agent NAME] [--scalar float|q15] [--seeds N] [--steps SHARE]
//
// With SHARE below 1 each learns for that share of its steps. All takes an hour, most of it FrozenLake8x8:
// 2,555 million steps of MonteCarloControl a seed, 20 seconds, and some hundred million of the others.
#include "benchmarks/rl/convergence.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "mote/core/fixed.hpp"

namespace {

using convergence::wanted;

bool read(int arguments, char** argument) {
    for (int i = 1; i < arguments; i += 2) {
        const std::string_view name = argument[i];
        if (i + 1 == arguments) return false;
        char* const value = argument[i + 1];
        if (name == "--world") {
            wanted.world = value;
        } else if (name == "--agent") {
            wanted.agent = value;
        } else if (name == "--scalar") {
            wanted.scalar = value;
        } else if (name == "--seeds") {
            wanted.seeds = std::strtoull(value, nullptr, 10);
        } else if (name == "--steps") {
            wanted.share = std::strtod(value, nullptr);
        } else {
            return false;
        }
    }
    return wanted.seeds > 0 && wanted.share > 0;
}

}  // namespace

int main(int arguments, char** argument) {
    if (!read(arguments, argument)) {
        std::fputs(
            "usage: convergence [--world NAME] [--agent NAME] [--scalar float|q15] [--seeds N] [--steps "
            "SHARE]\n",
            stderr);
        return 2;
    }
    std::puts("| world | agent | scalar | optimum | learnt |\n| --- | --- | --- | --- | --- |");
    convergence::other_worlds<float>();
    convergence::other_worlds<mote::q15>();
    convergence::lakes<float>();
    convergence::lakes<mote::q15>();
    return convergence::total.shown > 0 && convergence::total.missed == 0 ? 0 : 1;
}
