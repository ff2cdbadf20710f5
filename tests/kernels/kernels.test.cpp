// SPDX-License-Identifier: MIT
#include "mote/kernels/kernels.hpp"

#include <array>
#include <vector>

#include "tests/kernels/reference_values.hpp"
#include "tests/support/catch.hpp"

using namespace mote::kernels;
namespace values = mote::testing::reference_values;

TEST_CASE("kernels: worked by hand, as constants and at run time") {
    constexpr std::array<float, 3> x = {1, 2, 3};
    constexpr std::array<float, 3> y = {4, -5, 6};
    STATIC_REQUIRE(dot(x, y) == 12.0f);
    STATIC_REQUIRE(squared_distance(x, y) == 67.0f);
    STATIC_REQUIRE(abs_distance(x, y) == 13.0f);
    STATIC_REQUIRE(sum(y) == 5.0f);
    STATIC_REQUIRE(argmax(std::array<std::int8_t, 4>{1, 7, -3, 7}) == 1);
    REQUIRE(dot(x, y) == 12.0f);
    REQUIRE(dot(std::span<const float>(x), std::span<const float>(y)) == 12.0f);
    std::array<float, 2> z = {10, 20};
    gemv(std::array<float, 6>{1, 2, 3, 4, 5, 6}, x, z);
    REQUIRE(z == std::array<float, 2>{24, 52});
}

TEST_CASE("kernels: sums of the lowest numbers do not wrap") {
    const std::vector<std::int8_t> bytes(131071, -128);
    REQUIRE(dot(bytes, bytes) == 131071 * 16384);
    const std::vector<std::int16_t> words(100000, -32768);
    REQUIRE(dot(words, words) == 100000ll << 30);
}

// 3 * 0.5 = 1.5 and -3 * 0.5 = -1.5 are ties: the first rounding takes them up, the second away from zero.
TEST_CASE("kernels: rescaling rounds twice") {
    constexpr std::int32_t half = 1 << 30;
    STATIC_REQUIRE(reference::rescale(3, half, 0) == 2);
    STATIC_REQUIRE(reference::rescale(-3, half, 0) == -1);
    STATIC_REQUIRE(reference::rescale(6, half, -1) == 2);
    STATIC_REQUIRE(reference::rescale(-6, half, -1) == -2);
    for (const auto& [x, multiplier, shift, result] : values::rescaled) {
        CAPTURE(x, multiplier, shift);
        REQUIRE(reference::rescale(x, multiplier, shift) == result);
    }
}

// Repeats the formulas of tests/data/kernels_reference.py.
template <class T, std::size_t N>
constexpr void fill_cyclic(std::array<T, N>& values, std::size_t factor, std::size_t offset,
                           std::size_t modulus, int lowest) {
    for (std::size_t i = 0; i < N; ++i) {
        values[i] = static_cast<T>(static_cast<int>((i * factor + offset) % modulus) + lowest);
    }
}

struct ZeroPoints {
    std::int8_t input, output, lowest;
};

template <class Layer>
constexpr Layer make_layer(ZeroPoints points) {
    Layer layer;
    fill_cyclic(layer.weights, 151, 7, 255, -127);
    fill_cyclic(layer.bias, 7919, 0, 4001, -2000);
    for (std::size_t f = 0; f < layer.bias.size(); ++f) {
        layer.output.multiplier[f] = static_cast<std::int32_t>((1u << 30) + f * 715827883ull % (1u << 30));
        layer.output.shift[f] = static_cast<std::int8_t>(-8 + static_cast<int>(f % 3));
    }
    layer.input_zero_point = points.input;
    layer.output.zero_point = points.output;
    layer.output.lowest = points.lowest;
    return layer;
}

template <class Layer>
constexpr auto run_layer(ZeroPoints points) {
    std::array<std::int8_t, Layer::geometry.inputs()> x{};
    fill_cyclic(x, 73, 19, 256, -128);
    std::array<std::int8_t, Layer::geometry.outputs()> y{};
    alignas(16) std::array<std::byte, scratch_bytes<Layer> + 1> scratch{};
    run(pack(make_layer<Layer>(points)), x.data(), y.data(), scratch.data());
    return y;
}

/// At compile time and at run time.
#define MOTE_REQUIRE_LAYER(Layer, expected, ...)                 \
    STATIC_REQUIRE(run_layer<Layer>({__VA_ARGS__}) == expected); \
    REQUIRE(run_layer<Layer>({__VA_ARGS__}) == expected)

constexpr ConvGeometry conv_same = {.height = 4,
                                    .width = 5,
                                    .channels = 3,
                                    .output_height = 4,
                                    .output_width = 5,
                                    .filters = 4,
                                    .kernel_height = 3,
                                    .kernel_width = 3,
                                    .padding_top = 1,
                                    .padding_left = 1};
constexpr ConvGeometry conv_stride = {.height = 7,
                                      .width = 6,
                                      .channels = 2,
                                      .output_height = 3,
                                      .output_width = 3,
                                      .filters = 5,
                                      .kernel_height = 3,
                                      .kernel_width = 2,
                                      .stride_height = 2,
                                      .stride_width = 2};
constexpr ConvGeometry conv_dilated = {.height = 6,
                                       .width = 6,
                                       .channels = 1,
                                       .output_height = 6,
                                       .output_width = 6,
                                       .filters = 2,
                                       .kernel_height = 3,
                                       .kernel_width = 3,
                                       .dilation_height = 2,
                                       .dilation_width = 2,
                                       .padding_top = 2,
                                       .padding_left = 2};
constexpr ConvGeometry dense = {.channels = 37, .filters = 9};
constexpr ConvGeometry depthwise_same = {.height = 5,
                                         .width = 4,
                                         .channels = 3,
                                         .output_height = 5,
                                         .output_width = 4,
                                         .filters = 3,
                                         .kernel_height = 3,
                                         .kernel_width = 3,
                                         .padding_top = 1,
                                         .padding_left = 1};
constexpr ConvGeometry depthwise_doubled = {.height = 5,
                                            .width = 5,
                                            .channels = 2,
                                            .output_height = 3,
                                            .output_width = 3,
                                            .filters = 4,
                                            .kernel_height = 3,
                                            .kernel_width = 3,
                                            .stride_height = 2,
                                            .stride_width = 2,
                                            .padding_top = 1,
                                            .padding_left = 1};

TEST_CASE("kernels: int8 layers agree with NumPy") {
    MOTE_REQUIRE_LAYER(QuantizedConv<conv_same>, values::conv_same, -7, 11, -128);
    MOTE_REQUIRE_LAYER(QuantizedConv<conv_stride>, values::conv_stride, 127, -128, -128);
    MOTE_REQUIRE_LAYER(QuantizedConv<conv_dilated>, values::conv_dilated, -128, 0, 0);
    MOTE_REQUIRE_LAYER(QuantizedConv<dense>, values::dense, 3, -5, -128);
    MOTE_REQUIRE_LAYER(QuantizedDepthwise<depthwise_same>, values::depthwise_same, -4, 20, -128);
    MOTE_REQUIRE_LAYER(QuantizedDepthwise<depthwise_doubled>, values::depthwise_doubled, 9, -9, -9);
}
