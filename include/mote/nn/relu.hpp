// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/int16.hpp"
#include "mote/nn/layer.hpp"

namespace mote::nn {

/// From the input's scale to the output's, whose zero point is the lowest byte.
struct QuantizedReLU {
    kernels::OutputStage<1> output{};
    std::int8_t input_zero_point = 0;
};

/// The same of 16 bits: from the input's scale to the output's, not below zero.
struct Int16ReLU {
    Multiplier factor{};
};

/// y = max(x, 0) as a layer of its own. After Dense or Conv2D write `.activation = Activation::relu`
/// instead: the int8 network then gets it for nothing.
///
/// Shapes  x: any, y: the same.
/// Errors  NaN stays NaN.
/// Memory  in place, no weights. Time a comparison for each number; integers: a rescaling.
/// Source  Nair and Hinton 2010, ICML, pages 807-814. Integers: TensorFlow Lite's Relu, which moves them to
///         the output's own scale.
struct ReLU : KeepsShape {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::ReLU");
    }

    template <Shape In>
    struct At : Weightless {
        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T*, const T* x, T* y, T*) {
            for (std::size_t i = 0; i < In.size(); ++i) y[i] = rectify(x[i]);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T*, const T* y, T* dy, T* dx, T*, T*) {
            if (dx == nullptr) return;
            for (std::size_t i = 0; i < In.size(); ++i) dx[i] = y[i] > 0 ? dy[i] : T{0};
        }

        using Quantized = QuantizedReLU;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Affine quantized_output(Affine, Range observed) {
            return Affine::covering(observed);
        }

        static constexpr Quantized quantize(const auto*, Affine in, Affine out) {
            const Multiplier factor =
                multiplier_of(static_cast<double>(in.scale) / static_cast<double>(out.scale));
            Quantized layer;
            layer.input_zero_point = in.zero_point;
            layer.output = {{factor.multiplier}, {factor.shift}, out.zero_point, out.zero_point, 127};
            return layer;
        }

        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{");
            describe_stage(layer.output, print);
            print(", ", layer.input_zero_point, "}");
        }

        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            const kernels::StageView stage = kernels::view(layer.output);
            for (std::size_t i = 0; i < In.size(); ++i) {
                y[i] = kernels::reference::requantize(x[i] - layer.input_zero_point, stage, 0);
            }
        }

        struct Int16 : Weightless {
            using Quantized = Int16ReLU;
            template <class Isa>
            using Packed = Quantized;

            static constexpr Symmetric quantized_output(Symmetric, Range observed) {
                return Symmetric::covering(observed);
            }
            static constexpr Quantized quantize(const auto*, Symmetric in, Symmetric out) {
                return {int16_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale))};
            }
            template <class Print>
            static constexpr void describe(const Quantized& layer, Print print) {
                print("{{", layer.factor.multiplier, ", ", layer.factor.shift, "}}");
            }
            template <class Isa>
            static constexpr void run(const Quantized& layer, const std::int16_t* x, std::int16_t* y,
                                      std::byte*) {
                for (std::size_t i = 0; i < In.size(); ++i)
                    y[i] = rescaled_int16(max<std::int16_t>(x[i], 0), layer.factor);
            }
        };
    };
};

}  // namespace mote::nn
