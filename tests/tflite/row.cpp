// SPDX-License-Identifier: MIT
// board: m0 large
// One imported network on a board, on its golden input: that of seed 1. The checksum is the output's hash.
#include HEADER

#include <span>
#include <type_traits>

#include "tests/tflite/golden.hpp"

using Model = std::remove_const_t<decltype(MODEL::model)>;

alignas(16) constinit auto input = MODEL::golden_input;
constinit Model::Workspace scratch{};
constinit const Model::Scalar* output = nullptr;

std::span<const Model::Scalar> outputs() {
    return {output, Model::classes};
}

int main() {
    const int code = mote::firmware::report(
        ROW, Model::Architecture::macs,
        [] { output = MODEL::model.forward(mote::firmware::opaque(input), scratch).data(); },
        [] { return mote::testing::checksum(outputs()); });
    return mote::testing::agrees(outputs(), MODEL::golden_output) ? code : 1;
}
