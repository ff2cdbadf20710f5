// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "mote/nn/quantized_conv.hpp"

namespace mote::nn {

struct ConvConfig {
    std::size_t filters = 1;
    Extent kernel = 3;
    Extent stride = 1;
    Extent dilation = 1;
    Padding padding = Padding::valid;
    Activation activation = Activation::none;
};

/// What convolutions have in common as C++ source, behind the first of their settings.
template <class Config, class Print>
constexpr void describe_windows(const Config& config, Print print) {
    print(", .kernel = {", config.kernel.height, ", ", config.kernel.width, "}");
    print(", .stride = {", config.stride.height, ", ", config.stride.width, "}");
    print(", .dilation = {", config.dilation.height, ", ", config.dilation.width, "}");
    print(", .padding = ", name(config.padding), ", .activation = ", name(config.activation), "}");
}
template <class Print>
constexpr void describe(const ConvConfig& config, Print print) {
    print("mote::nn::ConvConfig{.filters = ", config.filters);
    describe_windows(config, print);
}

constexpr bool fits(Shape in, const ConvConfig& config) {
    const bool sequence = in.width == 1 && config.kernel.width == 1;
    return (config.padding != Padding::causal || sequence) &&
           Axis{in.height, config.kernel.height, config.stride.height, config.dilation.height}.fits(
               config.padding) &&
           Axis{in.width, config.kernel.width, config.stride.width, config.dilation.width}.fits(
               config.padding);
}

constexpr kernels::ConvGeometry conv_geometry(Shape in, const ConvConfig& config) {
    const Axis rows{in.height, config.kernel.height, config.stride.height, config.dilation.height};
    const Axis columns{in.width, config.kernel.width, config.stride.width, config.dilation.width};
    return {.height = in.height,
            .width = in.width,
            .channels = in.channels,
            .output_height = rows.windows(config.padding),
            .output_width = columns.windows(config.padding),
            .filters = config.filters,
            .kernel_height = config.kernel.height,
            .kernel_width = config.kernel.width,
            .stride_height = config.stride.height,
            .stride_width = config.stride.width,
            .dilation_height = config.dilation.height,
            .dilation_width = config.dilation.width,
            .padding_top = rows.overhang(config.padding),
            .padding_left = columns.overhang(config.padding)};
}

/// Convolution (cross-correlation, as everywhere in deep learning): y = activation(W * x + b).
///
/// Shapes  x: [height][width][channels], y: [rows][columns][filters].
///         Weights W [filter][ky][kx][channel], then b [filters]: TensorFlow Lite's order.
/// Memory  (kernel height * kernel width * channels + 1) * filters weights; float scratch: one window.
/// Time    outputs * kernel height * kernel width * channels. Padding counts as zeros.
/// Source  LeCun et al. 1998, Proceedings of the IEEE 86(11):2278-2324. int8: TensorFlow Lite's Conv2D.
template <ConvConfig Config>
struct Conv2D {
    template <Shape In>
    static constexpr bool accepts = fits(In, Config) && Config.filters > 0;
    template <Shape In>
    static constexpr Shape shape{conv_geometry(In, Config).output_height,
                                 conv_geometry(In, Config).output_width, Config.filters};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Conv2D<");
        nn::describe(Config, print);
        print(">");
    }

    template <Shape In>
    struct At : QuantizedAs<kernels::QuantizedConv<conv_geometry(In, Config)>, Config.activation,
                            /*FloatScratch=*/conv_geometry(In, Config).taps()> {
        static constexpr kernels::ConvGeometry geometry = conv_geometry(In, Config);
        static constexpr std::size_t taps = geometry.taps(), filters = geometry.filters;
        static constexpr std::size_t pixels = geometry.output_height * geometry.output_width;
        static constexpr std::size_t backward_scratch = 2 * taps;

        template <class T>
        using Window = std::span<T, taps>;

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            const std::size_t area = geometry.kernel_height * geometry.kernel_width;
            glorot_uniform(weights, taps * filters, taps, area * filters, random);
            for (std::size_t filter = 0; filter < filters; ++filter) weights[taps * filters + filter] = 0;
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T* window) {
            const std::span<const T, filters * taps> matrix(weights, filters * taps);
            const T* bias = weights + filters * taps;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
                T* out = y + pixel * filters;
                for (std::size_t filter = 0; filter < filters; ++filter) out[filter] = bias[filter];
                gather(x, pixel, window);
                kernels::gemv<Isa>(matrix, Window<const T>(window, taps),
                                   std::span<T, filters>(out, filters));
            }
            activate<Config.activation>(y, geometry.outputs());
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T* scratch_space) {
            T* window = scratch_space;
            T* dwindow = scratch_space + taps;
            deactivate<Config.activation>(y, dy, geometry.outputs());
            if (dx != nullptr) {
                for (std::size_t i = 0; i < geometry.inputs(); ++i) dx[i] = 0;
            }
            for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
                gather(x, pixel, window);
                for (std::size_t tap = 0; tap < taps; ++tap) dwindow[tap] = 0;
                for (std::size_t filter = 0; filter < filters; ++filter) {
                    const T slope = dy[pixel * filters + filter];
                    if (slope == 0) continue;  // relu leaves many
                    gradient[filters * taps + filter] += slope;
                    kernels::axpy<Isa>(slope, Window<const T>(window, taps),
                                       Window<T>(gradient + filter * taps, taps));
                    kernels::axpy<Isa>(slope, Window<const T>(weights + filter * taps, taps),
                                       Window<T>(dwindow, taps));
                }
                if (dx != nullptr) scatter(dwindow, pixel, dx);
            }
        }

    private:
        /// window = what the output pixel sees of x, zeros beyond the edges.
        template <class T>
        static constexpr void gather(const T* x, std::size_t pixel, T* window) {
            if constexpr (geometry.padded()) {
                for (std::size_t tap = 0; tap < taps; ++tap) window[tap] = 0;
            }
            for_each_tap(pixel, [&](std::size_t from, std::size_t tap) {
                for (std::size_t c = 0; c < In.channels; ++c) window[tap + c] = x[from + c];
            });
        }

        /// dx += what its window hands back.
        template <class T>
        static constexpr void scatter(const T* dwindow, std::size_t pixel, T* dx) {
            for_each_tap(pixel, [&](std::size_t to, std::size_t tap) {
                for (std::size_t c = 0; c < In.channels; ++c) dx[to + c] += dwindow[tap + c];
            });
        }

        template <class Use>
        static constexpr void for_each_tap(std::size_t pixel, Use use) {
            kernels::reference::for_each_tap<geometry>(
                pixel / geometry.output_width, pixel % geometry.output_width,
                [&](std::size_t position, std::size_t tap) { use(position, tap * In.channels); });
        }
    };
};

}  // namespace mote::nn
