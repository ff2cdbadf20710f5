// SPDX-License-Identifier: MIT
// A solar sensor, 160 states and 4 actions: examples/radio_duty_cycle.cpp on the board.
#include "mote/rl/environments/duty_cycle.hpp"
#include "tests/firmware/field.hpp"

int main() {
    constexpr mote::rl::QLearningConfig config{
        .learning_rate = {0.0625}, .discount = {0.96875}, .rounding = mote::rl::Rounding::stochastic};
    return mote::firmware::report_control<mote::rl::DutyCycle, config>("radio_duty_cycle", 1.0f / 32);
}
