// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/nn/pool.hpp"

namespace mote::nn {

/// The largest of each window, channel by channel.
///
/// Shapes  x: [height][width][channels], y: [rows][columns][channels].
/// Errors  NaN in a window makes its output NaN. What a window sees beyond the edge never wins.
/// Memory  no weights, one pixel on the stack; in place unless windows overlap. int8: the same bytes, the
///         same scale. Time a comparison for each number of each window.
/// Source  Ranzato et al. 2007, CVPR; ties give their gradient to the first, as in PyTorch.
template <PoolConfig Config = PoolConfig{}>
struct MaxPool2D {
    template <Shape In>
    static constexpr bool accepts = Pooling(In, Config).fits();
    template <Shape In>
    static constexpr Shape shape = Pooling(In, Config).output();

    template <Shape In>
    requires(looks_back(Config)) static constexpr TimeWindow time{Config.size.height, 1,
                                                                  Pooling(In, Config).vertical.stride};
    using Frame = MaxPool2D<of_one_frame(Config)>;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::MaxPool2D<");
        nn::describe(Config, print);
        print(">");
    }

    template <Shape In>
    struct At : PoolingLayer<Config, In, At<In>> {
        using Base = PoolingLayer<Config, In, At<In>>;
        using Base::out, Base::pooling;

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T* x, const T* y, T* dy, T* dx, T*, T*) {
            if (dx == nullptr) return;
            for (std::size_t i = 0; i < In.size(); ++i) dx[i] = 0;
            for (std::size_t i = 0; i < out.size(); ++i) {
                const Pooling::Window window = pooling.window(i / out.channels);
                const std::size_t channel = i % out.channels;
                dx[winner(x, window, channel, y[i])] += dy[i];
            }
        }

        template <class, class T>
        [[gnu::always_inline]] static constexpr void pool_pixel(const T* first, std::size_t window_rows,
                                                                std::size_t window_columns, T* y) {
            std::array<T, In.channels> best{};  // apart from x and y, which may be one
            for (std::size_t c = 0; c < In.channels; ++c) {
                best[c] = first[c];
                for (std::size_t row = 0; row < window_rows; ++row) {
                    for (std::size_t column = 0; column < window_columns; ++column) {
                        best[c] = larger(best[c], first[(row * In.width + column) * In.channels + c]);
                    }
                }
            }
            for (std::size_t c = 0; c < In.channels; ++c) y[c] = best[c];
        }

    private:
        /// The larger of the two; NaN where one of them is.
        template <class T>
        static constexpr T larger(T a, T b) {
            if constexpr (FloatingScalar<T>) {
                if (b != b) return b;
            }
            return max(a, b);
        }

        template <class T>
        static constexpr std::size_t winner(const T* x, Pooling::Window window, std::size_t channel, T best) {
            for (std::size_t row = window.top; row < window.bottom; ++row) {
                for (std::size_t column = window.left; column < window.right; ++column) {
                    const std::size_t i = (row * In.width + column) * In.channels + channel;
                    if (!(x[i] != best)) return i;
                }
            }
            return pooling.first_element(window) + channel;  // NaN
        }
    };
};

/// The largest of each channel over the whole image: MaxPool2D with one window.
///
/// Shapes  x: [height][width][channels], y: [1][1][channels].
/// Errors  NaN makes its channel's output NaN.
/// Memory  no weights, in place. Time a comparison for each number.
struct GlobalMaxPool {
    template <Shape In>
    using Pool = MaxPool2D<PoolConfig{.size = {In.height, In.width}}>;

    template <Shape In>
    static constexpr bool accepts = In.size() > 0;
    template <Shape In>
    static constexpr Shape shape = Shape(In.channels);

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::GlobalMaxPool");
    }

    template <Shape In>
    struct At : Pool<In>::template At<In> {};
};

}  // namespace mote::nn
