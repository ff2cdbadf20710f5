// SPDX-License-Identifier: MIT
// A network from a .tflite file, in a program: the same lines run on a board.
//
// Problem  Which digit is on an 8 x 8 image? Somebody has trained and quantised a network for it; firmware
//          shall use it, with the very bytes that TensorFlow Lite gives.
// Data     1,797 digits of the UCI test set, 64 pixels from 0 to 16 and the digit; every fifth is held out.
//          imported_digits.tflite was written by imported_digits_train.py, which was trained on the others.
// Yours    In CMake: mote_import_tflite(NAME ImportedDigits FILE imported_digits.tflite), with your own file.
//          On boards: tests/firmware/rows/imported_digits.cpp.
#include "imported_digits.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <type_traits>

using Model = std::remove_const_t<decltype(ImportedDigits::model)>;

// The compiler itself runs the network that it has packed for its target, and compares.
static_assert(
    [] {
        Model::Workspace scratch{};
        return std::ranges::equal(ImportedDigits::model.forward(ImportedDigits::golden_input, scratch),
                                  ImportedDigits::golden_output);
    }(),
    "mote: the network does not give its golden output");

int main() {
    std::ifstream file(MOTE_DATA "/digits.csv");
    std::string line;
    std::getline(file, line);  // column names
    static Model::Workspace scratch;
    std::size_t right = 0, held_out = 0;
    for (std::size_t number = 0; std::getline(file, line); ++number) {
        if (number % 5 != 0) continue;
        char* at = line.data();
        std::array<float, 64> pixels{};
        for (float& pixel : pixels) pixel = std::strtof(at, &at) / 16, ++at;
        const auto digit = static_cast<Model::Label>(std::strtol(at, nullptr, 10));
        right += ImportedDigits::model.predict(pixels, scratch) == digit ? 1 : 0;
        ++held_out;
    }
    if (held_out == 0) return 1;
    const double percent = 100.0 * static_cast<double>(right) / static_cast<double>(held_out);
    std::printf("%zu of %zu digits right: %.1f %%\n", right, held_out, percent);
    std::printf(
        "demo: family=deep; algorithm=CNN int8, imported; data=digits; score=%.1f %%; "
        "reference=97.2 %% (float, PyTorch); row=imported_digits; constant=%zu; ram=%zu; macs=%zu\n",
        percent, sizeof(Model), sizeof(Model::Workspace), ImportedDigits::Architecture::macs);
}
