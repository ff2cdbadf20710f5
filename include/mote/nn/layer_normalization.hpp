// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/nn/integer_exp.hpp"
#include "mote/nn/layer.hpp"

namespace mote::nn {

struct LayerNormConfig {
    double epsilon = 1e-3;  // Keras's default; PyTorch's is 1e-5
};

/// The largest whole number whose square is at most x.
constexpr std::uint32_t whole_root(std::uint64_t x) {
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 31; bit > 0; bit >>= 1) {
        const std::uint64_t larger = root | bit;
        if (larger * larger <= x) root = larger;
    }
    return static_cast<std::uint32_t>(root);
}

/// Each pixel, or frame, to a mean of offset and a spread of scale: y = scale * (x - mean) / sqrt(variance +
/// epsilon) + offset, with the mean and the variance of the pixel's own channels.
///
/// Shapes  x: any, y: the same. Weights scale, then offset, [channels] each.
/// Errors  NaN or an infinity makes all channels of its pixel NaN, and no other.
/// Memory  2 * channels weights, in place. int8: 8 * channels bytes; whole numbers with 64-bit sums, the same
///         bits everywhere. Time two passes over each pixel, and a square root.
/// Source  Ba, Kiros, Hinton 2016, arXiv:1607.06450, equation (4). The int8 form is mote's own: TensorFlow
///         Lite has none.
template <LayerNormConfig Config = LayerNormConfig{}>
struct LayerNormalization : KeepsShape {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::LayerNormalization<mote::nn::LayerNormConfig{", Config.epsilon, "}>");
    }

    /// In whole numbers: z = (x - mean) / deviation with 12 binary places, y = (scale * z + offset) / 2^24.
    template <std::size_t Channels>
    struct Numbers {
        std::array<std::int32_t, Channels> scale{}, offset{};
        std::int64_t epsilon = 0;  // in units of the sum of (n x - sum)^2
        std::int8_t zero_point = 0;
    };

    template <Shape In>
    struct At : Weightless {
        static constexpr std::size_t n = In.channels, parameters = 2 * n, macs = 4 * In.size();

        template <class T>
        static constexpr void initialise(T* weights, Random&) {
            for (std::size_t c = 0; c < n; ++c) {
                weights[c] = 1;
                weights[n + c] = 0;
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            for (std::size_t at = 0; at < In.size(); at += n) {
                const Spread<T> spread = spread_of(x + at);
                for (std::size_t c = 0; c < n; ++c) {
                    y[at + c] = weights[c] * ((x[at + c] - spread.mean) * spread.inverse) + weights[n + c];
                }
            }
        }

        /// dx = (g - mean(g) - z mean(g z)) / deviation with g = scale * dy.
        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T*, T* dy, T* dx, T* gradient,
                                       T*) {
            for (std::size_t at = 0; at < In.size(); at += n) {
                const Spread<T> spread = spread_of(x + at);
                T mean = 0, along = 0;
                for (std::size_t c = 0; c < n; ++c) {
                    const T z = (x[at + c] - spread.mean) * spread.inverse;
                    gradient[c] += dy[at + c] * z;
                    gradient[n + c] += dy[at + c];
                    mean += weights[c] * dy[at + c] / static_cast<T>(n);
                    along += weights[c] * dy[at + c] * z / static_cast<T>(n);
                }
                for (std::size_t c = 0; dx != nullptr && c < n; ++c) {
                    const T z = (x[at + c] - spread.mean) * spread.inverse;
                    dx[at + c] = (weights[c] * dy[at + c] - mean - z * along) * spread.inverse;
                }
            }
        }

        using Quantized = Numbers<n>;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Affine quantized_output(Affine, Range observed) {
            return Affine::covering(observed);
        }

        template <class T>
        static constexpr Quantized quantize(const T* weights, Affine in, Affine out) {
            Quantized layer;
            constexpr std::int32_t most = 1 << 29;
            const double unit = static_cast<double>(out.scale), step = static_cast<double>(in.scale);
            for (std::size_t c = 0; c < n; ++c) {
                layer.scale[c] = round_to(static_cast<double>(weights[c]) / unit * 0x1p12, -most, most);
                layer.offset[c] = round_to(static_cast<double>(weights[n + c]) / unit * 0x1p20, -most, most);
            }
            const double cube = static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n);
            layer.epsilon =
                static_cast<std::int64_t>(min(Config.epsilon / (step * step) * cube, 0x1p60) + 0.5);
            layer.zero_point = out.zero_point;
            return layer;
        }
        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{", layer.scale, ", ", layer.offset, ", ", layer.epsilon, ", ", layer.zero_point, "}");
        }

        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            constexpr std::int64_t root_of_n = whole_root(std::uint64_t{n} << 24);
            for (std::size_t at = 0; at < In.size(); at += n) {
                std::int64_t sum = 0, squares = layer.epsilon;
                for (std::size_t c = 0; c < n; ++c) sum += x[at + c];
                for (std::size_t c = 0; c < n; ++c) squares += square(centred(x[at + c], sum));
                const std::int64_t root =
                    max(whole_root(static_cast<std::uint64_t>(squares)), std::uint32_t{1});
                for (std::size_t c = 0; c < n; ++c) {
                    const std::int64_t z = centred(x[at + c], sum) * root_of_n / root;
                    const std::int64_t value = z * layer.scale[c] + std::int64_t{layer.offset[c]} * 16;
                    const std::int64_t byte = (value + (1 << 23)) >> 24;
                    y[at + c] =
                        static_cast<std::int8_t>(clamp<std::int64_t>(byte + layer.zero_point, -128, 127));
                }
            }
        }

    private:
        template <class T>
        struct Spread {
            T mean, inverse;
        };
        template <FloatingScalar T>
        static constexpr Spread<T> spread_of(const T* x) {
            T mean = 0, variance = 0;
            for (std::size_t c = 0; c < n; ++c) mean += x[c] / static_cast<T>(n);
            for (std::size_t c = 0; c < n; ++c) variance += (x[c] - mean) * (x[c] - mean) / static_cast<T>(n);
            return {mean, 1 / sqrt(variance + static_cast<T>(Config.epsilon))};
        }

        static constexpr std::int64_t centred(std::int8_t x, std::int64_t sum) {
            return std::int64_t{x} * static_cast<std::int64_t>(n) - sum;
        }
        static constexpr std::int64_t square(std::int64_t x) { return x * x; }
    };
};

}  // namespace mote::nn
