// SPDX-License-Identifier: MIT
// One learning step within a round.
#include "mote/rl/speedy_q.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::SpeedyQ<mote::q15, agent_states, agent_actions, mote::rl::SpeedyConfig{.round = 128}>
    agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("speedy_q_q15", /*macs=*/4, agent);
}
