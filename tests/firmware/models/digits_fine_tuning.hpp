// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/nn/fine_tuner.hpp"
#include "tests/firmware/models/digits.hpp"
#include "tests/firmware/models/digits_cnn.hpp"

/// The network of digits_cnn.hpp, its convolutions frozen as they are and its last layer in float; and images
/// as a camera sees them that hangs two pixels off the middle, which the network has not been trained on.
namespace digits_fine_tuning {

using namespace mote;
using Front = nn::Front<digits_cnn::Architecture, 2>;
using Tail = nn::Tail<digits_cnn::Architecture, 2>;
using Frozen = nn::Network<std::int8_t, Front>;
using Learning = nn::Network<float, Tail>;
using Tuner = nn::FineTuner<Frozen, Learning>;
using Image = std::array<std::int8_t, 64>;

/// The scale in the middle is free: what the features gain, the last layer's weights lose.
inline constexpr float feature_scale = 1.0f / 64;

constexpr Frozen make_frozen() {
    const auto& dense = nn::get<5>(digits_cnn::weights.layers);
    nn::QuantizedWeights<Front> result;
    result.input = digits_cnn::weights.input;
    result.output = {feature_scale, dense.input_zero_point};
    result.layers = nn::make_record<decltype(result.layers)>(
        [](auto i) { return nn::get<i>(digits_cnn::weights.layers); });
    return Frozen(result);
}

/// The last layer's bytes as real weights; its scores are a tenth of its output bytes.
constexpr Learning make_tail() {
    const auto& dense = nn::get<5>(digits_cnn::weights.layers);
    Learning result;
    for (std::size_t k = 0; k < 10; ++k) {
        float unit = 0.1f * static_cast<float>(dense.output.multiplier[k]) / 2147483648.0f;
        for (int bit = dense.output.shift[k]; bit < 0; ++bit) unit /= 2;
        for (std::size_t i = 0; i < 64; ++i) {
            result.weights()[64 * k + i] =
                unit / feature_scale * static_cast<float>(dense.weights[64 * k + i]);
        }
        result.weights()[640 + k] = unit * static_cast<float>(dense.bias[k]);
    }
    return result;
}

/// A digit moved to the left, on the network's scale.
constexpr Image moved(const Image& pixels) {
    Image bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int pixel = i % 8 < 6 ? pixels[i + 2] : 0;
        bytes[i] = static_cast<std::int8_t>((pixel * 255 + 8) / 16 - 128);
    }
    return bytes;
}

}  // namespace digits_fine_tuning
