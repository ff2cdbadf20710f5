// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdlib>

#include "mote/deploy/host/tflite_layers.hpp"

/// The operators of TensorFlow Lite one by one: their options' field numbers, their inputs' order and the
/// arithmetic by which scales become multipliers are those of its schema and reference kernels.
namespace mote::deploy::tflite {

/// Appends the operator's layer, and before it whatever mote needs that TensorFlow Lite does in passing.
inline void Importer::lower(const Operator& op, std::vector<Layer>& layers) {
    Layer layer;
    layer.in = shape(op.inputs[0]);
    layer.out = shape(op.outputs[0]);
    if (graph_.tensors[op.inputs[0]].constant()) fail("its input is constant", op.inputs[0]);
    if (failed()) return;
    switch (op.code) {
        case Code::conv_2d:
        case Code::depthwise_conv_2d:
            convolution(op, layer);
            break;
        case Code::fully_connected:
            fully_connected(op, layer);
            break;
        case Code::average_pool_2d:
        case Code::max_pool_2d:
            pool(op, layer);
            break;
        case Code::softmax:
            softmax(op, layer);
            break;
        case Code::reshape:
            if (layer.in.size() != layer.out.size()) fail("changes the number of elements", op.outputs[0]);
            same_scale(op);
            break;
        default:
            fail("is not supported");
    }
    const nn::Shape given = shape(op.inputs[0]);
    layers.push_back(std::move(layer));
    if (op.code == Code::fully_connected && !given.flat()) {  // layers run from the last to the first
        Layer flat;
        flat.in = given;
        flat.out = nn::Shape(given.size());
        layers.push_back(std::move(flat));
    }
}

inline void Importer::convolution(const Operator& op, Layer& layer) {
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
    if (!nn::fits(layer.in, config)) return fail("its window does not fit into the input", op.inputs[0]);
    layer.geometry = nn::conv_geometry(layer.in, config);
    const nn::Shape out{layer.geometry.output_height, layer.geometry.output_width, config.filters};
    if (out != layer.out) return fail("has not the shape that the operator gives", op.outputs[0]);
    numbers(op, layer, depthwise ? 3 : 0);
}

inline void Importer::fully_connected(const Operator& op, Layer& layer) {
    layer.kind = Kind::dense;
    if (op.inputs.size() < 2 || op.inputs[1] == absent) return fail("has no weights");
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    layer.config.activation = activation(op.options.number<std::uint8_t>(0));
    if (op.options.number<std::int8_t>(1) != 0) fail("its weights are shuffled", op.inputs[1]);
    if (weights.shape.size() != 2 || weights.shape[0] != layer.out.size() ||
        weights.shape[1] != layer.in.size()) {
        return fail("its shape does not fit the input and the output", op.inputs[1]);
    }
    layer.in = nn::Shape(layer.in.size());
    layer.config.filters = layer.out.size();
    if (!layer.out.flat()) return fail("is no vector", op.outputs[0]);
    layer.geometry = {.channels = layer.in.size(), .filters = layer.out.size()};
    numbers(op, layer, 0);
}

inline void Importer::pool(const Operator& op, Layer& layer) {
    layer.kind = op.code == Code::average_pool_2d ? Kind::average_pool : Kind::max_pool;
    layer.pool.padding = padding(op.options.number<std::uint8_t>(0));
    layer.pool.stride =
        extent(op.options.number<std::int32_t>(2), op.options.number<std::int32_t>(1), "stride");
    layer.pool.size =
        extent(op.options.number<std::int32_t>(4), op.options.number<std::int32_t>(3), "window");
    const nn::ByteRange range =
        byte_range(activation(op.options.number<std::uint8_t>(5)), affine(op.outputs[0]));
    if (range.lowest != -128 || range.highest != 127) fail("its activation is not supported", op.outputs[0]);
    if (failed()) return;
    const nn::Pooling pooling(layer.in, layer.pool);
    if (!pooling.fits()) return fail("its window does not fit into the input", op.inputs[0]);
    if (pooling.output() != layer.out) fail("has not the shape that the operator gives", op.outputs[0]);
    same_scale(op);
}

inline void Importer::softmax(const Operator& op, Layer& layer) {
    layer.kind = Kind::softmax;
    if (op.options.number<float>(0) != 1.0f) fail("its beta is not 1");
    if (layer.in != layer.out) fail("has not the input's shape", op.outputs[0]);
    if (affine(op.outputs[0]) != nn::Affine{1.0f / 256, -128}) {
        fail("its scale is not 1/256 or its zero point not -128", op.outputs[0]);
    }
    if (failed()) return;
    const float* none = nullptr;
    layer.softmax = nn::Softmax::At<nn::Shape(1)>::quantize(none, affine(op.inputs[0]), {});
}

/// Weights, biases and the output stage.
inline void Importer::numbers(const Operator& op, Layer& layer, std::int32_t axis) {
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    if (!weights.is(Type::int8) || !weights.constant()) return fail("is not constant int8", op.inputs[1]);
    layer.weights.resize(weights.data.size());
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
        layer.weights[i] = static_cast<std::int8_t>(weights.data[i]);
        if (layer.weights[i] == -128) return fail("a weight is -128", op.inputs[1]);
    }
    layer.bias.assign(layer.config.filters, 0);
    if (op.inputs.size() > 2 && op.inputs[2] != absent) {
        const Tensor& bias = graph_.tensors[op.inputs[2]];
        if (!bias.is(Type::int32) || !bias.constant() || bias.size() != layer.bias.size()) {
            return fail("is not one constant int32 for each filter", op.inputs[2]);
        }
        for (std::size_t i = 0; i < layer.bias.size(); ++i) {
            std::uint32_t word = 0;
            for (std::size_t byte = 0; byte < 4; ++byte) {
                word |= std::uint32_t{bias.data[4 * i + byte]} << (8 * byte);
            }
            layer.bias[i] = static_cast<std::int32_t>(word);
        }
    }
    const auto sums =
        std::int64_t{255 * 127} * static_cast<std::int64_t>(layer.weights.size() / layer.bias.size());
    for (const std::int64_t bias : layer.bias) {
        if (std::abs(bias) + sums >= std::int64_t{1} << 31)
            return fail("its sums may overflow 32 bits", op.outputs[0]);
    }
    scales(op, layer, axis);
}

inline void Importer::scales(const Operator& op, Layer& layer, std::int32_t axis) {
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    const std::size_t filters = layer.config.filters;
    const bool shared = weights.scales.size() == 1;
    if (!shared && (weights.scales.size() != filters || weights.axis != axis)) {
        return fail("has not one scale or one for each filter", op.inputs[1]);
    }
    for (std::size_t i = 0; i < weights.zero_points.size() && !failed(); ++i) {
        if (weights.zero_points[i] != 0) fail("its zero point is not 0", op.inputs[1]);
    }
    const nn::Affine in = affine(op.inputs[0]), out = affine(op.outputs[0]);
    if (failed()) return;
    layer.input_zero_point = in.zero_point;
    layer.zero_point = out.zero_point;
    layer.range = byte_range(layer.config.activation, out);
    for (std::size_t i = 0; i < filters; ++i) {
        const float scale = weights.scales[shared ? 0 : i];
        if (!std::isfinite(scale) || !(scale > 0)) return fail("a scale is not positive", op.inputs[1]);
        // A dense layer of one scale multiplies in single precision, all others in double.
        const double product = layer.kind == Kind::dense && shared
                                   ? static_cast<double>(in.scale * scale)
                                   : static_cast<double>(in.scale) * static_cast<double>(scale);
        const double factor = product / static_cast<double>(out.scale);
        if (!(factor < 0x1p30)) return fail("its scale is too small", op.outputs[0]);
        const nn::Multiplier multiplier = nn::multiplier_of(factor);
        layer.multipliers.push_back(multiplier.multiplier);
        layer.shifts.push_back(multiplier.shift);
    }
}

/// Of one sample: the leading dimension is 1.
inline nn::Shape Importer::shape(std::size_t index) {
    const Tensor& tensor = graph_.tensors[index];
    const std::vector<std::size_t>& lengths = tensor.shape;
    if (!tensor.is(Type::int8)) fail("is not int8", index);
    if (lengths.empty() || lengths.size() > 4) fail("has not one to four dimensions", index);
    if (std::ranges::find(lengths, std::size_t{0}) != lengths.end()) fail("is empty", index);
    if (lengths.size() > 1 && lengths[0] != 1) fail("holds more than one sample", index);
    if (failed()) return nn::Shape(1);
    switch (lengths.size()) {
        case 1:
            return nn::Shape(lengths[0]);
        case 2:
            return nn::Shape(lengths[1]);
        case 3:
            return {lengths[1], lengths[2]};
        default:
            return {lengths[1], lengths[2], lengths[3]};
    }
}

inline nn::Affine Importer::affine(std::size_t index) {
    const Tensor& tensor = graph_.tensors[index];
    if (tensor.scales.size() != 1 || tensor.zero_points.size() != 1) {
        fail("has not one scale and one zero point", index);
        return {};
    }
    const float scale = tensor.scales[0];
    const std::int64_t zero_point = tensor.zero_points[0];
    if (!std::isfinite(scale) || !(scale > 0)) fail("its scale is not positive", index);
    if (zero_point < -128 || zero_point > 127) fail("its zero point is no byte", index);
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
