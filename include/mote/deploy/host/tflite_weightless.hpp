// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <ios>
#include <sstream>
#include <string>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

/// The operators without weights: windows, margins, curves. Numbers as in tflite_operators.hpp.
namespace mote::deploy::tflite {

inline void Importer::pool(const Operator& op, Layer& layer) {
    layer.kind = op.code == Code::average_pool_2d ? Kind::average_pool : Kind::max_pool;
    layer.pool.padding = padding(op.options.number<std::uint8_t>(0));
    layer.pool.stride =
        extent(op.options.number<std::int32_t>(2), op.options.number<std::int32_t>(1), "stride");
    layer.pool.size =
        extent(op.options.number<std::int32_t>(4), op.options.number<std::int32_t>(3), "window");
    const nn::Activation fused = activation(op.options.number<std::uint8_t>(5));
    const nn::ByteRange range = byte_range(fused, affine(op.outputs[0]));
    const bool changes =
        type_ == Type::int8 ? range.lowest != -128 || range.highest != 127 : fused != nn::Activation::none;
    if (changes) fail("its activation is not supported", op.outputs[0]);
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
    if (type_ == Type::int8 && affine(op.outputs[0]) != nn::Affine{1.0f / 256, -128}) {
        fail("its scale is not 1/256 or its zero point not -128", op.outputs[0]);
    }
    if (wide() && symmetric(op.outputs[0]) != nn::int16::unit_output) {
        fail("its scale is not 1/32768", op.outputs[0]);
    }
    if (failed()) return;
    layer.softmax = nn::quantized_softmax(affine(op.inputs[0]).scale);
    layer.words.softmax = nn::int16::softmax_multiplier(symmetric(op.inputs[0]));
}

/// What a mean or a maximum runs over becomes the layer's pixels, of which there are so many, and what it
/// leaves behind them the channels.
inline std::size_t Importer::reduce(const Operator& op, Layer& layer) {
    const std::vector<std::size_t>& lengths = graph_.tensors[op.inputs[0]].shape;
    const auto dimensions = static_cast<std::int64_t>(lengths.size());
    std::vector<bool> reduced(lengths.size());
    for (const std::int64_t given : integers(op, 1, 0)) {
        const std::int64_t axis = given < 0 ? given + dimensions : given;
        if (axis < 1 || axis >= dimensions - 1) fail("is not over height and width", op.inputs[0]);
        if (failed()) return 1;
        reduced[static_cast<std::size_t>(axis)] = true;
    }
    std::size_t pixels = 1, kept = 1;
    for (std::size_t axis = 1; axis < lengths.size(); ++axis) {
        if (reduced[axis] && kept > 1 && lengths[axis] > 1) {
            fail("is not over height and width, or height alone", op.inputs[0]);
        }
        (reduced[axis] ? pixels : kept) *= lengths[axis];
    }
    if (layer.out.size() != kept) fail("has not the shape that the operator gives", op.outputs[0]);
    if (kept != layer.in.channels) layer.in = {pixels, kept};
    layer.out = nn::Shape(kept);
    return pixels;
}

inline void Importer::mean(const Operator& op, Layer& layer) {
    layer.kind = Kind::mean;
    const std::size_t pixels = reduce(op, layer);
    if (!fits_in_curves(op)) return;
    if (pixels >= std::size_t{1} << (wide() ? 15 : 22)) return fail("its sums may overflow", op.outputs[0]);
    const nn::Affine in = affine(op.inputs[0]), out = affine(op.outputs[0]);
    layer.average = nn::QuantizedMean::of(in, out, pixels);
    layer.words.average = {nn::mean_multiplier(in.scale, out.scale, pixels)};
}

/// A pool of one window.
inline void Importer::maximum(const Operator& op, Layer& layer) {
    layer.kind = Kind::max_pool;
    reduce(op, layer);
    layer.pool.size = {layer.in.height, layer.in.width};
    same_scale(op);
}

inline bool Importer::elementwise(const Operator& op, Layer& layer) {
    layer.kind = Kind::curve;
    if (layer.in != layer.out) fail("has not the input's shape", op.outputs[0]);
    switch (op.code) {
        case Code::logistic:
            return curve<nn::SigmoidCurve>(op, layer), true;
        case Code::tanh:
            return curve<nn::TanhCurve>(op, layer), true;
        case Code::elu:
            return curve<nn::EluCurve<nn::Slope{.value = 1}>>(op, layer), true;
        case Code::gelu:
            if (op.options.number<std::uint8_t>(0) != 0) return curve<nn::TanhGeluCurve>(op, layer), true;
            return curve<nn::GeluCurve>(op, layer), true;
        case Code::relu:
            return curve<nn::RescaleCurve<nn::Activation::relu>>(op, layer), true;
        case Code::relu6:
            return curve<nn::RescaleCurve<nn::Activation::relu6>>(op, layer), true;
        case Code::quantize:
            if (real()) fail("turns real numbers into integers here", op.inputs[0]);
            return curve<nn::RescaleCurve<nn::Activation::none>>(op, layer), true;
        case Code::hard_swish:
            if (type_ == Type::int8 && affine(op.inputs[0]).scale / 128 >= affine(op.outputs[0]).scale) {
                fail("its scale is too small", op.outputs[0]);
            }
            return curve<nn::HardSwishCurve>(op, layer), true;
        case Code::leaky_relu:
            return leaky_relu(op, layer), true;
        default:
            return false;
    }
}

/// Scales with which no curve leaves 32 bits.
inline bool Importer::fits_in_curves(const Operator& op) {
    const float in = affine(op.inputs[0]).scale, out = affine(op.outputs[0]).scale;
    if (!(in < 256)) fail("its scale is too large", op.inputs[0]);
    if (!(in / out < 0x1p16f)) fail("its scale is too small", op.outputs[0]);
    return !failed();
}

namespace detail {

/// Small integers are numbers here, no characters.
inline const char* text(const char* letters) {
    return letters;
}
inline std::string text(std::int64_t number) {
    return std::to_string(number);
}

inline std::string text(const nn::int16::Table& table) {
    std::string list = "{";
    for (const std::int16_t entry : table) list += std::to_string(entry) + ", ";
    return list + "}";
}

inline void fill_table(Layer& layer, auto bytes) {
    for (std::size_t i = 0; i < 256; ++i) layer.table[i] = bytes(static_cast<std::int32_t>(i) - 128);
}

template <class Curve>
void set_words(Layer& layer, const Curve& curve) {
    layer.words.curve = curve;
    std::ostringstream numbers;
    curve.describe([&](const auto&... parts) { (numbers << ... << text(parts)); });
    layer.words.curve_numbers = numbers.str();
}

}  // namespace detail

template <class Curve>
void Importer::curve(const Operator& op, Layer& layer) {
    if (!fits_in_curves(op)) return;
    const nn::Affine out = affine(op.outputs[0]);
    if constexpr (requires { Curve::output; }) {
        const bool fits = wide() ? symmetric(op.outputs[0]) == nn::int16::unit_output : out == Curve::output;
        if (!real() && !fits) fail("has not the scale and zero point of this operator", op.outputs[0]);
    }
    if constexpr (requires { typename Curve::Int16; }) {
        detail::set_words(layer, Curve::words(symmetric(op.inputs[0]), symmetric(op.outputs[0])));
    } else if (wide()) {
        fail("has no form for 16 bits");
    }
    if (!wide()) detail::fill_table(layer, Curve::bytes(affine(op.inputs[0]), out));
    std::ostringstream type;
    Curve::describe([&](const auto&... parts) { (type << ... << parts); });
    layer.curve = type.str();
    layer.value = [](float x) {
        nn::Elementwise<Curve>::template At<nn::Shape(1)>::template forward<isa::Portable>(&x, &x, &x, &x);
        return x;
    };
}

inline void Importer::leaky_relu(const Operator& op, Layer& layer) {
    const float slope = op.options.number<float>(0);
    if (!(slope >= 0 && slope < 256)) return fail("its slope is negative or too steep");
    if (!fits_in_curves(op)) return;
    const nn::Affine in = affine(op.inputs[0]), out = affine(op.outputs[0]);
    detail::fill_table(layer, nn::detail::leaky_relu_bytes(in, out, slope));
    detail::set_words(layer, nn::Int16LeakyRelu::of({in.scale}, {out.scale}, slope));
    std::ostringstream type;
    type.precision(9);
    type << "mote::nn::LeakyReluCurve<mote::nn::Slope{" << std::scientific << slope << "}>";
    layer.curve = type.str();
    layer.value = [slope](float x) { return x < 0 ? slope * x : x; };
}

/// The constant integers of one input; `count` of them where that is not 0.
inline std::vector<std::int64_t> Importer::integers(const Operator& op, std::size_t place,
                                                    std::size_t count) {
    std::vector<std::int64_t> values;
    if (place >= op.inputs.size() || op.inputs[place] == absent) {
        fail("has not all inputs");
        return values;
    }
    const Tensor& tensor = graph_.tensors[op.inputs[place]];
    const std::size_t width = tensor.is(Type::int64) ? 8 : 4;
    if (!tensor.constant() || !(tensor.is(Type::int32) || tensor.is(Type::int64)) || tensor.size() > 16 ||
        (count > 0 && tensor.size() != count)) {
        fail("is not the constant integers that the operator wants", op.inputs[place]);
        return values;
    }
    for (std::size_t at = 0; at < tensor.data.size(); at += width) {
        const std::span<const std::uint8_t> rest = tensor.data.subspan(at);
        values.push_back(width == 4 ? little_endian<std::int32_t>(rest) : little_endian<std::int64_t>(rest));
    }
    return values;
}

}  // namespace mote::deploy::tflite
