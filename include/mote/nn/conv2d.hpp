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
    return in.channels > 0 && (config.padding != Padding::causal || sequence) &&
           Axis{in.height, config.kernel.height, config.stride.height, config.dilation.height}.fits(
               config.padding) &&
           Axis{in.width, config.kernel.width, config.stride.width, config.dilation.width}.fits(
               config.padding);
}

/// Whether no window sees rows later than its own.
constexpr bool looks_back(Padding padding, Extent kernel) {
    return padding != Padding::same || kernel.height == 1;
}

/// The settings that make one row of output of the rows that it needs.
template <class Config>
constexpr Config of_one_frame(Config config) {
    config.stride.height = 1;
    config.dilation.height = 1;
    if (config.padding == Padding::causal) config.padding = Padding::valid;
    return config;
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
/// Errors  NaN reaches the outputs whose window sees it, and no other.
/// Memory  (kernel height * kernel width * channels + 1) * filters weights; float scratch: one window,
///         unless windows lie in one piece.
/// Time    outputs * kernel height * kernel width * channels. Padding counts as zeros.
/// Source  LeCun et al. 1998, Proceedings of the IEEE 86(11):2278-2324. Integers: TensorFlow Lite's
///         Conv2D.
template <ConvConfig Config>
struct Conv2D {
    template <Shape In>
    static constexpr bool accepts = fits(In, Config) && Config.filters > 0;
    template <Shape In>
    static constexpr Shape shape{conv_geometry(In, Config).output_height,
                                 conv_geometry(In, Config).output_width, Config.filters};

    template <Shape In>
    requires(looks_back(Config.padding, Config.kernel)) static constexpr TimeWindow time{
        Config.kernel.height, Config.dilation.height, Config.stride.height,
        conv_geometry(In, Config).padding_top};
    using Frame = Conv2D<of_one_frame(Config)>;

    template <Activation Next>
    requires(Config.activation == Activation::none) using Fused = Conv2D<fused(Config, Next)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Conv2D<");
        nn::describe(Config, print);
        print(">");
    }

    /// Whether what a window sees lies in one piece; if not, it is copied.
    static constexpr bool in_one_piece(const kernels::ConvGeometry& geometry) {
        const bool whole_rows = geometry.kernel_width == geometry.width && geometry.dilation_height == 1;
        const bool dense = geometry.kernel_width == 1 || geometry.dilation_width == 1;
        return !geometry.padded() && dense && (geometry.kernel_height == 1 || whole_rows);
    }

    static constexpr std::size_t window_size(const kernels::ConvGeometry& geometry) {
        return in_one_piece(geometry) ? 0 : geometry.taps();
    }

    template <Shape In>
    struct At : QuantizedAs<kernels::QuantizedConv<conv_geometry(In, Config)>, Config.activation,
                            /*FloatScratch=*/window_size(conv_geometry(In, Config))> {
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
        static constexpr void forward(const T* weights, const T* x, T* y, T* space) {
            const std::span<const T, filters * taps> matrix(weights, filters * taps);
            const T* bias = weights + filters * taps;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
                T* out = y + pixel * filters;
                for (std::size_t filter = 0; filter < filters; ++filter) out[filter] = bias[filter];
                kernels::gemv<Isa>(matrix, Window<const T>(window(x, pixel, space), taps),
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
                    if (dx == nullptr) continue;
                    kernels::axpy<Isa>(slope, Window<const T>(weights + filter * taps, taps),
                                       Window<T>(dwindow, taps));
                }
                if (dx != nullptr) scatter(dwindow, pixel, dx);
            }
        }

    private:
        /// What the output pixel sees of x: where it lies, or a copy.
        template <class T>
        static constexpr const T* window(const T* x, std::size_t pixel, T* space) {
            if constexpr (in_one_piece(geometry)) {
                const std::size_t row = pixel / geometry.output_width * geometry.stride_height;
                const std::size_t column = pixel % geometry.output_width * geometry.stride_width;
                return x + (row * In.width + column) * In.channels;
            } else {
                gather(x, pixel, space);
                return space;
            }
        }

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
