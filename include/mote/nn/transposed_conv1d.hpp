// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/quantized_conv.hpp"

namespace mote::nn {

/// valid: every window whole, (steps - 1) * stride + kernel steps, and never fewer than steps * stride; same:
/// steps * stride, cut on both sides, the odd one at the end, as in TensorFlow.
struct TransposedConfig {
    std::size_t filters = 1;
    std::size_t kernel = 3;
    std::size_t stride = 2;
    Padding padding = Padding::valid;
    Activation activation = Activation::none;

    [[nodiscard]] constexpr std::size_t overlap() const { return kernel > stride ? kernel - stride : 0; }
    [[nodiscard]] constexpr std::size_t steps(std::size_t in) const {
        return in * stride + (padding == Padding::valid ? overlap() : 0);
    }
    /// What is cut off before the first step.
    [[nodiscard]] constexpr std::size_t cut() const { return padding == Padding::same ? overlap() / 2 : 0; }
};

/// TransposedConfig as C++ source.
template <class Print>
constexpr void describe(const TransposedConfig& config, Print print) {
    print("mote::nn::TransposedConfig{.filters = ", config.filters, ", .kernel = ", config.kernel);
    print(", .stride = ", config.stride, ", .padding = ", name(config.padding));
    print(", .activation = ", name(config.activation), "}");
}

/// Transposed convolution along time: each step adds its window of `kernel` steps to the output, windows lie
/// `stride` apart. What makes sequences longer, as the gradient of a convolution does.
///
/// Shapes  x: [steps][features], y: [steps * stride, and what overlaps][filters].
///         Weights W [filter][tap][feature], then b [filters]: TensorFlow Lite's order.
/// Errors  NaN reaches the outputs that its step's window adds to, and no other.
/// Memory  (kernel * features + 1) * filters weights, no scratch. Time steps * kernel * features * filters.
/// Source  Zeiler et al. 2010, CVPR, pages 2528-2535. Integers: TensorFlow Lite's TransposeConv.
template <TransposedConfig Config>
struct TransposedConv1D {
    template <Shape In>
    static constexpr bool accepts = In.width == 1 &&
                                    In.size() > 0 && Config.filters > 0 && Config.kernel > 0 &&
                                    Config.stride > 0 && Config.padding != Padding::causal;
    template <Shape In>
    static constexpr Shape shape{Config.steps(In.height), Config.filters};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::TransposedConv1D<");
        nn::describe(Config, print);
        print(">");
    }

    template <Shape In>
    struct At {
        static constexpr Activation activation = Config.activation;
        static constexpr std::size_t features = In.channels, filters = Config.filters;
        static constexpr std::size_t taps = Config.kernel * features, steps = Config.steps(In.height);
        static constexpr std::size_t parameters = (taps + 1) * filters, macs = In.height * taps * filters;
        static constexpr std::size_t backward_scratch = 0;
        template <class T, class Isa>
        static constexpr bool in_place = false;
        template <class T, class Isa>
        static constexpr std::size_t scratch = 0;

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            glorot_uniform(weights, taps * filters, taps, Config.kernel * filters, random);
            for (std::size_t filter = 0; filter < filters; ++filter) weights[taps * filters + filter] = 0;
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            for (std::size_t i = 0; i < steps * filters; ++i) {
                T total = weights[taps * filters + i % filters];
                for_each_tap(i, [&](std::size_t from, std::size_t weight) {
                    for (std::size_t c = 0; c < features; ++c) total += weights[weight + c] * x[from + c];
                });
                y[i] = total;
            }
            activate<Config.activation>(y, steps * filters);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T*) {
            deactivate<Config.activation>(y, dy, steps * filters);
            for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] = 0;
            for (std::size_t i = 0; i < steps * filters; ++i) {
                gradient[taps * filters + i % filters] += dy[i];
                for_each_tap(i, [&](std::size_t from, std::size_t weight) {
                    for (std::size_t c = 0; c < features; ++c) {
                        gradient[weight + c] += dy[i] * x[from + c];
                        if (dx != nullptr) dx[from + c] += dy[i] * weights[weight + c];
                    }
                });
            }
        }

        /// The numbers of a convolution with the same window.
        using Quantized = kernels::QuantizedConv<kernels::ConvGeometry{.height = Config.kernel,
                                                                       .channels = features,
                                                                       .filters = filters,
                                                                       .kernel_height = Config.kernel}>;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Affine quantized_output(Affine, Range observed) {
            return Affine::covering(observed);
        }
        template <class T>
        static constexpr Quantized quantize(const T* weights, Affine in, Affine out) {
            return quantize_conv<Quantized>(weights, in, out, Config.activation);
        }
        template <class Isa>
        static constexpr Quantized pack(const Quantized& layer) {
            return layer;
        }
        static constexpr Quantized unpack(const Quantized& layer) { return layer; }
        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            describe_conv(layer, print);
        }

        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            for (std::size_t i = 0; i < steps * filters; ++i) {
                std::int32_t total = layer.bias[i % filters];
                for_each_tap(i, [&](std::size_t from, std::size_t weight) {
                    for (std::size_t c = 0; c < features; ++c) {
                        total += layer.weights[weight + c] * (x[from + c] - layer.input_zero_point);
                    }
                });
                y[i] = kernels::reference::requantize(total, kernels::view(layer.output), i % filters);
            }
        }

        static constexpr kernels::ConvGeometry transposed{.height = In.height,
                                                          .channels = features,
                                                          .output_height = steps,
                                                          .filters = filters,
                                                          .kernel_height = Config.kernel,
                                                          .stride_height = Config.stride,
                                                          .padding_top = Config.cut()};
        using Int16Layer = kernels::Int16Conv<Quantized::geometry>;
        struct Int16 : Int16As<Int16Layer, Config.activation> {
            template <class Isa>
            using Packed = Int16Layer;
            template <class T, class Isa>
            static constexpr bool in_place = false;
            template <class T, class Isa>
            static constexpr std::size_t lead = kernels::no_lead;
            template <class T, class Isa>
            static constexpr std::size_t scratch = 0;
            template <class Isa>
            static constexpr Int16Layer pack(const Int16Layer& layer) {
                return layer;
            }
            static constexpr Int16Layer unpack(const Int16Layer& layer) { return layer; }

            template <class Isa>
            static constexpr void run(const Int16Layer& layer, const std::int16_t* x, std::int16_t* y,
                                      std::byte*) {
                kernels::reference::convolve_transposed(transposed, view_int16(layer), x, y);
            }
        };

    private:
        /// Calls use(first input element, first weight) for every tap that adds to output number i.
        template <class Use>
        static constexpr void for_each_tap(std::size_t i, Use use) {
            const std::size_t step = i / filters + Config.cut(), first_weight = i % filters * taps;
            for (std::size_t tap = step % Config.stride; tap < Config.kernel && tap <= step;
                 tap += Config.stride) {
                const std::size_t from = (step - tap) / Config.stride;
                if (from < In.height) use(from * features, first_weight + tap * features);
            }
        }
    };
};

}  // namespace mote::nn
