// SPDX-License-Identifier: MIT
// A vegetable bed, 64 states and 3 actions: examples/irrigation.cpp on the board.
#include "mote/rl/environments/irrigation.hpp"
#include "tests/firmware/field.hpp"

int main() {
    constexpr mote::rl::QLearningConfig config{.learning_rate = {0.125}, .discount = {0.875}};
    return mote::firmware::report_control<mote::rl::Irrigation, config>("irrigation", 1.0f / 16);
}
