// SPDX-License-Identifier: MIT
// One prediction by the int8 network of examples/digits_cnn.cpp, packed for the board when it is compiled.
// The checksum covers the probabilities of one image of each digit.
#include "tests/firmware/models/digits_cnn.hpp"

#include <algorithm>

#include "tests/firmware/models/digits.hpp"
#include "tests/firmware/row.hpp"

using Model = decltype(digits_cnn::model);
using Image = std::array<std::int8_t, 64>;

/// Pixels from 0 to 16 on the network's scale, where 255 steps from -128 span 0 to 1.
constexpr Image scaled(const Image& pixels) {
    Image bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::int8_t>((pixels[i] * 255 + 8) / 16 - 128);
    }
    return bytes;
}

alignas(4) constinit Image input = scaled(digit_images[0]);
constinit Model::Workspace scratch{};
constinit Model::Label label = 0;

int main() {
    return mote::firmware::report(
        "digits_cnn", digits_cnn::Architecture::macs,
        [] { label = digits_cnn::model.predict(mote::firmware::opaque(input), scratch); },
        [] {
            std::uint32_t hash = mote::firmware::checksum(std::array{label});
            alignas(4) std::array<std::int8_t, 65> odd{};  // an image may begin at any address
            for (const Image& image : digit_images) {
                std::ranges::copy(scaled(image), odd.begin() + 1);
                const std::span<const std::int8_t> y =
                    digits_cnn::model.forward(std::span(odd).subspan<1>(), scratch);
                hash = mote::firmware::checksum(y, hash);
            }
            return hash;
        });
}
