// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/average_pool2d.hpp"
#include "mote/nn/max_pool2d.hpp"
#include "mote/nn/sequence.hpp"

namespace mote::nn {

/// A stride of 0 means the size of the window, so that windows touch without overlapping.
struct Pool1DConfig {
    std::size_t size = 2;
    std::size_t stride = 0;
    Padding padding = Padding::valid;

    [[nodiscard]] constexpr PoolConfig of_image() const { return {{size, 1}, {stride, 1}, padding}; }
};

template <class Print>
constexpr void describe(const Pool1DConfig& config, Print print) {
    print("mote::nn::Pool1DConfig{.size = ", config.size, ", .stride = ", config.stride);
    print(", .padding = ", name(config.padding), "}");
}

/// The largest of each window of a sequence, feature by feature: MaxPool2D of an image that is one column
/// wide, and its contract.
///
/// Shapes  x: [steps][features], y: [windows][features].
template <Pool1DConfig Config = Pool1DConfig{}>
struct MaxPool1D : OfSequence<MaxPool2D<Config.of_image()>> {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::MaxPool1D<");
        nn::describe(Config, print);
        print(">");
    }
};

/// The mean of each window of a sequence, feature by feature: AveragePool2D of an image that is one column
/// wide, and its contract.
///
/// Shapes  x: [steps][features], y: [windows][features].
template <Pool1DConfig Config = Pool1DConfig{}>
struct AveragePool1D : OfSequence<AveragePool2D<Config.of_image()>> {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::AveragePool1D<");
        nn::describe(Config, print);
        print(">");
    }
};

}  // namespace mote::nn
