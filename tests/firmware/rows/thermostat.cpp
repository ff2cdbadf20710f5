// SPDX-License-Identifier: MIT
// A heated flat, 576 states and 3 actions: examples/thermostat.cpp on the board.
#include "mote/rl/environments/hvac.hpp"
#include "tests/firmware/field.hpp"

int main() {
    constexpr mote::rl::QLearningConfig config{.learning_rate = {0.125}, .discount = {0.9375}};
    return mote::firmware::report_control<mote::rl::Hvac, config>("thermostat", 1.0f / 16);
}
