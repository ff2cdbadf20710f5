// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/environment.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// 64 states of 4 actions in q15: the size at which all agents are compared.
inline constexpr std::size_t agent_states = 64;
inline constexpr std::size_t agent_actions = 4;

/// One transition at random, of a walk that goes on from state s.
template <class Agent>
rl::State wander(Agent& agent, rl::State s, Random& world, bool terminal = false) {
    const rl::Action a = agent.act(s, world);
    const auto reward = q15::from_raw(static_cast<std::int16_t>(world.below(1024)));
    const auto s2 = static_cast<rl::State>(world.below(Agent::states));
    agent.learn(s, a, reward, s2, terminal);
    return s2;
}

/// Measures one learn() of an agent that has been at work for 500 transitions; the checksum is over the whole
/// table after 500 more.
template <class Agent>
int report_agent(const char* name, std::uint32_t macs, Agent& agent, bool terminal = false) {
    static Random world(7);
    static rl::State s = 0;
    static bool ends = terminal;
    for (int i = 0; i < 500; ++i) s = wander(agent, s, world);
    static rl::Action a = agent.act(s, world);
    static Agent& learner = agent;
    const auto values = [] {
        for (int i = 0; i < 500; ++i) s = wander(learner, s, world, i % 20 == 19);
        std::array<std::int16_t, Agent::states * Agent::actions> table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            table[i] = learner
                           .value(static_cast<rl::State>(i / Agent::actions),
                                  static_cast<rl::Action>(i % Agent::actions))
                           .raw;
        }
        return checksum(table);
    };
    return report(
        name, macs, [] { learner.learn(opaque(s), opaque(a), q15::from_raw(12345), 9, opaque(ends)); },
        values);
}

}  // namespace mote::firmware
