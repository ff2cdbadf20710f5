// SPDX-License-Identifier: MIT
// board: m0 large
// One step of training the digits' CNN in float with momentum.
#include "tests/firmware/models/digits_cnn.hpp"

#include "tests/firmware/training_row.hpp"

constinit mote::firmware::TrainingMemory<digits_cnn::Architecture, mote::nn::Momentum> memory{};

int main() {
    return mote::firmware::report_training("training_cnn", memory, /*steps=*/20);
}
