// SPDX-License-Identifier: MIT
// Ten steps of an LSTM of 32 inputs and 32 units, float, with random weights. Its decision: the largest unit.
#include "mote/nn/lstm.hpp"

#include "tests/firmware/recurrent_row.hpp"

using Model = mote::nn::Lstm<float, 32, 32>;

constexpr Model model = mote::firmware::recurrent_model<Model>();
constinit Model::State state{};

int main() {
    return mote::firmware::report_recurrent<model, state>("lstm");
}
