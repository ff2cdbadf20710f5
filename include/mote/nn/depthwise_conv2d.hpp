// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "mote/kernels/tap_products.hpp"
#include "mote/nn/conv2d.hpp"

namespace mote::nn {

struct DepthwiseConfig {
    std::size_t multiplier = 1;  // filters for each channel
    Extent kernel = 3;
    Extent stride = 1;
    Extent dilation = 1;
    Padding padding = Padding::valid;
    Activation activation = Activation::none;
};

template <class Print>
constexpr void describe(const DepthwiseConfig& config, Print print) {
    print("mote::nn::DepthwiseConfig{.multiplier = ", config.multiplier);
    describe_windows(config, print);
}

/// The same windows as those of an ordinary convolution.
constexpr ConvConfig as_convolution(Shape in, const DepthwiseConfig& config) {
    return {.filters = in.channels * config.multiplier,
            .kernel = config.kernel,
            .stride = config.stride,
            .dilation = config.dilation,
            .padding = config.padding,
            .activation = config.activation};
}

/// Depthwise convolution: every channel for itself, by `multiplier` filters of its own.
///
/// Shapes  x: [height][width][channels], y: [rows][columns][channels * multiplier], the filters of one
///         channel next to each other. Weights W [ky][kx][filter], then b [filters]: TensorFlow Lite's order.
/// Errors  NaN reaches the outputs of its channel whose window sees it, and no other.
/// Memory  (kernel height * kernel width + 1) * filters weights, no float scratch.
/// Time    outputs * kernel height * kernel width. Padding counts as zeros.
/// Source  Sifre 2014, thesis, Ecole Polytechnique; Howard et al. 2017, arXiv:1704.04861. Integers:
///         TensorFlow Lite's DepthwiseConv2D.
template <DepthwiseConfig Config = DepthwiseConfig{}>
struct DepthwiseConv2D {
    template <Shape In>
    static constexpr bool accepts =
        fits(In, as_convolution(In, Config)) && In.channels > 0 && Config.multiplier > 0;
    template <Shape In>
    static constexpr Shape shape = Conv2D<as_convolution(In, Config)>::template shape<In>;

    template <Shape In>
    requires(looks_back(Config.padding, Config.kernel)) static constexpr TimeWindow time{
        Config.kernel.height, Config.dilation.height, Config.stride.height,
        conv_geometry(In, as_convolution(In, Config)).padding_top};
    using Frame = DepthwiseConv2D<of_one_frame(Config)>;

    template <Activation Next>
    requires(Config.activation == Activation::none) using Fused = DepthwiseConv2D<fused(Config, Next)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::DepthwiseConv2D<");
        nn::describe(Config, print);
        print(">");
    }

    template <Shape In>
    struct At : QuantizedAs<kernels::QuantizedDepthwise<conv_geometry(In, as_convolution(In, Config))>,
                            Config.activation, /*FloatScratch=*/0> {
        static constexpr kernels::ConvGeometry geometry = conv_geometry(In, as_convolution(In, Config));
        static constexpr std::size_t area = geometry.kernel_height * geometry.kernel_width;
        static constexpr std::size_t filters = geometry.filters, multiplier = Config.multiplier;
        static constexpr std::size_t pixels = geometry.output_height * geometry.output_width;
        static constexpr std::size_t backward_scratch = 0;

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            glorot_uniform(weights, area * filters, area, area * multiplier, random);
            for (std::size_t filter = 0; filter < filters; ++filter) weights[area * filters + filter] = 0;
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            const T* bias = weights + area * filters;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
                T* out = y + pixel * filters;
                if (one_kernel<Isa, T> && !std::is_constant_evaluated()) {
                    forward_pixel<Isa>(weights, x, out, pixel);
                    continue;
                }
                for (std::size_t filter = 0; filter < filters; ++filter) out[filter] = bias[filter];
                for_each_tap(pixel, [&](std::size_t from, std::size_t tap) {
                    const T* row = weights + tap * filters;
                    for (std::size_t filter = 0; filter < filters; ++filter) {
                        out[filter] += row[filter] * x[from + filter / multiplier];
                    }
                });
            }
            activate<Config.activation>(y, geometry.outputs());
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T*) {
            deactivate<Config.activation>(y, dy, geometry.outputs());
            if (dx != nullptr) {
                for (std::size_t i = 0; i < geometry.inputs(); ++i) dx[i] = 0;
            }
            for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
                const T* slope = dy + pixel * filters;
                for (std::size_t f = 0; f < filters; ++f) gradient[area * filters + f] += slope[f];
                for_each_tap(pixel, [&](std::size_t from, std::size_t tap) {
                    for (std::size_t f = 0; f < filters; ++f) {
                        gradient[tap * filters + f] += slope[f] * x[from + f / multiplier];
                        if (dx != nullptr) dx[from + f / multiplier] += slope[f] * weights[tap * filters + f];
                    }
                });
            }
        }

    private:
        /// Whether the set has the products of a window as one kernel.
        template <class Isa, class T>
        static constexpr bool one_kernel = multiplier == 1 && kernels::has_tap_products<Isa, T>;

        template <class Isa, class T>
        static void forward_pixel(const T* weights, const T* x, T* y, std::size_t pixel) {
            if constexpr (one_kernel<Isa, T>) {
                kernels::Taps<T, area> taps;
                for_each_tap(pixel, [&](std::size_t from, std::size_t tap) {
                    taps.add(weights + tap * filters, x + from);
                });
                const std::span<const T, filters> bias(weights + area * filters, filters);
                kernels::tap_products<Isa>(taps, bias, std::span<T, filters>(y, filters));
            }
        }

        template <class Use>
        static constexpr void for_each_tap(std::size_t pixel, Use use) {
            kernels::reference::for_each_tap<geometry>(pixel / geometry.output_width,
                                                       pixel % geometry.output_width, use);
        }
    };
};

}  // namespace mote::nn
