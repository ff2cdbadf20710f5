// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/nn/layer.hpp"

/// What the pooling layers have in common: windows that slide over an image, channel by channel.
namespace mote::nn {

/// A stride of 0 means the size of the window, so that windows touch without overlapping.
struct PoolConfig {
    Extent size = 2;
    Extent stride = 0;
    Padding padding = Padding::valid;
};

/// Whether no window sees rows later than its own.
constexpr bool looks_back(const PoolConfig& config) {
    return config.padding == Padding::valid || config.size.height == 1;
}

/// The settings that make one row of output of the rows that it needs.
constexpr PoolConfig of_one_frame(PoolConfig config) {
    if (config.stride.width == 0) config.stride.width = config.size.width;
    config.stride.height = 1;
    return config;
}

/// PoolConfig as C++ source.
template <class Print>
constexpr void describe(const PoolConfig& config, Print print) {
    print("mote::nn::PoolConfig{.size = {", config.size.height, ", ", config.size.width, "}");
    print(", .stride = {", config.stride.height, ", ", config.stride.width, "}");
    print(", .padding = ", name(config.padding), "}");
}

/// The windows of one layer.
struct Pooling {
    Axis vertical, horizontal;
    Padding padding;
    std::size_t channels;

    constexpr Pooling(Shape in, const PoolConfig& config)
        : vertical{in.height, config.size.height, stride(config.stride.height, config.size.height)},
          horizontal{in.width, config.size.width, stride(config.stride.width, config.size.width)},
          padding(config.padding),
          channels(in.channels) {}

    [[nodiscard]] constexpr bool fits() const {
        return padding != Padding::causal && vertical.fits(padding) && horizontal.fits(padding);
    }
    [[nodiscard]] constexpr Shape output() const {
        return {vertical.windows(padding), horizontal.windows(padding), channels};
    }
    [[nodiscard]] constexpr bool overlapping() const {
        return vertical.reach() > vertical.stride || horizontal.reach() > horizontal.stride;
    }

    /// The part of a window that lies in the image, ends exclusive.
    struct Window {
        std::size_t top, bottom, left, right;
        [[nodiscard]] constexpr std::size_t height() const { return bottom - top; }
        [[nodiscard]] constexpr std::size_t width() const { return right - left; }
    };

    [[nodiscard]] constexpr Window window(std::size_t pixel) const {
        const std::size_t columns = horizontal.windows(padding);
        Window result{};
        clip(pixel / columns, vertical, result.top, result.bottom);
        clip(pixel % columns, horizontal, result.left, result.right);
        return result;
    }
    [[nodiscard]] constexpr std::size_t first_element(const Window& window) const {
        return (window.top * horizontal.size + window.left) * channels;
    }

private:
    static constexpr std::size_t stride(std::size_t given, std::size_t size) {
        return given > 0 ? given : size;
    }
    constexpr void clip(std::size_t index, Axis axis, std::size_t& first, std::size_t& last) const {
        const std::size_t start = index * axis.stride, overhang = axis.overhang(padding);
        first = start > overhang ? start - overhang : 0;
        last = min(start + axis.kernel - overhang, axis.size);
    }
};

/// What a pooling layer at an image of shape In does whatever its answer to a window is, which
/// Layer::pool_pixel<Isa>(first tap, rows, columns, y) gives for all channels.
template <PoolConfig Config, Shape In, class Layer>
struct PoolingLayer : Weightless {
    static constexpr Pooling pooling{In, Config};
    static constexpr Shape out = pooling.output();
    template <class T, class Isa>
    static constexpr bool in_place = !pooling.overlapping();

    template <class Isa, FloatingScalar T>
    static constexpr void forward(const T*, const T* x, T* y, T*) {
        pool<Isa>(x, y);
    }

    template <class Isa, ActivationInteger T>
    static constexpr void run(Nothing, const T* x, T* y, std::byte*) {
        pool<Isa>(x, y);
    }

private:
    /// Pixel by pixel, so that y may be x: what is written lies at the first tap of its window or before,
    /// and all that is still to be read lies behind.
    template <class Isa, class T>
    static constexpr void pool(const T* x, T* y) {
        for (std::size_t pixel = 0; pixel < out.height * out.width; ++pixel, y += In.channels) {
            const Pooling::Window window = pooling.window(pixel);
            const T* first = x + pooling.first_element(window);
            if constexpr (Config.padding == Padding::valid) {  // sizes that the compiler knows
                Layer::template pool_pixel<Isa>(first, pooling.vertical.kernel, pooling.horizontal.kernel, y);
            } else {
                Layer::template pool_pixel<Isa>(first, window.height(), window.width(), y);
            }
        }
    }
};

}  // namespace mote::nn
