// SPDX-License-Identifier: MIT
// One learning step with the mean over an epsilon-greedy policy.
#include "mote/rl/expected_sarsa.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::ExpectedSarsa<mote::q15, agent_states, agent_actions> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("expected_sarsa_q15", /*macs=*/3, agent);
}
