// SPDX-License-Identifier: MIT
// One learning step and at most four rehearsals of 256 remembered tries.
#include "mote/rl/prioritized_sweeping.hpp"
#include "tests/firmware/agent_row.hpp"

namespace {

using mote::firmware::agent_actions;
using mote::firmware::agent_states;

constinit mote::rl::PrioritizedSweeping<mote::q15, agent_states, agent_actions, 256, 4> agent{};

}  // namespace

int main() {
    return mote::firmware::report_agent("prioritized_sweeping_q15", /*macs=*/10, agent);
}
