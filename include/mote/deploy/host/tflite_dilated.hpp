// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

/// Dilated convolutions as TensorFlow's converter leaves them, and margins that a convolution takes over.
/// SPACE_TO_BATCH_ND makes a sample of every b-th pixel, a convolution without dilation goes over each, and
/// BATCH_TO_SPACE_ND lays their pixels side by side again: a convolution with the dilation b.
namespace mote::deploy::tflite {

/// The operator that makes a tensor, behind those that only give it another shape.
inline std::size_t Importer::take_behind_reshapes(std::size_t tensor) {
    while (true) {
        const std::size_t producer = take(tensor);
        if (failed()) return producer;
        const Operator& op = graph_.operators[producer];
        if (op.code != Code::reshape && op.code != Code::squeeze && op.code != Code::expand_dims)
            return producer;
        same_scale(op);
        tensor = data_input(op);
    }
}

/// What the two operators around a convolution tell.
struct Importer::Blocks {
    nn::Margins margins{};   // around the image, less what is cut off again
    nn::Extent dilation{1};  // of how many samples each axis is made
    nn::Shape sample{1};
};

inline Importer::Blocks Importer::blocks(const Operator& apart, const Operator& together, nn::Shape in) {
    const std::size_t axes = graph_.tensors[apart.inputs[0]].shape.size() - 2;
    if (axes != 1 && axes != 2) fail("has not three or four dimensions", apart.inputs[0]);
    if (failed()) return {};
    const std::vector<std::int64_t> sizes = integers(apart, 1, axes), pads = integers(apart, 2, 2 * axes),
                                    crops = integers(together, 2, 2 * axes);
    if (integers(together, 1, axes) != sizes) fail("does not take back what SPACE_TO_BATCH_ND did");
    std::array<std::size_t, 4> margins{};
    std::array<std::size_t, 2> dilation{1, 1}, lengths{in.height, in.width};
    for (std::size_t axis = 0; axis < axes && !failed(); ++axis) {
        constexpr std::int64_t most = 1 << 16;
        if (sizes[axis] < 1 || sizes[axis] > most)
            return fail("has no such block", apart.inputs[1]), Blocks{};
        dilation[axis] = static_cast<std::size_t>(sizes[axis]);
        for (std::size_t i = 2 * axis; i < 2 * axis + 2; ++i) {
            if (crops[i] < 0 || pads[i] > most || crops[i] > pads[i]) {
                return fail("has margins that are not supported", apart.inputs[2]), Blocks{};
            }
            margins[i] = static_cast<std::size_t>(pads[i] - crops[i]);
            lengths[axis] += static_cast<std::size_t>(pads[i]);
        }
        if (lengths[axis] % dilation[axis] != 0) fail("its block does not fit", apart.inputs[1]);
        lengths[axis] /= dilation[axis];
    }
    return {{margins[0], margins[1], margins[2], margins[3]},
            {dilation[0], dilation[1]},
            {lengths[0], lengths[1], in.channels}};
}

/// The convolution in the middle. Of a sequence time lies along its rows or its columns, here along the rows.
inline void Importer::sampled_windows(const Operator& op, Layer& layer, Blocks blocks, bool sequence) {
    windows(op, layer);
    if (failed()) return;
    nn::ConvConfig& config = layer.config;
    const bool valid = config.padding == nn::Padding::valid || config.kernel == nn::Extent(1);
    if (!valid || config.stride != nn::Extent(1) || config.dilation != nn::Extent(1)) {
        fail("pads, strides or dilates between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND");
    }
    if (sequence && config.kernel.height == 1) {
        config.kernel = {config.kernel.width, 1};
        std::swap(blocks.sample.height, blocks.sample.width);
    }
    if (sequence && config.kernel.width != 1) fail("has windows over two axes of a sequence", op.inputs[1]);
    const std::vector<std::size_t>& lengths = graph_.tensors[data_input(op)].shape;
    const auto is = [](std::size_t length, std::size_t wanted) {
        return length == wanted || length == 1;  // which the converter writes where it does not know
    };
    if (lengths.size() != 4 || !is(lengths[1], blocks.sample.height) ||
        !is(lengths[2], blocks.sample.width) || lengths[3] != blocks.sample.channels) {
        fail("is not what SPACE_TO_BATCH_ND gives", data_input(op));
    }
    config.padding = nn::Padding::valid;
    config.dilation = blocks.dilation;
}

/// Appends the three as one convolution, and the margins before it; returns what it works on.
inline std::size_t Importer::dilated(const Operator& together, std::vector<Layer>& layers) {
    const std::size_t last = operator_, middle = take_behind_reshapes(data_input(together));
    const std::size_t first = failed() ? absent : take_behind_reshapes(data_input(graph_.operators[middle]));
    if (failed()) return data_input(together);
    const Operator &apart = graph_.operators[first], &op = graph_.operators[middle];
    const bool known = op.code == Code::conv_2d || op.code == Code::depthwise_conv_2d;
    if (!known || apart.code != Code::space_to_batch)
        fail("makes no dilated convolution", data_input(together));
    const std::size_t input = data_input(apart);
    Layer layer, around;
    layer.type = around.type = type_;
    layer.in = around.in = shape(input);
    layer.out = shape(together.outputs[0]);
    same_scale(apart);
    if (failed()) return input;
    around.kind = Kind::padding;
    around.zero_point = affine(input).zero_point;
    const Blocks found = blocks(apart, together, layer.in);
    around.margins = found.margins;
    layer.in = around.out = framed(around.in, around.margins);
    operator_ = last;
    same_scale(together);
    operator_ = middle;
    for (const std::size_t tensor : {data_input(op), op.outputs[0]}) check_type(tensor);
    if (failed()) return input;
    sampled_windows(op, layer, found, graph_.tensors[input].shape.size() == 3);
    if (!failed()) place_windows(op, layer);
    layers.push_back(std::move(layer));
    if (around.in != around.out) layers.push_back(std::move(around));
    return input;
}

namespace detail {

/// A convolution along a width as one along a height, which is the same numbers.
inline void lay_upright(Layer& layer) {
    nn::ConvConfig& config = layer.config;
    config.kernel = {config.kernel.width, 1};
    config.stride = {config.stride.width, 1};
    config.dilation = {config.dilation.width, 1};
    layer.in = {layer.in.width, layer.in.channels};
    layer.out = {layer.out.width, layer.out.channels};
    layer.geometry = nn::conv_geometry(layer.in, config);
}

/// Time along the rows in layer i + 1, where a Reshape before it, layer i, lays it along the columns.
inline void lay_upright(std::vector<Layer>& layers, std::size_t i) {
    if (i + 1 >= layers.size() || layers[i].kind != Kind::reshape) return;
    Layer& layer = layers[i + 1];
    const bool convolves = layer.kind == Kind::convolution || layer.kind == Kind::depthwise;
    if (!convolves || layer.in.height != 1 || layer.config.kernel.height != 1) return;
    if (layers[i].in != nn::Shape(layer.in.width, layer.in.channels)) return;
    const nn::Shape lying = layer.out;
    lay_upright(layer);
    const nn::Shape upright = layer.out;
    layers.erase(layers.begin() + static_cast<std::ptrdiff_t>(i));
    const auto next = layers.begin() + static_cast<std::ptrdiff_t>(i + 1);
    if (next == layers.end() || next->kind != Kind::reshape) {
        layers.insert(next, reshaped(upright, lying));
    } else if (next->out == upright) {
        layers.erase(next);
    } else {
        next->in = upright;
    }
}

/// The padding that puts the windows of a convolution without any where margins put them, if there is one.
inline std::optional<nn::Padding> padding_for(const Layer& layer, nn::Shape in, const nn::Margins& around) {
    for (const nn::Padding padding : {nn::Padding::valid, nn::Padding::same, nn::Padding::causal}) {
        nn::ConvConfig config = layer.config;
        config.padding = padding;
        if (!nn::fits(in, config)) continue;
        const kernels::ConvGeometry geometry = nn::conv_geometry(in, config);
        if (geometry.padding_top == around.top && geometry.padding_left == around.left &&
            geometry.output_height == layer.out.height && geometry.output_width == layer.out.width) {
            return padding;
        }
    }
    return std::nullopt;
}

}  // namespace detail

/// Margins that the convolution behind them can make in passing take no room of their own.
inline void Importer::fold_margins(std::vector<Layer>& layers) {
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        if (layers[i].kind != Kind::padding) continue;
        detail::lay_upright(layers, i + 1);
        Layer& layer = layers[i + 1];
        const bool convolves = layer.kind == Kind::convolution || layer.kind == Kind::depthwise;
        if (!convolves || layer.config.padding != nn::Padding::valid) continue;
        const std::optional<nn::Padding> padding =
            detail::padding_for(layer, layers[i].in, layers[i].margins);
        if (!padding) continue;
        layer.config.padding = *padding;
        layer.in = layers[i].in;
        layer.geometry = nn::conv_geometry(layer.in, layer.config);
        layers.erase(layers.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

}  // namespace mote::deploy::tflite
