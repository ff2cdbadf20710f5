// SPDX-License-Identifier: MIT
// One learning step: the value of the action before is settled.
#include "mote/rl/sarsa.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::Sarsa<mote::q15, agent_states, agent_actions> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("sarsa_q15", /*macs=*/2, agent);
}
