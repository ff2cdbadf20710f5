// SPDX-License-Identifier: MIT
// One prediction by the network that was imported from examples/imported_digits.tflite: the firmware of
// examples/imported_digits.cpp. The checksum covers the probabilities of one image of each digit.
#include "imported_digits.hpp"

#include <algorithm>

#include "tests/firmware/models/digits.hpp"
#include "tests/firmware/row.hpp"

using Model = std::remove_const_t<decltype(ImportedDigits::model)>;

static_assert(
    [] {
        Model::Workspace scratch{};
        return std::ranges::equal(ImportedDigits::model.forward(ImportedDigits::golden_input, scratch),
                                  ImportedDigits::golden_output);
    }(),
    "mote: the network does not give its golden output");

alignas(4) constinit std::array<std::int8_t, 64> input = ImportedDigits::golden_input;
constinit Model::Workspace scratch{};
constinit Model::Label label = 0;

/// Pixels from 0 to 16 on the network's scale, where 255 steps from -128 span 0 to 1.
void scale(const std::array<std::int8_t, 64>& pixels) {
    std::ranges::transform(pixels, input.begin(), [](std::int32_t pixel) {
        return static_cast<std::int8_t>((pixel * 255 + 8) / 16 - 128);
    });
}

int main() {
    const int code = mote::firmware::report(
        "imported_digits", ImportedDigits::Architecture::macs,
        [] { label = ImportedDigits::model.predict(mote::firmware::opaque(input), scratch); },
        [] {
            std::uint32_t hash = mote::firmware::checksum(std::array{label});
            for (const auto& image : digit_images) {
                scale(image);
                const std::span<const std::int8_t> y = ImportedDigits::model.forward(input, scratch);
                hash = mote::firmware::checksum(y, hash);
            }
            return hash;
        });
    const auto output = ImportedDigits::model.forward(ImportedDigits::golden_input, scratch);
    return std::ranges::equal(output, ImportedDigits::golden_output) ? code : 1;
}
