// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "tests/kernels/conformance_layers.hpp"

/// The layers that every instruction set is run on: those small enough for a board with 16 KB, and those
/// whose sizes reach the blocked inner loops.
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

/// Each check below needs less than 4 KB of stack.
template <class Isa>
void check_small_conv(Conformance& report) {
    check_conv<Isa, dense(1, 1)>(report);
    check_conv<Isa, dense(7, 5)>(report);
    check_conv<Isa, dense(16, 3)>(report);
    check_conv<Isa, dense(64, 10)>(report);
    check_conv<Isa, valid({3, 5, 8}, 8, {1, 1})>(report);
    check_conv<Isa, valid({5, 3, 10}, 4, {1, 1})>(report);
    check_conv<Isa, valid({3, 3, 7}, 5, {1, 1})>(report);
    check_conv<Isa, valid({5, 3, 8}, 18, {1, 1})>(report);  // inputs that need not be copied
    check_conv<Isa, valid({3, 3, 40}, 42, {1, 1})>(report);
    check_conv<Isa, valid({5, 6, 3}, 2, {1, 1, 2, 2})>(report);
    check_conv<Isa, valid({5, 6, 1}, 4, {3, 3})>(report);
    check_conv<Isa, same({5, 6, 3}, 4, {3, 3})>(report);
    check_conv<Isa, same({6, 5, 2}, 5, {3, 3, 2, 2})>(report);
    check_conv<Isa, same({4, 4, 8}, 7, {3, 3})>(report);
    check_conv<Isa, same({12, 5, 1}, 8, {10, 4, 2, 2})>(report);
    check_conv<Isa, same({1, 20, 4}, 3, {1, 5})>(report);
    check_conv<Isa, valid({1, 17, 5}, 2, {1, 4, 1, 3})>(report);
    check_conv<Isa, same({7, 7, 4}, 3, {3, 3, 1, 1, 2})>(report);
    check_conv<Isa, valid({1, 15, 3}, 4, {1, 3, 1, 1, 4})>(report);
    check_conv<Isa, same({2, 2, 4}, 4, {5, 5})>(report);
}

template <class Isa>
void check_small_depthwise(Conformance& report) {
    check_depthwise<Isa, valid({3, 3, 1}, 1, {3, 3})>(report);
    check_depthwise<Isa, same({5, 4, 2}, 2, {3, 3})>(report);
    check_depthwise<Isa, same({5, 5, 3}, 3, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({6, 5, 4}, 4, {3, 3})>(report);
    check_depthwise<Isa, same({5, 5, 8}, 8, {3, 3})>(report);
    check_depthwise<Isa, valid({5, 6, 8}, 8, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({4, 5, 10}, 10, {3, 3})>(report);
    check_depthwise<Isa, same({3, 3, 16}, 16, {3, 3})>(report);
    check_depthwise<Isa, same({5, 5, 4}, 8, {3, 3})>(report);
    check_depthwise<Isa, same({5, 6, 3}, 6, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({5, 4, 2}, 8, {3, 3})>(report);
    check_depthwise<Isa, valid({4, 5, 3}, 9, {2, 3})>(report);
    check_depthwise<Isa, same({1, 16, 5}, 5, {1, 5})>(report);
    check_depthwise<Isa, same({7, 7, 4}, 4, {3, 3, 1, 1, 2})>(report);
    check_depthwise<Isa, valid({10, 4, 4}, 4, {10, 4})>(report);
    check_depthwise<Isa, valid({3, 4, 8}, 8, {1, 1})>(report);
    check_depthwise<Isa, valid({12, 1, 20}, 20, {5, 1})>(report);  // along time
    check_depthwise<Isa, same({5, 4, 24}, 24, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({2, 2, 4}, 4, {5, 5})>(report);
}

/// Weights of four bits: filters and taps that fill no block, windows over edges and in place.
template <class Isa>
void check_four_bits(Conformance& report) {
    check_four_bits<Isa, dense(1, 1)>(report);
    check_four_bits<Isa, dense(7, 5)>(report);
    check_four_bits<Isa, dense(64, 10)>(report);
    check_four_bits<Isa, dense(250, 3)>(report);
    check_four_bits<Isa, valid({3, 5, 8}, 8, {1, 1})>(report);
    check_four_bits<Isa, valid({3, 3, 32}, 5, {1, 1})>(report);
    check_four_bits<Isa, valid({5, 6, 3}, 2, {1, 1, 2, 2})>(report);
    check_four_bits<Isa, same({6, 5, 2}, 5, {3, 3, 2, 2})>(report);
    check_four_bits<Isa, same({4, 4, 8}, 7, {3, 3})>(report);
    check_four_bits<Isa, same({7, 7, 4}, 3, {3, 3, 1, 1, 2})>(report);
    check_four_bits_depthwise<Isa, same({5, 5, 3}, 3, {3, 3, 2, 2})>(report);
    check_four_bits_depthwise<Isa, same({5, 5, 8}, 8, {3, 3})>(report);
    check_four_bits_depthwise<Isa, same({5, 4, 2}, 8, {3, 3})>(report);
}

template <class Isa>
void check_large_conv(Conformance& report) {
    check_conv<Isa, dense(128, 128)>(report);
    check_conv<Isa, dense(65, 33)>(report);
    check_conv<Isa, dense(250, 17)>(report);
    check_conv<Isa, valid({5, 5, 64}, 64, {1, 1})>(report);
    check_conv<Isa, valid({7, 5, 16}, 32, {1, 1, 2, 2})>(report);
    check_conv<Isa, same({9, 8, 16}, 16, {3, 3})>(report);
    check_conv<Isa, same({8, 8, 32}, 33, {3, 3, 2, 2})>(report);
    check_conv<Isa, same({4, 4, 64}, 64, {3, 3})>(report);
    check_conv<Isa, same({10, 10, 3}, 16, {3, 3})>(report);
    check_conv<Isa, same({49, 10, 1}, 64, {10, 4, 2, 2})>(report);
    check_conv<Isa, same({1, 40, 40}, 24, {1, 9})>(report);
}

template <class Isa>
void check_large_depthwise(Conformance& report) {
    check_depthwise<Isa, same({25, 5, 64}, 64, {3, 3})>(report);
    check_depthwise<Isa, same({12, 12, 16}, 16, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({12, 12, 8}, 8, {3, 3})>(report);
    check_depthwise<Isa, same({16, 24, 8}, 8, {3, 3, 2, 2})>(report);  // two strips on the M55
    check_depthwise<Isa, same({6, 5, 33}, 33, {3, 3})>(report);
    check_depthwise<Isa, same({6, 6, 20}, 40, {3, 3})>(report);
    check_depthwise<Isa, valid({25, 5, 64}, 64, {25, 5})>(report);
}

/// The 16x8 layers; each check needs less than 6 KB of stack.
template <class Isa>
void check_int16(Conformance& report) {
    check_int16_conv<Isa, dense(1, 1)>(report);
    check_int16_conv<Isa, dense(7, 5)>(report);
    check_int16_conv<Isa, dense(64, 10)>(report);
    check_int16_conv<Isa, dense(523, 3)>(report);  // more products than 32 bits hold
    check_int16_conv<Isa, valid({3, 5, 8}, 8, {1, 1})>(report);
    check_int16_conv<Isa, valid({5, 3, 10}, 4, {1, 1})>(report);
    check_int16_conv<Isa, valid({5, 6, 3}, 2, {1, 1, 2, 2})>(report);
    check_int16_conv<Isa, same({5, 6, 3}, 4, {3, 3})>(report);
    check_int16_conv<Isa, same({6, 5, 2}, 5, {3, 3, 2, 2})>(report);
    check_int16_conv<Isa, same({12, 5, 1}, 8, {10, 4, 2, 2})>(report);
    check_int16_conv<Isa, same({7, 7, 4}, 3, {3, 3, 1, 1, 2})>(report);
    check_int16_conv<Isa, same({2, 2, 4}, 4, {5, 5})>(report);
    check_int16_depthwise<Isa, valid({3, 3, 1}, 1, {3, 3})>(report);
    check_int16_depthwise<Isa, same({5, 5, 3}, 3, {3, 3, 2, 2})>(report);
    check_int16_depthwise<Isa, same({5, 5, 8}, 8, {3, 3})>(report);
    check_int16_depthwise<Isa, same({4, 5, 21}, 21, {3, 3})>(report);
    check_int16_depthwise<Isa, same({5, 6, 3}, 6, {3, 3, 2, 2})>(report);
    check_int16_depthwise<Isa, same({1, 16, 5}, 5, {1, 5})>(report);
    check_int16_depthwise<Isa, same({7, 7, 4}, 4, {3, 3, 1, 1, 2})>(report);
    check_int16_depthwise<Isa, valid({523, 1, 1}, 1, {520, 1})>(report);
    check_int16_add<Isa>(report);
}

}  // namespace mote::testing
