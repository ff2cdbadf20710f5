// SPDX-License-Identifier: MIT
// A crossing, 1,200 states and 2 actions: examples/traffic_lights.cpp on the board.
#include "mote/rl/environments/traffic_signal.hpp"
#include "tests/firmware/field.hpp"

int main() {
    constexpr mote::rl::QLearningConfig config{
        .learning_rate = {0.0625}, .discount = {0.875}, .rounding = mote::rl::Rounding::stochastic};
    return mote::firmware::report_control<mote::rl::TrafficSignal, config>("traffic_lights", 1.0f / 256);
}
