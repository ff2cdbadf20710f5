// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"
#include "mote/nn/merge.hpp"

namespace mote::nn {

/// Constants, one for each channel, and how they meet the numbers that come.
template <ActivationInteger T, std::size_t Channels, class Merge>
struct QuantizedChannelwise {
    std::array<T, Channels> constants{};
    decltype(quantized_merge<Merge>(ScaleOf<T>{}, ScaleOf<T>{}, ScaleOf<T>{}, Activation::none)) merge{};
};

/// What Channelwise does in integers, of 8 bits and of 16.
template <ActivationInteger T, Shape In, class Merge, Activation Fused>
struct IntegerChannelwise : Weightless {
    using Quantized = QuantizedChannelwise<T, In.channels, Merge>;
    template <class Isa>
    using Packed = Quantized;
    using Scale = ScaleOf<T>;

    static constexpr Scale quantized_output(Scale, Range observed) { return Scale::covering(observed); }
    template <FloatingScalar Real>
    static constexpr Quantized quantize(const Real* weights, Scale in, Scale out) {
        Range range;
        for (std::size_t i = 0; i < In.channels; ++i) range.include(static_cast<float>(weights[i]));
        const Scale scale = Scale::covering(range);
        Quantized layer;
        for (std::size_t i = 0; i < In.channels; ++i) {
            layer.constants[i] = scale.quantize(static_cast<float>(weights[i]));
        }
        layer.merge = quantized_merge<Merge>(in, scale, out, Fused);
        return layer;
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{", layer.constants, ", ");
        describe_add(layer.merge, print);
        print("}");
    }

    /// The kernels of sums make tables first, which do not pay for one pixel.
    template <class Isa>
    static constexpr void run(const Quantized& layer, const T* x, T* y, std::byte*) {
        const T* const constants = layer.constants.data();
        for (std::size_t at = 0; at < In.size(); at += In.channels) {
            if constexpr (multiplies<Merge>) {
                merge<Merge, Isa>(layer.merge, x + at, constants, y + at, In.channels);
            } else if constexpr (subtracts<Merge>) {
                kernels::reference::add<-1>(layer.merge, x + at, constants, y + at, In.channels);
            } else {
                kernels::reference::add(layer.merge, constants, x + at, y + at, In.channels);
            }
        }
    }
};

/// y = activation(x + w), x - w or x * w with one learnt number w for each channel: a normalisation that was
/// folded into constants, or a scale of its own. Merge is Add, Subtract or Multiply.
///
/// Shapes  x: any, y: the same. Weights [channels].
/// Errors  NaN stays NaN.
/// Memory  in place; a number for each channel.
/// Time    as many operations as x has numbers.
/// Source  Integers: TensorFlow Lite's Add, Sub and Mul of a constant.
template <merges_number_by_number Merge, Activation Fused = Activation::none>
struct Channelwise : KeepsShape {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Channelwise<", Merge::name, ", ", name(Fused), ">");
    }

    template <Shape In>
    struct At : IntegerChannelwise<std::int8_t, In, Merge, Fused> {
        using Int16 = IntegerChannelwise<std::int16_t, In, Merge, Fused>;
        static constexpr std::size_t parameters = In.channels, macs = multiplies<Merge> ? In.size() : 0;

        /// Changes nothing.
        template <class T>
        static constexpr void initialise(T* weights, Random&) {
            for (std::size_t i = 0; i < In.channels; ++i) weights[i] = multiplies<Merge> ? T{1} : T{0};
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            for (std::size_t at = 0; at < In.size(); at += In.channels) {
                merge<Merge, Fused>(x + at, weights, y + at, In.channels);
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T*) {
            deactivate<Fused>(y, dy, In.size());
            for (std::size_t i = 0; i < In.size(); ++i) {
                const std::size_t channel = i % In.channels;
                const T slope = subtracts<Merge> ? -dy[i] : dy[i];
                gradient[channel] += multiplies<Merge> ? slope * x[i] : slope;
                if (dx != nullptr) dx[i] = multiplies<Merge> ? dy[i] * weights[channel] : dy[i];
            }
        }
    };
};

}  // namespace mote::nn
