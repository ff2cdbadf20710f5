// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "mote/nn/quantized_conv.hpp"

namespace mote::nn {

struct DenseConfig {
    std::size_t units = 1;
    Activation activation = Activation::none;
};

/// Fully connected layer: y = activation(W x + b).
///
/// Shapes  x: flat [inputs] (put Flatten before it where it is not), y: [units].
///         Weights W [units][inputs], then b [units], as PyTorch's Linear keeps them.
/// Errors  NaN in x reaches every output.
/// Memory  (inputs + 1) * units weights, no scratch. Time inputs * units.
/// Source  Rumelhart, Hinton, Williams 1986, Nature 323:533-536. Integers: TensorFlow Lite's FullyConnected
///         with one scale for each unit.
template <DenseConfig Config>
struct Dense {
    template <Shape In>
    static constexpr bool accepts = In.flat() && In.size() > 0 && Config.units > 0;
    template <Shape In>
    static constexpr Shape shape = Shape(Config.units);

    template <Activation Next>
    requires(Config.activation == Activation::none) using Fused = Dense<fused(Config, Next)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Dense<mote::nn::DenseConfig{.units = ", Config.units,
              ", .activation = ", name(Config.activation), "}>");
    }

    template <Shape In>
    struct At
        : QuantizedAs<
              kernels::QuantizedConv<kernels::ConvGeometry{.channels = In.size(), .filters = Config.units}>,
              Config.activation, /*FloatScratch=*/0> {
        static constexpr std::size_t inputs = In.size(), units = Config.units;
        static constexpr std::size_t backward_scratch = 0;

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            glorot_uniform(weights, inputs * units, inputs, units, random);
            for (std::size_t unit = 0; unit < units; ++unit) weights[inputs * units + unit] = 0;
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            const T* bias = weights + inputs * units;
            for (std::size_t unit = 0; unit < units; ++unit) y[unit] = bias[unit];
            kernels::gemv<Isa>(std::span<const T, inputs * units>(weights, inputs * units),
                               std::span<const T, inputs>(x, inputs), std::span<T, units>(y, units));
            activate<Config.activation>(y, units);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T*) {
            using Row = std::span<T, inputs>;
            using ConstRow = std::span<const T, inputs>;
            deactivate<Config.activation>(y, dy, units);
            if (dx != nullptr) {
                for (std::size_t i = 0; i < inputs; ++i) dx[i] = 0;
            }
            for (std::size_t unit = 0; unit < units; ++unit) {
                gradient[inputs * units + unit] += dy[unit];
                kernels::axpy<Isa>(dy[unit], ConstRow(x, inputs), Row(gradient + unit * inputs, inputs));
                if (dx == nullptr) continue;
                kernels::axpy<Isa>(dy[unit], ConstRow(weights + unit * inputs, inputs), Row(dx, inputs));
            }
        }
    };
};

}  // namespace mote::nn
