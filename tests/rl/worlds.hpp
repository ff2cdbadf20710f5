// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"
#include "mote/rl/environments/blackjack.hpp"
#include "mote/rl/environments/taxi.hpp"

/// What the tests of all agents share: training in a world, and the exact worth of what was learnt.
namespace mote::testing {

/// A world whose outcomes are listed once and looked up from then on: Blackjack's take long to compute.
template <rl::Environment M>
class Tabulated {
public:
    using Scalar = typename M::Scalar;
    static constexpr std::size_t states = M::states;
    static constexpr std::size_t actions = M::actions;

    explicit Tabulated(M world = {}) : world_(world) {
        for (std::size_t s = 0; s < states; ++s) {
            for (std::size_t a = 0; a < actions; ++a)
                table_.push_back(world.outcomes(static_cast<rl::State>(s), static_cast<rl::Action>(a)));
        }
    }
    [[nodiscard]] rl::State start(Random& random) const { return world_.start(random); }
    [[nodiscard]] const auto& outcomes(rl::State s, rl::Action a) const { return table_[s * actions + a]; }

private:
    M world_;
    std::vector<decltype(M{}.outcomes(0, 0))> table_;
};

/// A world whose episodes begin in any of its states: exploring starts.
template <rl::Environment M>
struct AnyStart : M {
    [[nodiscard]] rl::State start(Random& random) const {
        return static_cast<rl::State>(random.below(M::states));
    }
};

struct Training {
    int episodes = 1000;
    int step_limit = 500;
    double reward_scale = 1;        // brings the return into the range of a fixed-point table
    bool exploring_starts = false;  // the first action of an episode is any one
};

/// Runs episodes; returns how many transitions the agent refused.
template <class Agent, class World>
int train(Agent& agent, const World& world, Training how, Random& random) {
    using T = typename Agent::Scalar;
    int refused = 0;
    for (int episode = 0; episode < how.episodes; ++episode) {
        rl::State s = world.start(random);
        for (int steps = 0; steps < how.step_limit; ++steps) {
            const bool any = how.exploring_starts && steps == 0;
            const rl::Action a =
                any ? static_cast<rl::Action>(random.below(Agent::actions)) : agent.act(s, random);
            const auto seen = rl::step(world, s, a, random);
            const auto reward = static_cast<T>(seen.reward * how.reward_scale);
            refused += agent.learn(s, a, reward, seen.state, seen.terminal) != Status::ok;
            if (seen.terminal) break;
            s = seen.state;
        }
        if constexpr (requires { agent.end_episode(); }) agent.end_episode();
    }
    return refused;
}

/// The expected return of the greedy policy from each state within `steps` steps, exactly.
template <class Agent, class World>
std::array<double, World::states> worth(const Agent& agent, const World& world, int steps = 300) {
    std::array<double, World::states> value{};
    for (int left = 0; left < steps; ++left) {
        std::array<double, World::states> longer{};
        for (std::size_t s = 0; s < World::states; ++s) {
            const auto state = static_cast<rl::State>(s);
            for (const auto& outcome : world.outcomes(state, agent.greedy(state))) {
                longer[s] +=
                    outcome.probability * (outcome.reward + (outcome.terminal ? 0 : value[outcome.state]));
            }
        }
        value = longer;
    }
    return value;
}

/// Over the 300 start states, as the published 7.93 is.
inline double taxi_average(const std::array<double, 500>& worth) {
    double sum = 0;
    for (std::size_t s = 0; s < worth.size(); ++s) {
        if (rl::Taxi<>::is_start(static_cast<rl::State>(s))) sum += worth[s];
    }
    return sum / 300;
}

/// Over all first hands: two cards of the player, one of the dealer.
inline double blackjack_worth(const std::array<double, rl::Blackjack<double>::states>& worth) {
    using World = rl::Blackjack<double>;
    double sum = 0;
    for (int first = 1; first <= 10; ++first) {
        for (int second = 1; second <= 10; ++second) {
            World::Hand hand;
            hand.add(first);
            hand.add(second);
            for (int dealer = 1; dealer <= 10; ++dealer) {
                sum += worth[World::state(hand, dealer)] * World::card_probability(first) *
                       World::card_probability(second) * World::card_probability(dealer);
            }
        }
    }
    return sum;
}

}  // namespace mote::testing
