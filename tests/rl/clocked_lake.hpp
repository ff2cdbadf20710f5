// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environments/frozen_lake.hpp"
#include "mote/rl/policy.hpp"
#include "mote/rl/sarsa.hpp"
#include "mote/rl/time_limit.hpp"
#include "mote/rl/value_iteration.hpp"

/// FrozenLake to its published worth: agents that are told the place and a coarse clock, how they are taught,
/// and the exact worth of what they learnt.
namespace mote::testing {

/// The parts of the clock, the last steps first.
template <std::size_t Side>
constexpr auto clock_of() {
    if constexpr (Side == 4) {
        return std::array<std::uint8_t, 5>{20, 20, 20, 20, 20};
    } else {
        return std::array<std::uint8_t, 8>{10, 10, 15, 15, 25, 25, 50, 50};
    }
}

/// A lake of which agents are told the place and the part of the time.
template <std::size_t Side, auto Clock = clock_of<Side>()>
struct ClockedLake {
    static constexpr std::size_t side = Side;
    static constexpr auto clock = Clock;
    static constexpr std::size_t limit = rl::FrozenLake<Side, double>::step_limit;
    static constexpr std::size_t places = Side * Side;
    static constexpr std::size_t states = places * clock.size();

    /// What agents see of a place with so many steps left.
    [[nodiscard]] static constexpr rl::State seen(rl::State place, std::size_t left) {
        return static_cast<rl::State>(first_of_part[left] + place);
    }
    /// One of the three equally likely answers.
    [[nodiscard]] static auto step(rl::State place, rl::Action a, Random& random) {
        return answers[place][a][random.below(3)];
    }

    /// What a greedy policy earns from the start of the lake, exactly.
    template <class Agent>
    [[nodiscard]] static double played(const Agent& agent) {
        std::array<double, places> value{};
        for (std::size_t left = 1; left <= limit; ++left) {
            std::array<double, places> longer{};
            for (std::size_t s = 0; s < places; ++s) {
                const auto place = static_cast<rl::State>(s);
                longer[s] = rl::backup(lake, value, place, agent.greedy(seen(place, left)), 1.0);
            }
            value = longer;
        }
        return value[0];
    }

private:
    using Lake = rl::FrozenLake<Side, double>;
    using Timed = rl::TimeLimit<Lake, limit>;
    static constexpr Lake lake{};

    static constexpr auto first_of_part = [] {
        std::array<rl::State, limit + 1> first{};
        for (std::size_t left = 1; left <= limit; ++left)
            first[left] = Timed::template seen_by<clock>(Timed::state(0, left));
        return first;
    }();

    struct Answer {
        rl::State state = 0;
        bool terminal = false, goal = false;
    };
    /// Listed, since drawing from a list of probabilities takes most of the time otherwise; by the place, so
    /// that the same chance leads two actions to the same place where both can.
    static constexpr auto answers = [] {
        std::array<std::array<std::array<Answer, 3>, 4>, places> all{};
        for (std::size_t s = 0; s < places; ++s) {
            for (std::size_t a = 0; a < 4; ++a) {
                const auto outcomes = lake.outcomes(static_cast<rl::State>(s), static_cast<rl::Action>(a));
                for (std::size_t i = 0; i < 3; ++i) {  // or one that is certain, three times
                    const auto& outcome = outcomes[i < outcomes.size() ? i : 0];
                    all[s][a][i] = {outcome.state, outcome.terminal, outcome.reward > 0};
                }
                std::ranges::sort(all[s][a], {}, &Answer::state);
            }
        }
        return all;
    }();
};

struct Lessons {
    std::int64_t steps;
    int episode = 1;          // steps from a start, at most
    float epsilon = 1;        // of the policy that goes on, and whose worth on-policy agents learn
    unsigned decay = 31;      // it falls by 2^-decay a hundred times
    bool by_results = false;  // learn the first step alone, from what its episode earns
};

template <class Agent>
constexpr bool is_told_what_follows = false;
template <class T, std::size_t States, std::size_t Actions, rl::LearningConfig Config, class Explore>
constexpr bool is_told_what_follows<rl::Sarsa<T, States, Actions, Config, Explore>> = true;

/// Any place at any time: exploring starts, of which all four actions are tried in turn.
template <class World>
struct Start {
    rl::State place;
    std::size_t left;

    explicit Start(Random& random)
        : place(static_cast<rl::State>(random.below(World::places))), left(1 + random.below(World::limit)) {}
    [[nodiscard]] rl::State seen() const { return World::seen(place, left); }
};

/// Of the goal: within a fixed-point table.
template <class T>
constexpr T reward = static_cast<T>(0.98);

/// One episode of at most so many steps, as the agent likes but for the first. Returns how many transitions
/// it refused.
template <class World, class Agent>
int live(Agent& agent, Start<World> from, rl::Action a, int longest, Random& chance, std::int64_t& steps) {
    using T = typename Agent::Scalar;
    auto [place, left] = from;
    int refused = 0;
    for (int i = 1;; ++i) {
        const auto answer = World::step(place, a, chance);
        const T earned = answer.goal ? reward<T> : T{};
        const rl::State s = World::seen(place, left);
        const bool over = answer.terminal || left == 1;
        const rl::State s2 = over ? s : World::seen(answer.state, left - 1);
        ++steps;
        if constexpr (is_told_what_follows<Agent>) {  // its episodes are of one step here
            refused += (over ? agent.learn(s, a, earned, s2, true)
                             : agent.learn(s, a, earned, s2, agent.act(s2, chance))) != Status::ok;
        } else {
            refused += agent.learn(s, a, earned, s2, over) != Status::ok;
        }
        if (over || i == longest) break;
        place = answer.state;
        a = agent.act(s2, chance);
        --left;
    }
    if constexpr (requires { agent.end_episode(); }) agent.end_episode();
    return refused;
}

/// A whole episode, greedy but for the first step, which alone is learnt, from the result: only starts are
/// drawn evenly from the part of the time that agents see, and visits of one episode share its result.
template <class World, class Agent>
int live_to_the_end(Agent& agent, Start<World> from, rl::Action first, Random& chance, std::int64_t& steps) {
    using T = typename Agent::Scalar;
    auto [place, left] = from;
    rl::Action a = first;
    for (;;) {
        const auto answer = World::step(place, a, chance);
        ++steps;
        if (answer.terminal || --left == 0)
            return agent.learn(from.seen(), first, answer.goal ? reward<T> : T{}, from.seen(), true) !=
                   Status::ok;
        place = answer.state;
        a = agent.greedy(World::seen(place, left));
    }
}

/// Moves a start to where the greedy policy is when so much time is left; false where its episode has ended.
template <class World, class Agent>
bool comes_by(const Agent& agent, Start<World>& start, Random& random, std::int64_t& steps) {
    start.place = 0;
    for (std::size_t left = World::limit; left > start.left; --left) {
        const auto answer = World::step(start.place, agent.greedy(World::seen(start.place, left)), random);
        ++steps;
        if (answer.terminal) return false;
        start.place = answer.state;
    }
    return true;
}

/// All four actions from one start, by the same chance (common random numbers): what they lead to then
/// differs only where it differs by the action. Every other start of those that learn from results is one
/// where the best known policy comes by.
template <class World, class Agent>
int explore(Agent& agent, const Lessons& how, Random& random, std::int64_t& steps) {
    Start<World> start(random);
    if (how.by_results && random.below(2) == 0 && !comes_by(agent, start, random, steps)) return 0;
    const Random after{random.next(), random.next()};
    int refused = 0;
    for (rl::Action a = 0; a < 4; ++a) {
        Random chance = after;
        refused += how.by_results ? live_to_the_end(agent, start, a, chance, steps)
                                  : live(agent, start, a, how.episode, chance, steps);
    }
    return refused;
}

template <class World, class Agent>
int teach(Agent& agent, const Lessons& how, Random& random) {
    std::int64_t steps = 0;
    int refused = 0;
    for (int round = 1; round <= 100; ++round) {
        while (steps < how.steps / 100 * round) {
            refused += explore<World>(agent, how, random, steps);
        }
        agent.policy().decay(how.decay);
    }
    return refused;
}

/// What an agent earns that goes on from `agent`; not a number where it refused a transition.
template <class World, class Agent>
double taught(Agent& agent, Lessons how, Random& random) {
    if (teach<World>(agent, how, random) != 0) return std::numeric_limits<double>::quiet_NaN();
    return World::played(agent);
}

/// The same of its successors at finer learning rates, each for twice the steps: they differ from it by that
/// constant alone, so that its bytes are theirs.
template <class World, class Agent, class Next, class... Finer>
double taught(Agent& agent, Lessons how, Random& random) {
    if (teach<World>(agent, how, random) != 0) return std::numeric_limits<double>::quiet_NaN();
    static Next next;
    next = std::bit_cast<Next>(agent);
    how.steps *= 2;
    return taught<World, Next, Finer...>(next, how, random);
}

/// What an agent earns after these lessons, its last one where there are successors.
template <class World, class Agent, class... Finer>
double learnt(Lessons how, std::uint64_t seed) {
    static Agent agent;
    agent.reset();
    agent.set_policy(rl::EpsilonGreedy(how.epsilon));
    Random random(seed);
    return taught<World, Agent, Finer...>(agent, how, random);
}

}  // namespace mote::testing
