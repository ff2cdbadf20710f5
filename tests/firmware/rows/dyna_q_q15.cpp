// SPDX-License-Identifier: MIT
// One learning step and four rehearsals of 256 remembered tries.
#include "mote/rl/dyna_q.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::DynaQ<mote::q15, agent_states, agent_actions, 256, 4> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("dyna_q_q15", /*macs=*/10, agent);
}
