// SPDX-License-Identifier: MIT
// One step of training 16-32-4 in float by gradient descent, in the 16 KB of the smallest board.
#include "tests/firmware/training_row.hpp"

using namespace mote;
using Architecture =
    nn::Sequential<nn::Shape{16}, nn::Dense<nn::DenseConfig{.units = 32, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 4}>, nn::Softmax>;

constinit firmware::TrainingMemory<Architecture, nn::Sgd> memory{};

int main() {
    return firmware::report_training("training", memory, /*steps=*/200);
}
