// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"

namespace mote::nn {

/// Where tap `tap` of filter `filter` stands among a layer's weights.
template <kernels::ConvGeometry G>
constexpr std::size_t weight_index(const kernels::QuantizedConv<G>&, std::size_t filter, std::size_t tap) {
    return filter * G.taps() + tap;
}
template <kernels::ConvGeometry G>
constexpr std::size_t weight_index(const kernels::QuantizedDepthwise<G>&, std::size_t filter,
                                   std::size_t tap) {
    return tap * G.filters + filter;
}

/// A float layer as bytes: weights symmetric per filter in +-largest, the bias in units of the accumulator,
/// the activation as clamps. The weights, in the int8 layer's order, are followed by the biases.
template <class Layer, class T>
constexpr Layer quantize_conv(const T* weights, Affine in, Affine out, Activation activation,
                              int largest = 127) {
    Layer layer;
    constexpr std::size_t filters = Layer::geometry.filters, taps = layer.weights.size() / filters;
    const ByteRange range = byte_range(activation, out);
    layer.input_zero_point = in.zero_point;
    layer.output.zero_point = out.zero_point;
    layer.output.lowest = range.lowest;
    layer.output.highest = range.highest;
    for (std::size_t filter = 0; filter < filters; ++filter) {
        std::array<T, taps> row{};
        for (std::size_t tap = 0; tap < taps; ++tap) row[tap] = weights[weight_index(layer, filter, tap)];
        const double scale = symmetric_scale(row.data(), taps, largest);
        const double accumulator = scale * static_cast<double>(in.scale);
        for (std::size_t tap = 0; tap < taps; ++tap) {
            layer.weights[weight_index(layer, filter, tap)] =
                static_cast<std::int8_t>(round_to(static_cast<double>(row[tap]) / scale, -largest, largest));
        }
        constexpr std::int32_t limit = 1 << 30;  // leaves room for the sum of products
        const T bias = weights[filters * taps + filter];
        layer.bias[filter] = round_to(static_cast<double>(bias) / accumulator, -limit, limit);
        const Multiplier factor = multiplier_of(accumulator / static_cast<double>(out.scale));
        layer.output.multiplier[filter] = factor.multiplier;
        layer.output.shift[filter] = factor.shift;
    }
    return layer;
}

/// An int8 layer's numbers as a C++ initialiser.
template <class Layer, class Print>
constexpr void describe_conv(const Layer& layer, Print print) {
    const auto& out = layer.output;
    print("{", layer.weights, ", ", layer.bias, ", {", out.multiplier, ", ", out.shift, ", ");
    print(out.zero_point, ", ", out.lowest, ", ", out.highest, "}, ", layer.input_zero_point, "}");
}

/// The int8 half of a layer that one of the kernels' layers computes, and what its float half wants of the
/// arena.
template <class QuantizedLayer, Activation Fused, std::size_t FloatScratch>
struct QuantizedAs {
    static constexpr Activation activation = Fused;
    static constexpr kernels::ConvGeometry geometry = QuantizedLayer::geometry;
    static constexpr std::size_t parameters = QuantizedLayer{}.weights.size() + geometry.filters;
    static constexpr std::size_t macs =
        geometry.output_height * geometry.output_width * QuantizedLayer{}.weights.size();

    static constexpr bool one_convolution = true;  // of all the input: kernels know its other forms, too

    using Quantized = QuantizedLayer;
    template <class Isa>
    using Packed = kernels::Packed<Quantized, Isa>;

    template <class T, class Isa>
    static constexpr bool in_place = std::same_as<T, std::int8_t>&& geometry.inputs() == geometry.outputs() &&
                                     kernels::in_place<Quantized, Isa>;
    template <class T, class Isa>
    static constexpr std::size_t lead =
        std::same_as<T, std::int8_t> ? kernels::lead<Quantized, Isa> : kernels::no_lead;
    template <class T, class Isa>
    static constexpr std::size_t scratch =
        std::same_as<T, std::int8_t> ? kernels::scratch_bytes<Quantized, Isa> : FloatScratch;

    static constexpr Affine quantized_output(Affine, Range observed) { return Affine::covering(observed); }
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out) {
        return quantize_conv<Quantized>(weights, in, out, Fused);
    }
    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return kernels::pack<Isa>(layer);
    }
    static constexpr Quantized unpack(const auto& packed) { return kernels::unpack(packed); }
    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                              std::byte* scratch_space) {
        kernels::run<Isa>(packed, x, y, scratch_space);
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        describe_conv(layer, print);
    }
};

}  // namespace mote::nn
