// SPDX-License-Identifier: MIT
// board: m0 large
// One imported network on a board, on its golden input: that of seed 1. The checksum is the output's hash.
#include HEADER

#include <algorithm>

#include "tests/firmware/row.hpp"

using Model = std::remove_const_t<decltype(MODEL::model)>;

alignas(16) constinit auto input = MODEL::golden_input;
constinit Model::Workspace scratch{};
constinit const std::int8_t* output = nullptr;

int main() {
    const int code = mote::firmware::report(
        ROW, Model::Architecture::macs,
        [] { output = MODEL::model.forward(mote::firmware::opaque(input), scratch).data(); },
        [] { return mote::firmware::checksum(std::span<const std::int8_t>(output, Model::classes)); });
    return std::equal(MODEL::golden_output.begin(), MODEL::golden_output.end(), output) ? code : 1;
}
