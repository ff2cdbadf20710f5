// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/kernels/int8_gates.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/quantized_conv.hpp"

namespace mote::nn {

/// The unit of what goes into the gates' curves: Q3.12.
inline constexpr double gate_unit = 0x1p-12;

/// The layer that gates are whose inputs are T's: where these have 16 bits, a dense layer, which keeps its
/// gate's factor for each row.
template <ActivationInteger T, std::size_t Inputs, std::size_t Units, std::size_t Gates>
using GatesOf = std::conditional_t<
    std::same_as<T, std::int8_t>, kernels::QuantizedGates<Inputs, Units, Gates>,
    kernels::Int16Conv<kernels::ConvGeometry{.channels = Inputs, .filters = Gates* Units}>>;

/// Rows [first, end) of a matrix as bytes on one scale, which is returned; 0 where all are zero or too small
/// for one.
template <class Layer, class Weight>
constexpr double quantize_gate(Layer& layer, std::size_t inputs, std::size_t first, std::size_t end,
                               Weight weight) {
    double largest = 0;
    for (std::size_t row = first; row < end; ++row) {
        for (std::size_t i = 0; i < inputs; ++i) {
            largest = max(largest, abs(static_cast<double>(weight(row, i))));
        }
    }
    const double scale = symmetric_scale(&largest, 1);
    bool silent = true;
    for (std::size_t row = first; row < end; ++row) {
        for (std::size_t i = 0; i < inputs; ++i) {
            const std::int32_t byte = round_to(static_cast<double>(weight(row, i)) / scale, -127, 127);
            layer.weights[row * inputs + i] = static_cast<std::int8_t>(byte);
            silent = silent && byte == 0;
        }
    }
    return silent ? 0 : scale;
}

/// Float matrices and biases of gates as bytes on a scale for each gate, whose products with bytes on `in`
/// are in gate_unit. weight(row, input) and bias(row) read them, row = gate * units + unit.
template <class Layer, std::size_t Gates = Layer::gates, class Weight, class Bias>
constexpr Layer quantize_gates(Affine in, Weight weight, Bias bias) {
    Layer layer;
    layer.zero_point = in.zero_point;
    for (std::size_t gate = 0; gate < Gates; ++gate) {
        const std::size_t first = gate * Layer::units, end = first + Layer::units;
        const double scale = quantize_gate(layer, Layer::inputs, first, end, weight);
        const double accumulator = (scale > 0 ? scale : 1.0) * static_cast<double>(in.scale);
        for (std::size_t row = first; row < end; ++row) {
            constexpr std::int32_t limit = 1 << 30;  // leaves room for the sum of products
            layer.bias[row] = round_to(static_cast<double>(bias(row)) / accumulator, -limit, limit);
        }
        const Multiplier factor = multiplier_of(accumulator / gate_unit);
        layer.multiplier[gate] = factor.multiplier;
        layer.shift[gate] = factor.shift;
    }
    return layer;
}

/// The same with inputs of 16 bits, whose sums and biases have 64.
template <class Layer, std::size_t Gates, class Weight, class Bias>
constexpr Layer quantize_gates(Symmetric in, Weight weight, Bias bias) {
    constexpr std::size_t inputs = Layer::geometry.channels, units = Layer::geometry.filters / Gates;
    Layer layer;
    for (std::size_t gate = 0; gate < Gates; ++gate) {
        const std::size_t first = gate * units, end = first + units;
        const double product =
            quantize_gate(layer, inputs, first, end, weight) * static_cast<double>(in.scale);
        // As in quantize_conv(): without products the bias stands on the sum's own scale.
        const double accumulator = product > 0 ? min(product, 127 * gate_unit) : gate_unit;
        const Multiplier factor = multiplier_of(accumulator / gate_unit);
        for (std::size_t row = first; row < end; ++row) {
            constexpr std::int64_t limit = std::int64_t{1} << 46;
            layer.bias[row] = round_to(static_cast<double>(bias(row)) / accumulator, -limit, limit);
            layer.output.multiplier[row] = factor.multiplier;
            layer.output.shift[row] = factor.shift;
        }
    }
    return layer;
}

/// Reads weights that stand as Keras keeps them: a column for each input, `rows` numbers long, of which the
/// first of these gates begins at `first`.
template <class T>
constexpr auto columns_of(const T* weights, std::size_t rows, std::size_t first = 0) {
    return [=](std::size_t row, std::size_t input) { return weights[input * rows + first + row]; };
}
/// Reads biases, of which the first stands at `biases`.
template <class T>
constexpr auto biases_of(const T* biases) {
    return [=](std::size_t row) { return biases[row]; };
}
inline constexpr auto no_biases = [](std::size_t) { return 0.0; };

/// The numbers of gates as a C++ initialiser.
template <class Layer, class Print>
constexpr void describe_gates(const Layer& layer, Print print) {
    print("{", layer.weights, ", ", layer.bias, ", ", layer.multiplier, ", ", layer.shift, ", ",
          layer.zero_point, "}");
}
template <kernels::ConvGeometry G, class Print>
constexpr void describe_gates(const kernels::Int16Conv<G>& layer, Print print) {
    describe_conv(layer, print);
}

/// rescale(x, 2^30, 1 - bits): x / 2^bits as the specification rounds it, twice; bits > 1, x below 2^31 - 1.
constexpr std::int32_t shift_twice_rounded(std::int32_t x, int bits) {
    const std::int32_t half = (x + 1) >> 1;
    return (half + (half >> 31) + (std::int32_t{1} << (bits - 2))) >> (bits - 1);
}

/// kernels::reference::rescale() by one factor, of many numbers.
class Rescaler {
public:
    constexpr explicit Rescaler(Multiplier factor)
        : multiplier_(factor.multiplier),
          left_(max<int>(factor.shift, 0)),
          right_(max<int>(-factor.shift, 0)),
          half_(right_ > 0 ? std::int32_t{1} << (right_ - 1) : 0),
          away_(right_ > 0 ? -1 : 0) {}

    constexpr std::int32_t operator()(std::int32_t x) const {
        const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left_);
        const auto high =
            static_cast<std::int32_t>((std::int64_t{shifted} * multiplier_ + (std::int64_t{1} << 30)) >> 31);
        return (high + half_ + ((high >> 31) & away_)) >> right_;
    }

private:
    std::int32_t multiplier_;
    int left_, right_;
    std::int32_t half_, away_;
};

/// (a * b + 2^14) / 2^15: a product with a number in Q0.15.
constexpr std::int32_t multiply_q15(std::int32_t a, std::int32_t b) {
    return (a * b + (1 << 14)) >> 15;
}

constexpr std::int8_t saturate8(std::int32_t x) {
    return static_cast<std::int8_t>(clamp<std::int32_t>(x, -128, 127));
}
template <ActivationInteger T>
constexpr T saturated(std::int32_t x) {
    if constexpr (std::same_as<T, std::int8_t>) {
        return saturate8(x);
    } else {
        return kernels::saturate16(x);
    }
}

/// What a recurrent layer of bytes keeps of the past: bytes for its matrices, which stand for zeros until it
/// has begun.
template <std::size_t Units>
struct ByteState {
    alignas(4) std::array<std::int8_t, Units> hidden{};
    bool begun = false;

    constexpr void begin(std::int8_t zero_point) {
        if (!begun) hidden.fill(zero_point);
        begun = true;
    }
};
/// Of a layer whose activations have 16 bits: their zero is zero.
template <std::size_t Units>
struct WordState {
    alignas(4) std::array<std::int16_t, Units> hidden{};

    constexpr void begin(std::int32_t) {}
};
template <ActivationInteger T, std::size_t Units>
using HiddenState = std::conditional_t<std::same_as<T, std::int8_t>, ByteState<Units>, WordState<Units>>;

/// The integer that stands for zero in what packed gates are multiplied by.
template <class PackedGates>
constexpr std::int8_t zero_of(const PackedGates& packed) {
    if constexpr (requires { packed.zero_point(); }) {
        return packed.zero_point();
    } else {
        return 0;
    }
}

/// ByteState with the state in 16 bits beside it, which forgets less than bytes do.
template <std::size_t Units>
struct FineByteState : ByteState<Units> {
    std::array<std::int16_t, Units> fine{};

    /// The bytes again after a step; from_fine brings the state to their scale.
    constexpr void round(const Rescaler& from_fine, std::int32_t zero_point) {
        for (std::size_t k = 0; k < Units; ++k) this->hidden[k] = saturate8(zero_point + from_fine(fine[k]));
    }
};

/// The least power of two in units of which `largest` fits 16 bits, from 2^-15 on.
constexpr std::int8_t power_holding(float largest) {
    std::int8_t power = -15;
    for (double reach = 32767.0 / 32768; reach < static_cast<double>(largest) && power < 0; reach *= 2) {
        ++power;
    }
    return power;
}

}  // namespace mote::nn
