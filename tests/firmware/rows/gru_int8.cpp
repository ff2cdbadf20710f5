// SPDX-License-Identifier: MIT
// Ten steps of a GRU of 32 inputs and 32 units in bytes, reset after the product, with random weights.
// board: no soft float
#include "mote/nn/integer_gru.hpp"

#include "tests/firmware/integer_recurrent_row.hpp"

using Model = mote::nn::Gru<std::int8_t, 32, 32>;

constexpr Model model(mote::firmware::quantized_cell<mote::nn::Gru<double, 32, 32>, Model>());
constinit Model::State state{};

int main() {
    return mote::firmware::report_integer_recurrent<model, state>("gru_int8");
}
