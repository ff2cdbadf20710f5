// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"

namespace mote::nn {

/// A float convolution or dense layer as bytes: weights symmetric per filter, the bias in units of the
/// accumulator, relu as the lower clamp. Weights [filter][taps], then the biases.
template <kernels::ConvGeometry G, class T>
constexpr kernels::QuantizedConv<G> quantize_conv(const T* weights, Affine in, Affine out, bool relu) {
    kernels::QuantizedConv<G> layer;
    layer.input_zero_point = in.zero_point;
    layer.output.zero_point = out.zero_point;
    layer.output.lowest = relu ? out.zero_point : std::int8_t{-128};
    const T* bias = weights + G.filters * G.taps();
    for (std::size_t filter = 0; filter < G.filters; ++filter) {
        const T* row = weights + filter * G.taps();
        const double scale = symmetric_scale(row, G.taps());
        const double accumulator = scale * static_cast<double>(in.scale);
        for (std::size_t tap = 0; tap < G.taps(); ++tap) {
            layer.weights[filter * G.taps() + tap] =
                static_cast<std::int8_t>(round_to(static_cast<double>(row[tap]) / scale, -127, 127));
        }
        constexpr std::int32_t limit = 1 << 30;  // leaves room for the sum of products
        layer.bias[filter] = round_to(static_cast<double>(bias[filter]) / accumulator, -limit, limit);
        const Multiplier factor = multiplier_of(accumulator / static_cast<double>(out.scale));
        layer.output.multiplier[filter] = factor.multiplier;
        layer.output.shift[filter] = factor.shift;
    }
    return layer;
}

/// The int8 half of a layer that is an ordinary convolution, and what its float half wants of the arena.
template <kernels::ConvGeometry G, Activation Fused, std::size_t FloatScratch>
struct QuantizedAsConv {
    static constexpr kernels::ConvGeometry geometry = G;
    static constexpr std::size_t parameters = (G.taps() + 1) * G.filters, macs = G.macs();

    using Quantized = kernels::QuantizedConv<G>;
    template <class Isa>
    using Packed = kernels::Packed<Quantized, Isa>;

    template <class T, class Isa>
    static constexpr bool in_place =
        std::same_as<T, std::int8_t>&& G.inputs() == G.outputs() && kernels::in_place<Quantized, Isa>;
    template <class T, class Isa>
    static constexpr std::size_t scratch =
        std::same_as<T, std::int8_t> ? kernels::scratch_bytes<Quantized, Isa> : FloatScratch;

    static constexpr Affine quantized_output(Affine, Range observed) { return Affine::covering(observed); }
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out) {
        return quantize_conv<G>(weights, in, out, Fused == Activation::relu);
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
        print("{", layer.weights, ", ", layer.bias, ", ");
        print("{", layer.output.multiplier, ", ", layer.output.shift, ", ", layer.output.zero_point, ", ",
              layer.output.lowest, ", ", layer.output.highest, "}, ", layer.input_zero_point, "}");
    }
};

}  // namespace mote::nn
