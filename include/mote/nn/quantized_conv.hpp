// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"

namespace mote::nn {

/// Depthwise layers keep the weights of one tap next to each other, others those of one filter.
template <class Layer>
inline constexpr bool tap_by_tap = false;
template <kernels::ConvGeometry G>
inline constexpr bool tap_by_tap<kernels::QuantizedDepthwise<G>> = true;
template <kernels::ConvGeometry G>
inline constexpr bool tap_by_tap<kernels::Int16Depthwise<G>> = true;

/// Where tap `tap` of filter `filter` stands among a layer's weights.
template <class Layer>
constexpr std::size_t weight_index(std::size_t filter, std::size_t tap) {
    constexpr std::size_t filters = Layer::geometry.filters, taps = Layer{}.weights.size() / filters;
    return tap_by_tap<Layer> ? tap * filters + filter : filter * taps + tap;
}

/// Rounds the weights of one filter to multiples of the scale that is returned, in +-largest.
template <class Layer, class T>
constexpr double quantize_filter(Layer& layer, const T* weights, std::size_t filter, int largest = 127) {
    constexpr std::size_t taps = Layer{}.weights.size() / Layer::geometry.filters;
    std::array<T, taps> row{};
    for (std::size_t tap = 0; tap < taps; ++tap) row[tap] = weights[weight_index<Layer>(filter, tap)];
    const double scale = symmetric_scale(row.data(), taps, largest);
    for (std::size_t tap = 0; tap < taps; ++tap) {
        layer.weights[weight_index<Layer>(filter, tap)] =
            static_cast<std::int8_t>(round_to(static_cast<double>(row[tap]) / scale, -largest, largest));
    }
    return scale;
}

/// Whether all weights of a filter are zero.
template <class Layer>
constexpr bool silent(const Layer& layer, std::size_t filter) {
    constexpr std::size_t taps = Layer{}.weights.size() / Layer::geometry.filters;
    std::size_t tap = 0;
    while (tap < taps && layer.weights[weight_index<Layer>(filter, tap)] == 0) ++tap;
    return tap == taps;
}

/// A float layer as bytes: weights symmetric per filter in +-largest, the bias in units of the accumulator,
/// the activation as clamps. The weights, in the int8 layer's order, are followed by the biases.
template <class Layer, class T>
constexpr Layer quantize_conv(const T* weights, Affine in, Affine out, Activation activation,
                              int largest = 127) {
    Layer layer;
    const ByteRange range = byte_range(activation, out);
    layer.input_zero_point = in.zero_point;
    layer.output.zero_point = out.zero_point;
    layer.output.lowest = range.lowest;
    layer.output.highest = range.highest;
    const T* const biases = weights + layer.weights.size();
    for (std::size_t filter = 0; filter < Layer::geometry.filters; ++filter) {
        const double scale = quantize_filter(layer, weights, filter, largest);
        const double accumulator = scale * static_cast<double>(in.scale);
        constexpr std::int32_t limit = 1 << 30;  // leaves room for the sum of products
        layer.bias[filter] = round_to(static_cast<double>(biases[filter]) / accumulator, -limit, limit);
        const Multiplier factor = multiplier_of(accumulator / static_cast<double>(out.scale));
        layer.output.multiplier[filter] = factor.multiplier;
        layer.output.shift[filter] = factor.shift;
    }
    return layer;
}

/// The same with activations of 16 bits, whose sums and biases have 64.
template <class Layer, class T>
constexpr Layer quantize_conv(const T* weights, Symmetric in, Symmetric out, Activation activation,
                              int largest = 127) {
    Layer layer;
    const Int16Range range = int16_range(activation, out);
    layer.output.lowest = range.lowest;
    layer.output.highest = range.highest;
    const T* const biases = weights + layer.weights.size();
    for (std::size_t filter = 0; filter < Layer::geometry.filters; ++filter) {
        const double step = static_cast<double>(out.scale);
        const double product =
            quantize_filter(layer, weights, filter, largest) * static_cast<double>(in.scale);
        // Without products the bias may stand on the output's own scale. Where one product is more than 127
        // steps, of which the stage can make no more, the output saturates whatever the input.
        const double accumulator = silent(layer, filter) ? step : min(product, 127 * step);
        constexpr std::int64_t limit = std::int64_t{1} << 46;
        layer.bias[filter] = round_to(static_cast<double>(biases[filter]) / accumulator, -limit, limit);
        const Multiplier factor = multiplier_of(accumulator / step);
        layer.output.multiplier[filter] = factor.multiplier;
        layer.output.shift[filter] = factor.shift;
    }
    return layer;
}

/// A layer's numbers as a C++ initialiser.
template <class Layer, class Print>
constexpr void describe_conv(const Layer& layer, Print print) {
    const auto& out = layer.output;
    print("{", layer.weights, ", ", layer.bias, ", ");
    if constexpr (requires { out.zero_point; }) {
        describe_stage(out, print);
        print(", ", layer.input_zero_point, "}");
    } else {
        print("{", out.multiplier, ", ", out.shift, ", ", out.lowest, ", ", out.highest, ", ", out.bias32,
              "}}");
    }
}

/// What a layer whose integers are a kernels' layer does with them.
template <ActivationInteger T, class IntegerLayer, Activation Fused>
struct ByKernel {
    using Quantized = IntegerLayer;
    template <class Isa>
    using Packed = kernels::Packed<Quantized, Isa>;

    static constexpr ScaleOf<T> quantized_output(ScaleOf<T>, Range observed) {
        return ScaleOf<T>::covering(observed);
    }
    template <FloatingScalar Real>
    static constexpr Quantized quantize(const Real* weights, ScaleOf<T> in, ScaleOf<T> out) {
        return quantize_conv<Quantized>(weights, in, out, Fused);
    }
    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return kernels::pack<Isa>(layer);
    }
    static constexpr Quantized unpack(const auto& packed) { return kernels::unpack(packed); }
    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const T* x, T* y, std::byte* scratch_space) {
        kernels::run<Isa>(packed, x, y, scratch_space);
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        describe_conv(layer, print);
    }
};

/// A layer that one of the kernels' 16x8 layers computes.
template <class Int16Layer, Activation Fused>
struct Int16As : ByKernel<std::int16_t, Int16Layer, Fused> {
    template <class T, class Isa>
    static constexpr bool in_place =
        Int16Layer::geometry.inputs() == Int16Layer::geometry.outputs() && kernels::in_place<Int16Layer, Isa>;
    template <class T, class Isa>
    static constexpr std::size_t lead = kernels::lead<Int16Layer, Isa>;
    template <class T, class Isa>
    static constexpr std::size_t scratch = kernels::scratch_bytes<Int16Layer, Isa> / sizeof(T);
};

template <class QuantizedLayer>
struct Int16LayerOf;
template <kernels::ConvGeometry G>
struct Int16LayerOf<kernels::QuantizedConv<G>> {
    using Type = kernels::Int16Conv<G>;
};
template <kernels::ConvGeometry G>
struct Int16LayerOf<kernels::QuantizedDepthwise<G>> {
    using Type = kernels::Int16Depthwise<G>;
};

/// The integer halves of a layer that one of the kernels' layers computes, and what its float half wants of
/// the arena.
template <class QuantizedLayer, Activation Fused, std::size_t FloatScratch>
struct QuantizedAs : ByKernel<std::int8_t, QuantizedLayer, Fused> {
    static constexpr Activation activation = Fused;
    static constexpr kernels::ConvGeometry geometry = QuantizedLayer::geometry;
    static constexpr std::size_t parameters = QuantizedLayer{}.weights.size() + geometry.filters;
    static constexpr std::size_t macs =
        geometry.output_height * geometry.output_width * QuantizedLayer{}.weights.size();

    static constexpr bool one_convolution = true;  // of all the input: kernels know its other forms, too

    using Int16 = Int16As<typename Int16LayerOf<QuantizedLayer>::Type, Fused>;

    template <class T, class Isa>
    static constexpr bool in_place = std::same_as<T, std::int8_t>&& geometry.inputs() == geometry.outputs() &&
                                     kernels::in_place<QuantizedLayer, Isa>;
    template <class T, class Isa>
    static constexpr std::size_t lead =
        std::same_as<T, std::int8_t> ? kernels::lead<QuantizedLayer, Isa> : kernels::no_lead;
    template <class T, class Isa>
    static constexpr std::size_t scratch =
        std::same_as<T, std::int8_t> ? kernels::scratch_bytes<QuantizedLayer, Isa> : FloatScratch;
};

}  // namespace mote::nn
