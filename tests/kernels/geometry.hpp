// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/kernels/quantized.hpp"

/// Layers' shapes in a line each.
namespace mote::testing {

struct Window {
    std::size_t height = 3, width = 3;
    std::size_t stride_height = 1, stride_width = 1;
    std::size_t dilation = 1;
};

struct Image {
    std::size_t height, width, channels;
};

/// Every window lies inside the image.
constexpr kernels::ConvGeometry valid(Image image, std::size_t filters, Window window) {
    const std::size_t reach_y = (window.height - 1) * window.dilation + 1;
    const std::size_t reach_x = (window.width - 1) * window.dilation + 1;
    return {.height = image.height,
            .width = image.width,
            .channels = image.channels,
            .output_height = (image.height - reach_y) / window.stride_height + 1,
            .output_width = (image.width - reach_x) / window.stride_width + 1,
            .filters = filters,
            .kernel_height = window.height,
            .kernel_width = window.width,
            .stride_height = window.stride_height,
            .stride_width = window.stride_width,
            .dilation_height = window.dilation,
            .dilation_width = window.dilation};
}

/// TensorFlow's "same": the smaller half of the padding comes first.
constexpr kernels::ConvGeometry same(Image image, std::size_t filters, Window window) {
    const auto outputs = [](std::size_t size, std::size_t stride) { return (size + stride - 1) / stride; };
    const auto before = [&](std::size_t size, std::size_t stride, std::size_t kernel) {
        const std::size_t needed = (outputs(size, stride) - 1) * stride + (kernel - 1) * window.dilation + 1;
        return needed > size ? (needed - size) / 2 : 0;
    };
    auto geometry = valid(image, filters, {1, 1, window.stride_height, window.stride_width});
    geometry.kernel_height = window.height;
    geometry.kernel_width = window.width;
    geometry.dilation_height = geometry.dilation_width = window.dilation;
    geometry.padding_top = before(image.height, window.stride_height, window.height);
    geometry.padding_left = before(image.width, window.stride_width, window.width);
    return geometry;
}

/// A dense layer is a 1x1 convolution of a 1x1 image.
constexpr kernels::ConvGeometry dense(std::size_t inputs, std::size_t units) {
    return valid({1, 1, inputs}, units, {1, 1});
}

}  // namespace mote::testing
