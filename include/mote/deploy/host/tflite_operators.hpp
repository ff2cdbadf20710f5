// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "mote/deploy/host/tflite_layers.hpp"

/// The operators of TensorFlow Lite one by one: their options' field numbers, their inputs' order and the
/// arithmetic by which scales become multipliers are those of its schema and reference kernels.
namespace mote::deploy::tflite {

/// Appends the operator's layer, and around it whatever mote needs that TensorFlow Lite does in passing.
inline void Importer::lower(const Operator& op, std::vector<Layer>& layers) {
    Layer layer;
    layer.type = type_;
    const std::size_t input = data_input(op);
    layer.in = shape(input);
    layer.out = shape(op.outputs[0]);
    if (graph_.tensors[input].constant()) fail("its input is constant", input);
    if (failed()) return;
    const bool known = weighted(op, layer) || weightless(op, layer) || elementwise(op, layer);
    if (!known) fail("is not supported here");
    const nn::Shape given = shape(input), wanted = shape(op.outputs[0]);
    if (failed()) return;
    const nn::Shape in = layer.in, out = layer.out;
    if (out != wanted) {  // layers run from the last to the first
        layers.push_back(detail::reshaped(out, wanted));
    }
    layers.push_back(std::move(layer));
    if (in != given) layers.push_back(detail::reshaped(given, in));
}

/// These three: true where the operator is one of theirs.
inline bool Importer::weighted(const Operator& op, Layer& layer) {
    switch (op.code) {
        case Code::conv_2d:
        case Code::depthwise_conv_2d:
            windows(op, layer);
            if (!failed()) place_windows(op, layer);
            return true;
        case Code::fully_connected:
            return fully_connected(op, layer), true;
        case Code::transpose_conv:
            return transposed(op, layer), true;
        case Code::lstm:
            return lstm(op, layer), true;
        case Code::svdf:
            return svdf(op, layer), true;
        default:
            return false;
    }
}

inline bool Importer::weightless(const Operator& op, Layer& layer) {
    switch (op.code) {
        case Code::average_pool_2d:
        case Code::max_pool_2d:
            return pool(op, layer), true;
        case Code::mean:
            return mean(op, layer), true;
        case Code::reduce_max:
            return maximum(op, layer), true;
        case Code::pad:
        case Code::padv2:
            return pad(op, layer), true;
        case Code::slice:
        case Code::strided_slice:
            return slice(op, layer), true;
        case Code::transpose:
            return transpose(op), true;
        case Code::softmax:
            return softmax(op, layer), true;
        case Code::reshape:
        case Code::squeeze:
        case Code::expand_dims:
            return reshape(op), true;
        default:
            return false;
    }
}

/// The windows of a convolution from layer.in.channels to layer.out.channels.
inline void Importer::windows(const Operator& op, Layer& layer) {
    const bool depthwise = op.code == Code::depthwise_conv_2d;
    layer.kind = depthwise ? Kind::depthwise : Kind::convolution;
    if (op.inputs.size() < 2 || op.inputs[1] == absent) return fail("has no weights");
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    if (weights.shape.size() != 4) return fail("has not four dimensions", op.inputs[1]);
    const std::size_t dilations = depthwise ? 5 : 4;
    nn::ConvConfig& config = layer.config;
    config.filters = layer.out.channels;
    config.kernel = {weights.shape[1], weights.shape[2]};
    config.padding = padding(op.options.number<std::uint8_t>(0));
    config.stride = extent(op.options.number<std::int32_t>(2), op.options.number<std::int32_t>(1), "stride");
    config.dilation = extent(op.options.number<std::int32_t>(dilations + 1, 1),
                             op.options.number<std::int32_t>(dilations, 1), "dilation");
    config.activation = activation(op.options.number<std::uint8_t>(depthwise ? 4 : 3));
    if (failed()) return;
    if (depthwise) {
        if (weights.shape[0] != 1 || weights.shape[3] != config.filters ||
            config.filters % layer.in.channels != 0) {
            return fail("its shape does not fit the input and the output", op.inputs[1]);
        }
        layer.multiplier = config.filters / layer.in.channels;
        const auto told = static_cast<std::size_t>(op.options.number<std::int32_t>(3));
        if (told != layer.multiplier) return fail("its depth multiplier does not fit", op.inputs[1]);
    } else if (weights.shape[0] != config.filters || weights.shape[3] != layer.in.channels) {
        return fail("its shape does not fit the input and the output", op.inputs[1]);
    }
}

/// Where they lie in layer.in, and their numbers.
inline void Importer::place_windows(const Operator& op, Layer& layer) {
    const nn::ConvConfig& config = layer.config;
    if (!nn::fits(layer.in, config)) return fail("its window does not fit into the input", op.inputs[0]);
    layer.geometry = nn::conv_geometry(layer.in, config);
    const nn::Shape out{layer.geometry.output_height, layer.geometry.output_width, config.filters};
    if (out != layer.out) return fail("has not the shape that the operator gives", op.outputs[0]);
    numbers(op, layer, layer.kind == Kind::depthwise ? 3 : 0);
}

inline void Importer::fully_connected(const Operator& op, Layer& layer) {
    layer.kind = Kind::dense;
    if (op.inputs.size() < 2 || op.inputs[1] == absent) return fail("has no weights");
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    layer.config.activation = activation(op.options.number<std::uint8_t>(0));
    if (op.options.number<std::int8_t>(1) != 0) fail("its weights are shuffled", op.inputs[1]);
    const bool matrix = weights.shape.size() == 2;
    if (matrix && layer.out.flat() && weights.shape[1] == layer.in.size()) {
        layer.in = nn::Shape(layer.in.size());
    }
    const bool as_many = layer.in.height == layer.out.height && layer.in.width == layer.out.width;
    if (!matrix || !as_many || weights.shape[0] != layer.out.channels ||
        weights.shape[1] != layer.in.channels) {
        return fail("its shape does not fit the input and the output", op.inputs[1]);
    }
    layer.config.filters = layer.out.channels;
    layer.config.kernel = 1;
    layer.geometry = nn::conv_geometry(layer.in, layer.config);
    numbers(op, layer, 0);
    // The same numbers at every pixel, and step by step.
    if (!layer.in.flat() || has_steps()) layer.kind = Kind::convolution;
}

/// Of images that are one pixel wide or high: what Keras's Conv1DTranspose becomes.
inline void Importer::transposed(const Operator& op, Layer& layer) {
    layer.kind = Kind::transposed;
    if (op.inputs[1] == absent) return fail("has no weights");
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    if (weights.shape.size() != 4) return fail("has not four dimensions", op.inputs[1]);
    nn::ConvConfig& config = layer.config;
    config.filters = layer.out.channels;
    config.kernel = {weights.shape[1], weights.shape[2]};
    config.padding = padding(op.options.number<std::uint8_t>(0));
    config.stride = extent(op.options.number<std::int32_t>(2), op.options.number<std::int32_t>(1), "stride");
    config.activation = activation(op.options.number<std::uint8_t>(3));
    if (failed()) return;
    if (weights.shape[0] != config.filters || weights.shape[3] != layer.in.channels || weights.size() == 0) {
        return fail("its shape does not fit the input and the output", op.inputs[1]);
    }
    if (layer.in.height == 1 && config.kernel.height == 1) {  // Keras lays time along the width
        config.kernel = {config.kernel.width, 1};
        config.stride = {config.stride.width, 1};
    } else if (layer.in.width != 1 || config.kernel.width != 1) {
        return fail("is an image more than one pixel high and wide", data_input(op));
    }
    layer.in = {layer.in.height * layer.in.width, layer.in.channels};
    const std::size_t size = layer.out.size();
    layer.out = {transposed_config(config).steps(layer.in.height), config.filters};
    if (layer.out.size() != size) return fail("has not the shape that the operator gives", op.outputs[0]);
    layer.geometry = {.height = config.kernel.height,
                      .channels = layer.in.channels,
                      .filters = config.filters,
                      .kernel_height = config.kernel.height};
    numbers(op, layer, 0);
}

/// Whether no operator but QUANTIZE reads or writes a tensor.
inline bool Importer::only_quantized(std::size_t tensor) const {
    return std::ranges::all_of(graph_.operators, [tensor](const Operator& op) {
        const auto has = [tensor](const auto& list) { return std::ranges::find(list, tensor) != list.end(); };
        return op.code == Code::quantize || !(has(op.inputs) || has(op.outputs));
    });
}

/// Whether a tensor is what one operator keeps for itself.
inline bool Importer::is_state(std::size_t tensor) const {
    std::ptrdiff_t reads = 0;
    for (const Operator& op : graph_.operators) reads += std::ranges::count(op.inputs, tensor);
    const bool computed = producers_[tensor] != absent || tensor == graph_.input;
    return reads == 1 && !computed && !graph_.tensors[tensor].constant();
}

/// An activation is of the network's type. Bytes without a sign, at either end of a QUANTIZE, count as those
/// with a sign that are 128 less.
inline void Importer::check_type(std::size_t index) {
    const Tensor& tensor = graph_.tensors[index];
    const bool byte = tensor.is(Type::int8) || (tensor.is(Type::uint8) && only_quantized(index));
    if (real() && !tensor.is(Type::float32)) fail("is not float32, as the input is", index);
    if (wide() && !tensor.is(Type::int16)) fail("is not int16, as the input is", index);
    if (type_ == Type::int8 && !byte) fail("is not int8", index);
}

/// Of one sample: the leading dimension is 1. Within the network two dimensions may be steps of it.
inline nn::Shape Importer::shape(std::size_t index) {
    const std::vector<std::size_t>& lengths = graph_.tensors[index].shape;
    check_type(index);
    if (lengths.empty() || lengths.size() > 4) fail("has not one to four dimensions", index);
    if (std::ranges::find(lengths, std::size_t{0}) != lengths.end()) fail("is empty", index);
    const bool steps = lengths.size() == 2 && index != input_ && index != output_;
    if (lengths.size() > 1 && lengths[0] != 1 && !steps) fail("holds more than one sample", index);
    if (failed()) return nn::Shape(1);
    switch (lengths.size()) {
        case 1:
            return nn::Shape(lengths[0]);
        case 2:
            return {lengths[0], lengths[1]};
        case 3:
            return {lengths[1], lengths[2]};
        default:
            return {lengths[1], lengths[2], lengths[3]};
    }
}

/// Of integers; all real numbers have the same.
inline nn::Affine Importer::affine(std::size_t index) {
    const Tensor& tensor = graph_.tensors[index];
    if (real()) return {};
    if (tensor.scales.size() != 1 || tensor.zero_points.size() != 1) {
        fail("has not one scale and one zero point", index);
        return {};
    }
    const float scale = tensor.scales[0];
    const std::int64_t zero_point = tensor.zero_points[0] - (tensor.is(Type::uint8) ? 128 : 0);
    if (!std::isfinite(scale) || !(scale > 0)) fail("its scale is not positive", index);
    if (zero_point < -128 || zero_point > 127) fail("its zero point is no byte", index);
    if (wide() && zero_point != 0) fail("its zero point is not 0", index);
    if (failed()) return {};
    return {scale, static_cast<std::int8_t>(zero_point)};
}

inline void Importer::same_scale(const Operator& op) {
    if (affine(op.inputs[0]) != affine(op.outputs[0])) fail("has not the input's scale", op.outputs[0]);
}

inline nn::Activation Importer::activation(std::uint8_t code) {
    if (code == 0) return nn::Activation::none;
    if (code == 1) return nn::Activation::relu;
    if (code != 3) fail("its activation " + std::to_string(code) + " is not supported");
    return nn::Activation::relu6;
}

inline nn::Padding Importer::padding(std::uint8_t code) {
    if (code > 1) fail("its padding " + std::to_string(code) + " is not known");
    return code == 0 ? nn::Padding::same : nn::Padding::valid;
}

inline nn::Extent Importer::extent(std::int32_t height, std::int32_t width, const char* what) {
    constexpr std::int32_t most = 1 << 16;
    if (height < 1 || width < 1 || height > most || width > most) {
        fail(std::string("its ") + what + " is " + std::to_string(height) + " x " + std::to_string(width));
        return 1;
    }
    return {static_cast<std::size_t>(height), static_cast<std::size_t>(width)};
}

}  // namespace mote::deploy::tflite
