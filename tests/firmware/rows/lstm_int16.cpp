// SPDX-License-Identifier: MIT
// Ten steps of an LSTM of 32 inputs and 32 units with activations of 16 bits, with random weights.
// board: no soft float
#include "mote/nn/integer_lstm.hpp"

#include "tests/firmware/integer_recurrent_row.hpp"

using Model = mote::nn::Lstm<std::int16_t, 32, 32>;

constexpr Model model(mote::firmware::quantized_cell<mote::nn::Lstm<double, 32, 32>, Model>());
constinit Model::State state{};

int main() {
    return mote::firmware::report_integer_recurrent<model, state>("lstm_int16");
}
