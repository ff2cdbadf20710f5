// SPDX-License-Identifier: MIT
// One learning step of a 64-state, 4-action agent whose table is 512 bytes of q15.
#include "mote/core/fixed.hpp"
#include "mote/rl/q_learning.hpp"
#include "tests/firmware/row.hpp"

using Agent = mote::rl::QLearning<mote::q15, 64, 4>;

namespace {

constinit Agent agent{};
constinit mote::Random world(7);

struct Transition {
    mote::rl::State s, s2;
    mote::rl::Action a;
    mote::q15 reward;
};
constinit Transition seen{5, 9, 2, mote::q15::from_raw(12345)};

}  // namespace

int main() {
    return mote::firmware::report(
        "q_learning_q15", /*macs=*/2,
        [] {
            const Transition& t = mote::firmware::opaque(seen);
            agent.learn(t.s, t.a, t.reward, t.s2);
        },
        [] {
            // What it has learnt after a thousand random transitions, value by value.
            for (int i = 0; i < 1000; ++i) {
                const auto s = static_cast<mote::rl::State>(world.below(Agent::states));
                const auto a = agent.act(s, world);
                const auto reward = mote::q15::from_raw(static_cast<std::int16_t>(world.below(4096)));
                agent.learn(s, a, reward, static_cast<mote::rl::State>(world.below(Agent::states)));
            }
            std::array<std::int16_t, Agent::states * Agent::actions> values{};
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] =
                    agent.value(static_cast<mote::rl::State>(i / 4), static_cast<mote::rl::Action>(i % 4))
                        .raw;
            }
            return mote::firmware::checksum(values);
        });
}
