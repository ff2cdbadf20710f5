// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/reference_conv.hpp"

/// What the gates of a recurrent layer are given: int8 matrices times bytes, as 16-bit numbers. Every gate
/// has a matrix of its own scale; all are multiplied by the same bytes.
namespace mote::kernels {

/// y[row] += round((bias[row] + sum of weights[row] * (x - zero_point)) * the gate's factor), both saturated,
/// with row = gate * Units + unit and the rounding of MultiplyByQuantizedMultiplier.
/// Weights lie in -127 .. 127, [gate][unit][input].
template <std::size_t Inputs, std::size_t Units, std::size_t Gates>
struct QuantizedGates {
    static constexpr std::size_t inputs = Inputs, units = Units, gates = Gates, rows = Gates * Units;
    std::array<std::int8_t, rows * Inputs> weights{};
    std::array<std::int32_t, rows> bias{};
    std::array<std::int32_t, Gates> multiplier{};  // in [2^30, 2^31), or 0
    std::array<std::int8_t, Gates> shift{};        // left when positive; -31 .. 30
    std::int8_t zero_point = 0;
};

constexpr std::int16_t saturate16(std::int32_t x) {
    return static_cast<std::int16_t>(std::clamp<std::int32_t>(x, -32768, 32767));
}

namespace reference {

/// The rows of any layer, given that its inputs are less `zero_point`.
template <class Layer>
constexpr void add_gates(const Layer& layer, std::int32_t zero_point, const std::int8_t* x, std::int16_t* y) {
    const std::int8_t* weights = layer.weights.data();
    for (std::size_t row = 0; row < layer.rows; ++row, weights += layer.inputs) {
        std::int32_t sum = layer.bias[row];
        for (std::size_t i = 0; i < layer.inputs; ++i) sum += weights[i] * (x[i] - zero_point);
        const std::size_t gate = row / layer.units;
        y[row] = saturate16(y[row] + saturate16(rescale(sum, layer.multiplier[gate], layer.shift[gate])));
    }
}

}  // namespace reference

namespace impl {

namespace portable {

/// The canonical gates with the zero point folded into the bias.
template <class LayerType>
struct PackedGates {
    using Layer = LayerType;
    Layer layer;

    constexpr std::int8_t zero_point() const { return layer.zero_point; }
    constexpr Layer unpack() const { return with_bias_less(layer, -layer.zero_point); }

    static constexpr Layer with_bias_less(Layer layer, std::int32_t zero_point) {
        for (std::size_t row = 0; row < Layer::rows; ++row) {
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < Layer::inputs; ++i) sum += layer.weights[row * Layer::inputs + i];
            layer.bias[row] = subtract_product(layer.bias[row], zero_point, sum);
        }
        return layer;
    }
};

}  // namespace portable

template <std::size_t Inputs, std::size_t Units, std::size_t Gates>
constexpr auto pack(isa::Portable, const QuantizedGates<Inputs, Units, Gates>& layer) {
    using Packed = portable::PackedGates<QuantizedGates<Inputs, Units, Gates>>;
    return Packed{Packed::with_bias_less(layer, layer.zero_point)};
}

template <class Layer>
[[gnu::noinline]] void add_gates(isa::Portable, const portable::PackedGates<Layer>& packed,
                                 const std::int8_t* x, std::int16_t* y) {
    reference::add_gates(packed.layer, 0, x, y);
}

}  // namespace impl

}  // namespace mote::kernels
