// SPDX-License-Identifier: MIT
// One learning step from four rewards.
#include "mote/rl/n_step_sarsa.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::NStepSarsa<mote::q15, agent_states, agent_actions, 4> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("n_step_sarsa_q15", /*macs=*/5, agent);
}
