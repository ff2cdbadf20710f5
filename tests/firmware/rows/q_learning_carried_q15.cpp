// SPDX-License-Identifier: MIT
// One learning step of Q-learning at a rate of 2^-16 that carries what the table cannot hold.
#include "mote/rl/q_learning.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constexpr mote::rl::LearningConfig slow{
    .learning_rate = {1.0 / 65'536}, .discount = {1}, .rounding = mote::rl::Rounding::carried};
constinit mote::rl::QLearning<mote::q15, agent_states, agent_actions, slow> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("q_learning_carried_q15", /*macs=*/2, agent);
}
