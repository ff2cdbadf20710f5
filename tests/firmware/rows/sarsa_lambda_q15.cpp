// SPDX-License-Identifier: MIT
// One learning step of eight traces.
#include "mote/rl/sarsa_lambda.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::SarsaLambda<mote::q15, agent_states, agent_actions, 8> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("sarsa_lambda_q15", /*macs=*/17, agent);
}
