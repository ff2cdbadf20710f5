// SPDX-License-Identifier: MIT
// Watch an agent learn in a terminal.
//
// Problem  From S to G along a cliff: every step costs 1, a fall 100 and a new beginning at S. Thirteen steps
//          are the least. Q-learning finds the edge; frames show what it would do in each place.
// Data     CliffWalking, 48 places and 4 directions.
// Use      `watch_it_learn` waits between the frames, `watch_it_learn --fast` does not.
// Yours    Replace World and what draw() makes of a state.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include "mote/core/random.hpp"
#include "mote/rl/environments/cliff_walking.hpp"
#include "mote/rl/q_learning.hpp"

using namespace mote;
using World = rl::CliffWalking<float>;
constexpr std::size_t columns = World::columns;

constexpr rl::QLearningConfig config{.learning_rate = {0.5}, .discount = {1}};
using Walker = rl::QLearning<float, World::states, World::actions, config>;

struct Walk {
    float reward = 0;
    bool arrived = false;
    std::array<bool, World::states> seen{};
};

/// The greedy policy's way from S, given up after 100 steps.
Walk walk(const Walker& agent) {
    Walk result;
    Random unused;
    rl::State s = World::origin;
    for (int steps = 0; steps < 100; ++steps) {
        result.seen[s] = true;
        const auto outcome = rl::step(World{}, s, agent.greedy(s), unused);
        result.reward += outcome.reward;
        result.arrived = outcome.terminal;
        if (result.arrived) break;
        s = outcome.state;
    }
    return result;
}

bool tried(const Walker& agent, rl::State s) {
    for (rl::Action a = 0; a < World::actions; ++a) {
        if (agent.value(s, a) != 0) return true;
    }
    return false;
}

/// One place: what is there, or the best known direction; within brackets on the agent's way.
std::string place(const Walker& agent, const Walk& way, rl::State s) {
    std::string text = "   ";
    if (s == World::origin) {
        text[1] = 'S';
    } else if (s == World::goal) {
        text[1] = 'G';
    } else if (s > World::origin) {
        text = "~~~";
    } else if (tried(agent, s)) {
        text[1] = "^>v<"[agent.greedy(s)];
    } else {
        text[1] = '.';
    }
    if (way.seen[s]) text = {'[', text[1], ']'};
    return text;
}

void draw(const Walker& agent, int episode, float recent) {
    const Walk way = walk(agent);
    std::printf("\nepisode %d\n", episode);
    for (std::size_t s = 0; s < World::states; ++s) {
        const std::string text = place(agent, way, static_cast<rl::State>(s));
        std::printf("%s%s", text.c_str(), s % columns == columns - 1 ? "\n" : "");
    }
    const auto bar = static_cast<std::size_t>(std::min(60.0f, -recent / 2));
    std::printf("cost of the last episodes %6.1f %s\n", static_cast<double>(-recent),
                std::string(bar, '#').c_str());
    if (way.arrived) {
        std::printf("cost of the way in brackets %4.0f\n", static_cast<double>(-way.reward));
    } else {
        std::printf("the way in brackets does not end\n");
    }
}

/// Episodes from S to G while exploring; their mean reward.
float live(Walker& agent, int episodes, Random& random) {
    float sum = 0;
    for (int episode = 0; episode < episodes; ++episode) {
        rl::State s = World{}.start(random);
        for (bool terminal = false; !terminal;) {
            const rl::Action a = agent.act(s, random);
            const auto outcome = rl::step(World{}, s, a, random);
            agent.learn(s, a, outcome.reward, outcome.state, outcome.terminal);
            sum += outcome.reward;
            s = outcome.state;
            terminal = outcome.terminal;
        }
    }
    return sum / static_cast<float>(episodes);
}

int main(int argc, char** argv) {
    const bool fast = argc > 1 && std::string_view(argv[1]) == "--fast";
    static Walker agent{rl::EpsilonGreedy(0.1f)};
    Random random(2026);
    int episode = 0;
    for (const int until : {1, 2, 5, 10, 20, 50, 100, 200, 400}) {
        const float recent = live(agent, until - episode, random);
        episode = until;
        draw(agent, episode, recent);
        std::fflush(stdout);
        if (!fast) std::this_thread::sleep_for(std::chrono::milliseconds(700));
    }
}
