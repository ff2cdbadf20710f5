// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "mote/deploy/host/tflite_layers.hpp"

/// Weights, biases, and the factors that bring sums to the output's scale.
namespace mote::deploy::tflite {

/// Weights, biases and the output stage.
inline void Importer::numbers(const Operator& op, Layer& layer, std::int32_t axis) {
    if (real()) return real_numbers(op, layer);
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    if (!weights.is(Type::int8) || !weights.constant()) return fail("is not constant int8", op.inputs[1]);
    for (const std::uint8_t byte : weights.data) layer.weights.push_back(static_cast<std::int8_t>(byte));
    // Not where two products share a register; sums of 512 products of 16 bits have room for that many.
    const auto lowest = std::ranges::count(layer.weights, -128);
    if (lowest > (wide() ? 511 : 0)) return fail("a weight is -128", op.inputs[1]);
    biases(op, layer);
    if (!failed()) scales(op, layer, axis);
}

/// Of 16 bits with biases of 64, sums have 64 as well; convolutions and dense layers of 16 bits with biases
/// of 32 bits, or without any, have sums of 32.
inline void Importer::biases(const Operator& op, Layer& layer) {
    layer.bias.assign(layer.config.filters, 0);
    const bool plain = layer.kind == Kind::convolution || layer.kind == Kind::dense;
    const std::size_t place = bias_input(op);
    const bool given = op.inputs.size() > place && op.inputs[place] != absent;
    layer.words.bias32 = plain && !(given && graph_.tensors[op.inputs[place]].is(Type::int64));
    const bool long_sums = wide() && !layer.words.bias32;
    if (given) {
        const Tensor& bias = graph_.tensors[op.inputs[place]];
        const Type wanted = long_sums ? Type::int64 : Type::int32;
        if (!bias.is(wanted) || !bias.constant() || bias.size() != layer.bias.size()) {
            const char* type = long_sums ? "int64" : "int32";
            return fail(std::string("is not one constant ") + type + " for each filter", op.inputs[place]);
        }
        for (std::size_t i = 0; i < layer.bias.size(); ++i) {
            layer.bias[i] = long_sums ? little_endian<std::int64_t>(bias.data.subspan(8 * i))
                                      : little_endian<std::int32_t>(bias.data.subspan(4 * i));
        }
    }
    const auto terms = static_cast<std::int64_t>(layer.weights.size() / layer.bias.size());
    const std::int64_t sums = std::int64_t{wide() ? 32768 * 127 : 255 * 127} * terms;
    const std::int64_t most = std::int64_t{1} << (long_sums ? 46 : 31);
    for (const std::int64_t bias : layer.bias) {
        if (bias >= most - sums || bias <= sums - most) return fail("its sums may overflow", op.outputs[0]);
    }
}

/// Weights and biases one behind the other.
inline void Importer::real_numbers(const Operator& op, Layer& layer) {
    const auto append = [&](std::size_t input, std::size_t count) {
        const Tensor& tensor = graph_.tensors[input];
        if (!tensor.is(Type::float32) || !tensor.constant() || tensor.size() != count) {
            return fail("is not the constant float32 that the operator wants", input);
        }
        for (std::size_t at = 0; at < tensor.data.size(); at += 4) {
            layer.real.push_back(std::bit_cast<float>(little_endian<std::uint32_t>(tensor.data.subspan(at))));
            if (!std::isfinite(layer.real.back())) return fail("a weight is not finite", input);
        }
    };
    append(op.inputs[1], graph_.tensors[op.inputs[1]].size());
    const std::size_t weights = layer.real.size(), place = bias_input(op);
    if (op.inputs.size() > place && op.inputs[place] != absent)
        append(op.inputs[place], layer.config.filters);
    layer.real.resize(weights + layer.config.filters);
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
    const nn::Affine in = affine(data_input(op)), out = affine(op.outputs[0]);
    if (failed()) return;
    layer.input_zero_point = in.zero_point;
    layer.zero_point = out.zero_point;
    layer.range = byte_range(layer.config.activation, out);
    layer.words.range = int16_range(layer.config.activation, {out.scale});
    for (std::size_t i = 0; i < filters; ++i) {
        const float scale = weights.scales[shared ? 0 : i];
        if (!std::isfinite(scale) || !(scale > 0)) return fail("a scale is not positive", op.inputs[1]);
        // A dense layer of one scale multiplies in single precision, all others in double.
        const double product = op.code == Code::fully_connected && shared
                                   ? static_cast<double>(in.scale * scale)
                                   : static_cast<double>(in.scale) * static_cast<double>(scale);
        const double factor = product / static_cast<double>(out.scale);
        if (!(factor < (wide() ? 0x1p7 : 0x1p30))) return fail("its scale is too small", op.outputs[0]);
        const nn::Multiplier multiplier = nn::multiplier_of(factor);
        layer.multipliers.push_back(multiplier.multiplier);
        layer.shifts.push_back(multiplier.shift);
    }
}

}  // namespace mote::deploy::tflite
