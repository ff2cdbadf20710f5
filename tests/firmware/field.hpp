// SPDX-License-Identifier: MIT
#pragma once

#include "mote/core/fixed.hpp"
#include "mote/rl/q_learning.hpp"
#include "tests/firmware/row.hpp"

/// An agent that controls a plant of rl/environments/ on the board, as the example of the row's name does.
namespace mote::firmware {

/// Measured: one decision and the learning of one step. The checksum is over the greedy policy after
/// five thousand steps more in the simulated plant, whose rewards are scaled into a q15 table.
template <template <class> class Plant, rl::QLearningConfig Config>
int report_control(const char* name, float reward_scale) {
    using World = Plant<float>;
    static constinit rl::QLearning<q15, World::states, World::actions, Config> agent{rl::EpsilonGreedy(0.2f)};
    static constinit Random random(2026);
    static constinit rl::State s = World::states / 2;
    static const auto first = rl::step(World{}, s, 0, random);
    static q15 reward = static_cast<q15>(first.reward * reward_scale);
    return report(
        name, /*macs=*/2,
        [] {
            const rl::Action a = agent.act(opaque(s), random);
            agent.learn(s, a, opaque(reward), first.state);
        },
        [reward_scale] {
            for (int i = 0; i < 5000; ++i) {
                const rl::Action a = agent.act(s, random);
                const auto seen = rl::step(World{}, s, a, random);
                agent.learn(s, a, static_cast<q15>(seen.reward * reward_scale), seen.state);
                s = seen.state;
            }
            std::array<rl::Action, World::states> policy{};
            for (std::size_t i = 0; i < World::states; ++i) {
                policy[i] = agent.greedy(static_cast<rl::State>(i));
            }
            return checksum(policy);
        });
}

}  // namespace mote::firmware
