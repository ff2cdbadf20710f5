// SPDX-License-Identifier: MIT
// Every int8 layer of this board's instruction set against the specification: geometries that take each path
// and remainder, stages of every kind, inputs and weights at their extremes, writes beyond the end, packing
// and back.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "tests/firmware/check.hpp"

using namespace mote::kernels;

namespace {

mote::Random random_numbers(11);
mote::firmware::Checks checks;

/// Extremes half of the time.
std::int8_t draw(std::int32_t lowest) {
    const std::uint32_t choice = random_numbers.below(4);
    if (choice == 0) return 127;
    if (choice == 1) return static_cast<std::int8_t>(lowest);
    return static_cast<std::int8_t>(
        lowest + static_cast<std::int32_t>(random_numbers.below(static_cast<std::uint32_t>(128 - lowest))));
}

template <class Stage>
void draw_stage(Stage& stage, int kind) {
    for (auto& multiplier : stage.multiplier) {
        multiplier = static_cast<std::int32_t>((1u << 30) + random_numbers.below(1u << 30));
        if (kind == 3 && random_numbers.below(3) == 0) multiplier = 0;
    }
    for (auto& shift : stage.shift) {
        const int from = kind == 0 ? -9 : kind == 1 ? -12 : kind == 2 ? -31 : -3;
        shift = static_cast<std::int8_t>(from + static_cast<int>(random_numbers.below(kind == 2 ? 32 : 5)));
    }
    stage.zero_point = kind % 2 == 0 ? std::int8_t{-128} : draw(-128);
    stage.lowest = kind % 2 == 0 ? stage.zero_point : std::int8_t{-128};
    stage.highest = kind == 3 ? std::int8_t{100} : std::int8_t{127};
    if (stage.lowest > stage.highest) stage.lowest = stage.highest;
}

template <class Layer>
bool equal(const Layer& a, const Layer& b) {
    return a.weights == b.weights && a.bias == b.bias && a.output.multiplier == b.output.multiplier &&
           a.output.shift == b.output.shift && a.output.zero_point == b.output.zero_point &&
           a.output.lowest == b.output.lowest && a.output.highest == b.output.highest &&
           a.input_zero_point == b.input_zero_point;
}

template <class Layer>
void draw_layer(Layer& layer, int kind) {
    for (auto& weight : layer.weights) weight = kind == 2 ? std::int8_t{127} : draw(-127);
    for (auto& bias : layer.bias) bias = static_cast<std::int32_t>(random_numbers.below(60001)) - 30000;
    layer.input_zero_point = draw(-128);
    draw_stage(layer.output, kind);
}

/// Outputs equal, nothing written beyond them, and the layer recovered.
template <class Layer>
[[gnu::noinline]] void check(const char* what) {
    constexpr ConvGeometry g = Layer::geometry;
    constexpr std::size_t guard = 8;
    Layer layer;
    std::array<std::int8_t, g.inputs()> x;
    std::array<std::int8_t, g.outputs() + guard> y, expected;
    alignas(16) std::array<std::byte, scratch_bytes<Layer> + guard> scratch;
    for (int kind = 0; kind < 4; ++kind) {
        draw_layer(layer, kind);
        for (auto& value : x) value = kind == 2 ? std::int8_t{-128} : draw(-128);
        expected.fill(55);
        y.fill(55);
        scratch.fill(std::byte{77});
        const Packed<Layer> packed = pack(layer);
        reference::run(layer, x.data(), expected.data());
        run(packed, x.data(), y.data(), scratch.data());
        bool good = y == expected && equal(unpack(packed), layer);
        for (std::size_t i = scratch_bytes<Layer>; i < scratch.size(); ++i)
            good = good && scratch[i] == std::byte{77};
        if constexpr (in_place<Layer>) {
            std::array<std::int8_t, std::max(g.inputs(), g.outputs())> both;
            std::copy(x.begin(), x.end(), both.begin());
            run(packed, both.data(), both.data(), scratch.data());
            good = good && std::equal(both.begin(), both.begin() + g.outputs(), expected.begin());
        }
        checks.expect(good, what);
    }
}

template <std::size_t Inputs, std::size_t Units>
constexpr ConvGeometry dense{.channels = Inputs, .filters = Units};

void check_convolutions() {
    check<QuantizedConv<dense<1, 1>>>("dense 1 -> 1");
    check<QuantizedConv<dense<2, 3>>>("dense 2 -> 3");
    check<QuantizedConv<dense<7, 4>>>("dense 7 -> 4");
    check<QuantizedConv<dense<33, 10>>>("dense 33 -> 10");
    check<QuantizedConv<dense<80, 5>>>("dense 80 -> 5");
    check<QuantizedConv<ConvGeometry{
        .height = 3, .width = 5, .channels = 16, .output_height = 3, .output_width = 5, .filters = 16}>>(
        "conv 1x1");
    check<QuantizedConv<ConvGeometry{
        .height = 5, .width = 3, .channels = 5, .output_height = 5, .output_width = 3, .filters = 5}>>(
        "conv 1x1, odd channels");
    check<QuantizedConv<ConvGeometry{.height = 5,
                                     .width = 4,
                                     .channels = 32,
                                     .output_height = 3,
                                     .output_width = 2,
                                     .filters = 6,
                                     .stride_height = 2,
                                     .stride_width = 2}>>("conv 1x1, stride 2");
    check<QuantizedConv<ConvGeometry{.height = 5,
                                     .width = 6,
                                     .channels = 3,
                                     .output_height = 5,
                                     .output_width = 6,
                                     .filters = 8,
                                     .kernel_height = 3,
                                     .kernel_width = 3,
                                     .padding_top = 1,
                                     .padding_left = 1}>>("conv 3x3");
    check<QuantizedConv<ConvGeometry{.height = 4,
                                     .width = 4,
                                     .channels = 16,
                                     .output_height = 4,
                                     .output_width = 4,
                                     .filters = 4,
                                     .kernel_height = 3,
                                     .kernel_width = 3,
                                     .padding_top = 1,
                                     .padding_left = 1}>>("conv 3x3, 16 channels");
    check<QuantizedConv<ConvGeometry{.height = 9,
                                     .width = 8,
                                     .channels = 1,
                                     .output_height = 5,
                                     .output_width = 4,
                                     .filters = 7,
                                     .kernel_height = 10,
                                     .kernel_width = 4,
                                     .stride_height = 2,
                                     .stride_width = 2,
                                     .padding_top = 4,
                                     .padding_left = 1}>>("conv 10x4, stride 2");
    check<QuantizedConv<ConvGeometry{.height = 7,
                                     .width = 6,
                                     .channels = 2,
                                     .output_height = 4,
                                     .output_width = 3,
                                     .filters = 3,
                                     .kernel_height = 2,
                                     .kernel_width = 3,
                                     .stride_width = 2,
                                     .dilation_height = 3,
                                     .dilation_width = 2,
                                     .padding_left = 2}>>("conv 2x3, dilated");
    check<QuantizedConv<ConvGeometry{.height = 1,
                                     .width = 12,
                                     .channels = 4,
                                     .output_width = 6,
                                     .filters = 4,
                                     .kernel_width = 15,
                                     .padding_left = 7}>>("conv 1x15, wider than the image");
}

void check_depthwise() {
    check<QuantizedDepthwise<ConvGeometry{.height = 4,
                                          .width = 5,
                                          .channels = 4,
                                          .output_height = 4,
                                          .output_width = 5,
                                          .filters = 4,
                                          .kernel_height = 3,
                                          .kernel_width = 3,
                                          .padding_top = 1,
                                          .padding_left = 1}>>("depthwise 3x3");
    check<QuantizedDepthwise<ConvGeometry{.height = 7,
                                          .width = 11,
                                          .channels = 3,
                                          .output_height = 7,
                                          .output_width = 11,
                                          .filters = 3,
                                          .kernel_height = 3,
                                          .kernel_width = 3,
                                          .padding_top = 1,
                                          .padding_left = 1}>>("depthwise 3x3, odd");
    check<QuantizedDepthwise<ConvGeometry{.height = 7,
                                          .width = 12,
                                          .channels = 8,
                                          .output_height = 7,
                                          .output_width = 12,
                                          .filters = 8,
                                          .kernel_height = 3,
                                          .kernel_width = 3,
                                          .padding_top = 1,
                                          .padding_left = 1}>>("depthwise 3x3, rows of whole sixes");
    check<QuantizedDepthwise<ConvGeometry{.height = 48,
                                          .width = 24,
                                          .channels = 1,
                                          .output_height = 48,
                                          .output_width = 24,
                                          .filters = 1,
                                          .kernel_height = 3,
                                          .kernel_width = 3,
                                          .padding_top = 1,
                                          .padding_left = 1}>>("depthwise 3x3, several strips");
    check<QuantizedDepthwise<ConvGeometry{.height = 33,
                                          .width = 30,
                                          .channels = 1,
                                          .output_height = 17,
                                          .output_width = 15,
                                          .filters = 2,
                                          .kernel_height = 3,
                                          .kernel_width = 3,
                                          .stride_height = 2,
                                          .stride_width = 2,
                                          .padding_top = 1,
                                          .padding_left = 1}>>(
        "depthwise 3x3, stride 2, two filters for each channel");
    check<QuantizedDepthwise<ConvGeometry{.height = 6,
                                          .width = 7,
                                          .channels = 18,
                                          .output_height = 6,
                                          .output_width = 7,
                                          .filters = 18,
                                          .kernel_height = 3,
                                          .kernel_width = 3,
                                          .padding_top = 1,
                                          .padding_left = 1}>>("depthwise 3x3, 18 channels");
    check<QuantizedDepthwise<ConvGeometry{.height = 9,
                                          .width = 9,
                                          .channels = 2,
                                          .output_height = 9,
                                          .output_width = 9,
                                          .filters = 2,
                                          .kernel_height = 2,
                                          .kernel_width = 3,
                                          .dilation_height = 3,
                                          .dilation_width = 2,
                                          .padding_top = 1,
                                          .padding_left = 2}>>("depthwise 2x3, dilated");
    check<QuantizedDepthwise<ConvGeometry{.height = 5,
                                          .width = 6,
                                          .channels = 2,
                                          .output_height = 5,
                                          .output_width = 6,
                                          .filters = 2,
                                          .kernel_height = 5,
                                          .kernel_width = 5,
                                          .padding_top = 2,
                                          .padding_left = 2}>>("depthwise 5x5");
    check<QuantizedDepthwise<ConvGeometry{.height = 3,
                                          .width = 4,
                                          .channels = 2,
                                          .output_height = 2,
                                          .output_width = 2,
                                          .filters = 2,
                                          .stride_height = 2,
                                          .stride_width = 3}>>("depthwise 1x1, strides beyond the window");
    check<QuantizedDepthwise<ConvGeometry{
        .width = 40, .channels = 2, .output_width = 4, .filters = 2, .kernel_width = 5, .stride_width = 9}>>(
        "depthwise 1x5, stride 9");
}

}  // namespace

int main() {
    check_convolutions();
    check_depthwise();
    return checks.result();
}
