// SPDX-License-Identifier: MIT
// The end of an episode: sixteen transitions are learnt.
#include "mote/rl/monte_carlo_control.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::MonteCarloControl<mote::q15, agent_states, agent_actions, 16> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("monte_carlo_control_q15", /*macs=*/32, agent, /*terminal=*/true);
}
