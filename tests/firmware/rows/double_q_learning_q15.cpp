// SPDX-License-Identifier: MIT
// One learning step of one of the two tables.
#include "mote/rl/double_q_learning.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::DoubleQLearning<mote::q15, agent_states, agent_actions> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("double_q_learning_q15", /*macs=*/2, agent);
}
