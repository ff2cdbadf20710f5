// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "mote/deploy/host/tflite_layers.hpp"

/// SVDF in bytes, whose state and taps over time have 16 bits or 8. Its inputs by number: 1 the filters over
/// the features, 2 those over time, 3 the biases, 4 the state.
namespace mote::deploy::tflite {

/// Every invocation is a step, and a network with a step of state must run in steps everywhere.
inline bool Importer::has_steps() const {
    return std::ranges::find(graph_.operators, Code::svdf, &Operator::code) != graph_.operators.end();
}

/// What the shapes say: `rank` filters for each unit.
inline void Importer::check_svdf(const Operator& op, Layer& layer) {
    if (type_ != Type::int8) return fail("has a form only for bytes");
    if (op.inputs.size() != 5) return fail("has not five inputs");
    for (const std::size_t place : std::array<std::size_t, 3>{1, 2, 4}) {
        if (op.inputs[place] == absent) return fail("has not all inputs");
    }
    const Tensor &weights = graph_.tensors[op.inputs[1]], &time = graph_.tensors[op.inputs[2]],
                 &state = graph_.tensors[op.inputs[4]];
    if (!layer.in.flat()) return fail("is no vector", data_input(op));
    if (!weights.is(Type::int8) || !weights.constant()) return fail("is not constant int8", op.inputs[1]);
    if (!time.constant() || !(time.is(Type::int8) || time.is(Type::int16))) {
        return fail("is not constant int8 or int16", op.inputs[2]);
    }
    const auto rank = op.options.number<std::int32_t>(0);
    const std::size_t units = layer.out.channels;
    if (rank < 1 || static_cast<std::size_t>(rank) > most_elements / units) return fail("has no such rank");
    const std::size_t filters = units * static_cast<std::size_t>(rank);
    if (!layer.out.flat() || weights.shape != std::vector<std::size_t>{filters, layer.in.channels}) {
        return fail("its shape does not fit the input and the output", op.inputs[1]);
    }
    if (time.shape.size() != 2 || time.shape[0] != filters || time.shape[1] == 0) {
        return fail("has not the shape of the filters", op.inputs[2]);
    }
    if (!is_state(op.inputs[4]) || state.type != time.type || state.size() != time.size()) {
        return fail("is no state of the filters", op.inputs[4]);
    }
    layer.config.filters = units;
    layer.svdf.rank = static_cast<std::size_t>(rank);
    layer.svdf.memory = time.shape[1];
}

/// The sums of a unit are at most those of its taps and the state's ends.
inline void Importer::check_svdf_sums(const Operator& op, const Layer& layer) {
    if (std::int64_t{255 * 127} * static_cast<std::int64_t>(layer.in.channels) >= std::int64_t{1} << 31) {
        fail("its sums may overflow", op.outputs[0]);
    }
    const Svdf& svdf = layer.svdf;
    const std::int64_t most = std::max(-std::int64_t{svdf.lowest}, std::int64_t{svdf.highest});
    const std::size_t taps = svdf.rank * svdf.memory;
    for (std::size_t unit = 0; unit < layer.bias.size(); ++unit) {
        std::int64_t sum = std::abs(layer.bias[unit]);
        for (std::size_t i = 0; i < taps; ++i) sum += most * std::abs(svdf.time[unit * taps + i]);
        if (sum >= std::int64_t{1} << 31) return fail("its sums may overflow", op.outputs[0]);
    }
}

/// As TensorFlow Lite: products of scales in single precision.
inline void Importer::svdf_scales(const Operator& op, Layer& layer) {
    const nn::Affine in = affine(op.inputs[0]), weights = affine(op.inputs[1]), time = affine(op.inputs[2]),
                     state = affine(op.inputs[4]), out = affine(op.outputs[0]);
    if (weights.zero_point != 0) fail("its zero point is not 0", op.inputs[1]);
    if (time.zero_point != 0) fail("its zero point is not 0", op.inputs[2]);
    const bool fine = graph_.tensors[op.inputs[4]].is(Type::int16);
    if (fine && state.zero_point != 0) fail("its zero point is not 0", op.inputs[4]);
    if (failed()) return;
    layer.svdf.lowest = static_cast<std::int16_t>(fine ? -32768 : -128 - state.zero_point);
    layer.svdf.highest = static_cast<std::int16_t>(fine ? 32767 : 127 - state.zero_point);
    layer.input_zero_point = in.zero_point;
    layer.zero_point = out.zero_point;
    const auto to_state = static_cast<double>(in.scale * weights.scale / state.scale);
    const auto to_output = static_cast<double>(state.scale * time.scale / out.scale);
    if (!(to_state < 0x1p30)) fail("its scale is too small", op.inputs[4]);
    if (!(to_output < 0x1p30)) fail("its scale is too small", op.outputs[0]);
    if (failed()) return;
    layer.svdf.to_state = nn::multiplier_of(to_state);
    const nn::Multiplier factor = nn::multiplier_of(to_output);
    layer.multipliers = {factor.multiplier};
    layer.shifts = {factor.shift};
}

/// The activation is what the output's scale leaves: TensorFlow Lite cuts nothing else off.
inline void Importer::svdf(const Operator& op, Layer& layer) {
    layer.kind = Kind::svdf;
    layer.config.activation = activation(op.options.number<std::uint8_t>(1));
    if (layer.config.activation == nn::Activation::relu6) fail("its activation is not RELU");
    if (!failed()) check_svdf(op, layer);
    if (failed()) return;
    const Tensor& weights = graph_.tensors[op.inputs[1]];
    for (const std::uint8_t byte : weights.data) layer.weights.push_back(static_cast<std::int8_t>(byte));
    if (std::ranges::find(layer.weights, -128) != layer.weights.end()) fail("a weight is -128", op.inputs[1]);
    const Tensor& time = graph_.tensors[op.inputs[2]];
    for (std::size_t i = 0; i < time.size(); ++i) {
        layer.svdf.time.push_back(time.is(Type::int8)
                                      ? static_cast<std::int8_t>(time.data[i])
                                      : little_endian<std::int16_t>(time.data.subspan(2 * i)));
    }
    layer.bias.assign(layer.config.filters, 0);
    if (const std::size_t index = op.inputs[3]; index != absent) {
        const Tensor& bias = graph_.tensors[index];
        if (!bias.is(Type::int32) || !bias.constant() || bias.size() != layer.bias.size()) {
            return fail("is not one constant int32 for each unit", index);
        }
        for (std::size_t i = 0; i < layer.bias.size(); ++i) {
            layer.bias[i] = little_endian<std::int32_t>(bias.data.subspan(4 * i));
        }
    }
    if (!failed()) svdf_scales(op, layer);
    if (!failed()) check_svdf_sums(op, layer);
}

}  // namespace mote::deploy::tflite
