// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/kernels/sum_pixels.hpp"
#include "mote/nn/pool.hpp"

namespace mote::nn {

/// The mean of each window, channel by channel. Of a window that hangs over the edge only what lies in the
/// image counts, in the sum and in the number.
///
/// Shapes  x: [height][width][channels], y: [rows][columns][channels].
/// Errors  NaN in a window makes its output NaN.
/// Memory  no weights; in place unless windows overlap. int8: on the input's scale, ties away from zero.
///         Time an addition for each number of each window.
/// Source  LeCun et al. 1998, Proceedings of the IEEE 86(11):2278-2324. int8: TensorFlow Lite's
///         AveragePool2D.
template <PoolConfig Config = PoolConfig{}>
struct AveragePool2D {
    template <Shape In>
    static constexpr bool accepts = Pooling(In, Config).fits();
    template <Shape In>
    static constexpr Shape shape = Pooling(In, Config).output();

    template <Shape In>
    requires(looks_back(Config)) static constexpr TimeWindow time{Config.size.height, 1,
                                                                  Pooling(In, Config).vertical.stride};
    using Frame = AveragePool2D<of_one_frame(Config)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::AveragePool2D<");
        nn::describe(Config, print);
        print(">");
    }

    template <Shape In>
    struct At : PoolingLayer<Config, In, At<In>> {
        using Base = PoolingLayer<Config, In, At<In>>;
        using Base::out, Base::pooling;

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T*, const T*, T* dy, T* dx, T*, T*) {
            if (dx == nullptr) return;
            for (std::size_t i = 0; i < In.size(); ++i) dx[i] = 0;
            for (std::size_t pixel = 0; pixel < out.height * out.width; ++pixel, dy += In.channels) {
                const Pooling::Window window = pooling.window(pixel);
                const T share = T{1} / static_cast<T>(window.height() * window.width());
                for (std::size_t row = window.top; row < window.bottom; ++row) {
                    for (std::size_t column = window.left; column < window.right; ++column) {
                        T* to = dx + (row * In.width + column) * In.channels;
                        for (std::size_t c = 0; c < In.channels; ++c) to[c] += share * dy[c];
                    }
                }
            }
        }

        /// A few channels at a time, whose sums stay in registers.
        template <class Isa, class T>
        [[gnu::always_inline]] static constexpr void pool_pixel(const T* first, std::size_t rows,
                                                                std::size_t columns, T* y) {
            if constexpr (std::is_same_v<T, std::int8_t> && contiguous) {
                return pool_image<Isa>(first, y);
            }
            constexpr std::size_t together = In.channels % 4 == 0 ? 4 : 1;
            for (std::size_t c = 0; c < In.channels; c += together) {
                std::array<Sum<T>, together> sums{};
                for (std::size_t row = 0; row < rows; ++row) {
                    for (std::size_t column = 0; column < columns; ++column) {
                        const T* from = first + (row * In.width + column) * In.channels + c;
                        for (std::size_t i = 0; i < together; ++i) sums[i] += from[i];
                    }
                }
                for (std::size_t i = 0; i < together; ++i) y[c + i] = mean<T>(sums[i], rows * columns);
            }
        }

    private:
        /// One window that is the whole image, and large enough for kernels of its own to pay.
        static constexpr bool contiguous = out.height * out.width == 1 &&
                                           pooling.vertical.kernel == In.height &&
                                           pooling.horizontal.kernel == In.width && In.height * In.width >= 8;

        template <class Isa>
        static constexpr void pool_image(const std::int8_t* x, std::int8_t* y) {
            for (std::size_t c = 0; c < In.channels; c += kernels::summed_channels) {
                const std::size_t channels = min(kernels::summed_channels, In.channels - c);
                kernels::ChannelSums sums{};
                kernels::sum_pixels<Isa>(x + c, In.height * In.width, In.channels, channels, sums);
                for (std::size_t i = 0; i < channels; ++i) {
                    y[c + i] = mean<std::int8_t>(sums[i], In.height * In.width);
                }
            }
        }

        template <class T>
        using Sum = std::conditional_t<FloatingScalar<T>, T, std::int32_t>;

        template <class T>
        static constexpr T mean(Sum<T> sum, std::size_t count) {
            const auto n = static_cast<Sum<T>>(count);
            if constexpr (FloatingScalar<T>) {
                return sum / n;
            } else {
                return static_cast<T>((sum > 0 ? sum + n / 2 : sum - n / 2) / n);
            }
        }
    };
};

/// The mean of each channel over the whole image: AveragePool2D with one window.
///
/// Shapes  x: [height][width][channels], y: [1][1][channels].
/// Errors  NaN makes its channel's output NaN.
/// Memory  no weights, in place. Time an addition for each number.
/// Source  Lin, Chen, Yan 2014, ICLR, section 3.2.
struct GlobalAveragePool {
    template <Shape In>
    using Pool = AveragePool2D<PoolConfig{.size = {In.height, In.width}}>;

    template <Shape In>
    static constexpr bool accepts = In.size() > 0;
    template <Shape In>
    static constexpr Shape shape = Shape(In.channels);

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::GlobalAveragePool");
    }

    template <Shape In>
    struct At : Pool<In>::template At<In> {};
};

}  // namespace mote::nn
