// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

/// UNIDIRECTIONAL_SEQUENCE_LSTM of integers. Its inputs by number: 1 to 4 are the input's matrices of the
/// gates i, f, c and o, 5 to 8 the recurrent ones, 12 to 15 the biases, 18 and 19 the state; others must be
/// absent.
namespace mote::deploy::tflite {

/// The matrices from input number `first` on, which are multiplied by what stands on `in`.
inline Gates Importer::gates(const Operator& op, std::size_t first, std::size_t inputs, nn::Affine in) {
    Gates gates;
    gates.zero_point = in.zero_point;
    for (std::size_t gate = 0; gate < 4; ++gate) {
        const std::size_t index = op.inputs[first + gate];
        if (index == absent) fail("has not all four gates");
        if (failed()) return gates;
        const Tensor& tensor = graph_.tensors[index];
        const bool fits = tensor.shape == std::vector<std::size_t>{gates_units(op), inputs};
        if (!fits || !tensor.is(Type::int8) || !tensor.constant()) {
            fail("is not constant int8 of the gates' shape", index);
            return gates;
        }
        for (const std::uint8_t byte : tensor.data) gates.weights.push_back(static_cast<std::int8_t>(byte));
        if (std::ranges::find(gates.weights, -128) != gates.weights.end()) fail("a weight is -128", index);
        const nn::Affine scale = affine(index);
        if (scale.zero_point != 0) fail("its zero point is not 0", index);
        // As in a dense layer: the product in single precision.
        const double factor = static_cast<double>(in.scale * scale.scale) / nn::gate_unit;
        if (!(factor < (wide() ? 0x1p7 : 0x1p30))) fail("its scale is too large", index);
        if (failed()) return gates;
        const nn::Multiplier multiplier = nn::multiplier_of(factor);
        gates.multiplier[gate] = multiplier.multiplier;
        gates.shift[gate] = multiplier.shift;
    }
    gates.bias.resize(4 * gates_units(op));
    return gates;
}

/// Of 64 bits where the activations have 16.
inline void Importer::gate_biases(const Operator& op, Gates& gates) {
    const std::size_t units = gates_units(op), inputs = gates.weights.size() / gates.bias.size();
    const std::int64_t most = std::int64_t{1} << (wide() ? 46 : 31);
    const std::int64_t sums =
        std::int64_t{wide() ? 32768 * 127 : 255 * 127} * static_cast<std::int64_t>(inputs);
    for (std::size_t gate = 0; gate < 4; ++gate) {
        const std::size_t index = op.inputs[12 + gate];
        if (index == absent) continue;
        const Tensor& tensor = graph_.tensors[index];
        if (!tensor.is(wide() ? Type::int64 : Type::int32) || !tensor.constant() || tensor.size() != units) {
            const char* type = wide() ? "int64" : "int32";
            return fail(std::string("is not one constant ") + type + " for each unit", index);
        }
        for (std::size_t i = 0; i < units; ++i) {
            const std::int64_t bias = wide() ? little_endian<std::int64_t>(tensor.data.subspan(8 * i))
                                             : little_endian<std::int32_t>(tensor.data.subspan(4 * i));
            if (bias >= most - sums || bias <= sums - most) return fail("its sums may overflow", index);
            gates.bias[gate * units + i] = bias;
        }
    }
}

/// What is refused: all but plain layers of one sample.
inline void Importer::check_lstm(const Operator& op, const Layer& layer) {
    if (real()) return fail("has a form only for integers");
    if (op.inputs.size() < 20) return fail("has not all inputs");
    for (const std::size_t place : std::array<std::size_t, 9>{9, 10, 11, 16, 17, 20, 21, 22, 23}) {
        if (place < op.inputs.size() && op.inputs[place] != absent) {
            return fail("has peepholes, a projection or a normalization", op.inputs[place]);
        }
    }
    if (op.options.number<std::uint8_t>(0) != 4) fail("its activation is not TANH");
    if (op.options.number<float>(2) != 0) fail("has a projection");
    if (op.options.number<std::uint8_t>(3) != 0) fail("has samples inside of steps");
    if (layer.in.width != 1 || layer.out != nn::Shape(layer.in.height, layer.out.channels)) {
        fail("has not the shape that the operator gives", op.outputs[0]);
    }
    for (const std::size_t place : {std::size_t{18}, std::size_t{19}}) {
        const std::size_t state = op.inputs[place];
        if (state == absent) fail("has no state");
        if (failed()) return;
        const bool fits = graph_.tensors[state].is(place == 19 ? Type::int16 : type_) &&
                          graph_.tensors[state].size() == layer.out.channels;
        if (!fits || !is_state(state)) return fail("is no state of the units", state);
    }
}

/// The scales of the state, which is zeros at the beginning of every call.
inline void Importer::lstm_state(const Operator& op, Layer& layer) {
    const std::size_t hidden = op.inputs[18], cell = op.inputs[19];
    const nn::Affine out = affine(op.outputs[0]);
    if (affine(hidden) != out) fail("has not the output's scale", hidden);
    const nn::Affine unit = affine(cell);
    int exponent = 0;
    const bool power = std::frexp(unit.scale, &exponent) == 0.5f;
    if (!power || exponent < -14 || exponent > 1) fail("its scale is no power of two up to 1", cell);
    if (unit.zero_point != 0) fail("its zero point is not 0", cell);
    const double to_hidden = 0x1p-30 / static_cast<double>(out.scale);
    if (!(to_hidden <= 1)) fail("its scale is too small", op.outputs[0]);
    const float clip = op.options.number<float>(1);
    if (!(clip >= 0) || (clip > 0 && clip < unit.scale)) fail("its cell is clipped to nothing");
    if (failed()) return;
    layer.lstm.cell_power = static_cast<std::int8_t>(exponent - 1);
    layer.lstm.cell_clip = static_cast<std::int16_t>(std::min(clip / unit.scale, 32767.0f));
    layer.lstm.hidden = nn::multiplier_of(to_hidden);
    layer.zero_point = out.zero_point;
}

inline void Importer::lstm(const Operator& op, Layer& layer) {
    layer.kind = Kind::lstm;
    check_lstm(op, layer);
    if (failed()) return;
    layer.lstm.input = gates(op, 1, layer.in.channels, affine(op.inputs[0]));
    if (!failed()) layer.lstm.recurrent = gates(op, 5, layer.out.channels, affine(op.outputs[0]));
    if (!failed()) gate_biases(op, layer.lstm.input);
    if (!failed()) lstm_state(op, layer);
}

}  // namespace mote::deploy::tflite
