// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/kernels/int8_gates.hpp"
#include "mote/nn/affine.hpp"

namespace mote::nn {

/// The unit of what goes into the gates' curves: Q3.12.
inline constexpr double gate_unit = 0x1p-12;

/// Float matrices and biases of gates as bytes on a scale for each gate, whose products with bytes on `in`
/// are in gate_unit. weight(row, input) and bias(row) read them, row = gate * units + unit.
template <class Layer, class Weight, class Bias>
constexpr Layer quantize_gates(Affine in, Weight weight, Bias bias) {
    Layer layer;
    layer.zero_point = in.zero_point;
    for (std::size_t gate = 0; gate < Layer::gates; ++gate) {
        const std::size_t first = gate * Layer::units, end = first + Layer::units;
        double largest = 0;
        for (std::size_t row = first; row < end; ++row) {
            for (std::size_t i = 0; i < Layer::inputs; ++i) {
                largest = max(largest, abs(static_cast<double>(weight(row, i))));
            }
        }
        const double scale = symmetric_scale(&largest, 1);
        const double accumulator = scale * static_cast<double>(in.scale);
        for (std::size_t row = first; row < end; ++row) {
            for (std::size_t i = 0; i < Layer::inputs; ++i) {
                layer.weights[row * Layer::inputs + i] = static_cast<std::int8_t>(
                    round_to(static_cast<double>(weight(row, i)) / scale, -127, 127));
            }
            constexpr std::int32_t limit = 1 << 30;  // leaves room for the sum of products
            layer.bias[row] = round_to(static_cast<double>(bias(row)) / accumulator, -limit, limit);
        }
        const Multiplier factor = multiplier_of(accumulator / gate_unit);
        layer.multiplier[gate] = factor.multiplier;
        layer.shift[gate] = factor.shift;
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
/// The same with the state in 16 bits beside it, which forgets less than bytes do.
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
