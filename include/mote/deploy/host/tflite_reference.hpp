// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "mote/deploy/host/tflite_arithmetic.hpp"

/// Runs imported networks as they are, without a compiler: slowly, straight from the specification, and so
/// the measure for what is generated from them. For the host only.
namespace mote::deploy::tflite {

/// One layer's numbers: of 8 bits, of 16, or real.
template <class T>
using Values = std::vector<T>;
using Bytes = Values<std::int8_t>;

template <class T>
Values<T> run(std::span<const Layer> layers, Values<T> x);

namespace detail {

/// use(first element of the input's pixel, tap) for every tap of a window that lies in the image
template <class Use>
void for_each_tap(const kernels::ConvGeometry& g, std::size_t out_y, std::size_t out_x, Use use) {
    using kernels::reference::inside, kernels::reference::tap_position;
    for (std::size_t ky = 0; ky < g.kernel_height; ++ky) {
        for (std::size_t kx = 0; kx < g.kernel_width; ++kx) {
            const auto y = tap_position(out_y, g.stride_height, ky, g.dilation_height, g.padding_top);
            const auto x = tap_position(out_x, g.stride_width, kx, g.dilation_width, g.padding_left);
            if (!inside(y, g.height) || !inside(x, g.width)) continue;
            const std::size_t pixel = static_cast<std::size_t>(y) * g.width + static_cast<std::size_t>(x);
            use(pixel * g.channels, ky * g.kernel_width + kx);
        }
    }
}

template <class T>
T convolved(const Layer& layer, const Values<T>& x, std::size_t i) {
    using A = Arithmetic<T>;
    const kernels::ConvGeometry& g = layer.geometry;
    const std::size_t pixel = i / g.filters, filter = i % g.filters;
    typename A::Sum sum = A::bias(layer, filter);
    for_each_tap(g, pixel / g.output_width, pixel % g.output_width, [&](std::size_t from, std::size_t tap) {
        if (layer.kind == Kind::depthwise) {
            sum += A::product(layer, tap * g.filters + filter, x[from + filter / layer.multiplier]);
            return;
        }
        const std::size_t first = filter * g.taps() + tap * g.channels;
        for (std::size_t c = 0; c < g.channels; ++c) sum += A::product(layer, first + c, x[from + c]);
    });
    return A::finish(layer, sum, filter);
}

/// Each input step adds its window to the output.
template <class T>
Values<T> transpose_convolved(const Layer& layer, const Values<T>& x) {
    using A = Arithmetic<T>;
    const nn::TransposedConfig config = transposed_config(layer.config);
    const std::size_t features = layer.in.channels;
    std::vector<typename A::Sum> sums(layer.out.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = A::bias(layer, i % config.filters);
    for (std::size_t from = 0; from < layer.in.height; ++from) {
        for (std::size_t tap = 0; tap < config.kernel; ++tap) {
            const std::size_t step = from * config.stride + tap - config.cut();  // wraps where it is cut off
            if (step >= layer.out.height) continue;
            for (std::size_t i = 0; i < config.filters * features; ++i) {
                const std::size_t filter = i / features, feature = i % features;
                sums[step * config.filters + filter] += A::product(
                    layer, (filter * config.kernel + tap) * features + feature, x[from * features + feature]);
            }
        }
    }
    Values<T> y(sums.size());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = A::finish(layer, sums[i], i % config.filters);
    return y;
}

/// Of integers only.
template <class T>
Values<T> recurrent(const Layer& layer, const Values<T>& x) {
    const std::size_t units = layer.out.channels;
    Values<T> hidden(units, static_cast<T>(layer.zero_point)), y;
    std::vector<std::int16_t> cell(units);
    for (std::size_t step = 0; step < layer.in.height; ++step) {
        lstm_step(layer.lstm, x.data() + step * layer.in.channels, hidden, cell);
        y.insert(y.end(), hidden.begin(), hidden.end());
    }
    return y;
}
inline Values<float> recurrent(const Layer&, const Values<float>& x) {
    return x;
}

inline Bytes svdf(const Layer& layer, const Bytes& x) {
    return svdf_steps(layer, x);
}
template <class T>
Values<T> svdf(const Layer&, const Values<T>& x) {
    return x;
}

template <class T>
T pooled(const Layer& layer, const Values<T>& x, std::size_t i) {
    const std::size_t channels = layer.out.channels;
    const nn::Pooling::Window window = nn::Pooling(layer.in, layer.pool).window(i / channels);
    typename Arithmetic<T>::Sum sum = 0;
    T largest = std::numeric_limits<T>::lowest();
    for (std::size_t row = window.top; row < window.bottom; ++row) {
        for (std::size_t column = window.left; column < window.right; ++column) {
            const T value = x[(row * layer.in.width + column) * channels + i % channels];
            sum += value;
            largest = std::max(largest, value);
        }
    }
    if (layer.kind == Kind::max_pool) return largest;
    return Arithmetic<T>::pooled_mean(sum, window.height() * window.width());
}

template <class T>
T mean(const Layer& layer, const Values<T>& x, std::size_t channel) {
    typename Arithmetic<T>::Sum sum = 0;
    for (std::size_t i = channel; i < x.size(); i += layer.in.channels) sum += x[i];
    return Arithmetic<T>::mean(layer, sum, layer.in.height * layer.in.width);
}

/// move(i, where that lies in the large image) for every element i of the small one
template <class Move>
void for_each_element(nn::Shape small, nn::Shape large, const nn::Margins& around, Move move) {
    for (std::size_t i = 0; i < small.size(); ++i) {
        const std::size_t channel = i % small.channels, pixel = i / small.channels;
        const std::size_t row = around.top + pixel / small.width, column = around.left + pixel % small.width;
        move(i, (row * large.width + column) * large.channels + channel);
    }
}

/// What each way gives, in the channels behind those of the ways before.
template <class T>
Values<T> concatenated(const Layer& layer, const Values<T>& x) {
    Values<T> y(layer.out.size());
    std::size_t first = 0;
    for (const std::vector<Layer>& way : layer.ways) {
        const Values<T> part = run<T>(way, x);
        const std::size_t channels = way.back().out.channels;
        for (std::size_t i = 0; i < part.size(); ++i) {
            y[i / channels * layer.out.channels + first + i % channels] = part[i];
        }
        first += channels;
    }
    return y;
}

template <class T>
Values<T> merged(const Layer& layer, const Values<T>& x) {
    const Values<T> branch = run<T>(layer.ways[0], x);
    Values<T> y = run<T>(layer.ways[1], x);
    for (std::size_t i = 0; i < y.size(); ++i) {  // a branch of one pixel goes with all
        y[i] = Arithmetic<T>::merge(layer, branch[i % branch.size()], y[i]);
    }
    return y;
}

}  // namespace detail

/// One number of the layers that compute them one by one.
template <class T>
T element(const Layer& layer, const Values<T>& x, std::size_t i) {
    switch (layer.kind) {
        case Kind::average_pool:
        case Kind::max_pool:
            return detail::pooled(layer, x, i);
        case Kind::mean:
            return detail::mean(layer, x, i);
        case Kind::curve:
            return Arithmetic<T>::curve(layer, x[i]);
        case Kind::channelwise:
            return Arithmetic<T>::merge(layer, x[i], Arithmetic<T>::constant(layer, i % layer.in.channels));
        default:
            return detail::convolved(layer, x, i);
    }
}

template <class T>
Values<T> run(const Layer& layer, const Values<T>& x) {
    Values<T> y(layer.out.size(), Arithmetic<T>::zero(layer));
    switch (layer.kind) {
        case Kind::transposed:
            return detail::transpose_convolved(layer, x);
        case Kind::lstm:
            return detail::recurrent(layer, x);
        case Kind::svdf:
            return detail::svdf(layer, x);
        case Kind::padding:
            detail::for_each_element(layer.in, layer.out, layer.margins,
                                     [&](std::size_t small, std::size_t large) { y[large] = x[small]; });
            break;
        case Kind::cropping:
            detail::for_each_element(layer.out, layer.in, layer.margins,
                                     [&](std::size_t small, std::size_t large) { y[small] = x[large]; });
            break;
        case Kind::reshape:
            return x;
        case Kind::softmax:
            for (std::size_t at = 0; at < y.size(); at += layer.in.channels) {
                Arithmetic<T>::softmax(layer, x.data() + at, y.data() + at, layer.in.channels);
            }
            break;
        case Kind::residual:
            return detail::merged(layer, x);
        case Kind::concatenation:
            return detail::concatenated(layer, x);
        default:
            for (std::size_t i = 0; i < y.size(); ++i) y[i] = element(layer, x, i);
    }
    return y;
}

template <class T>
Values<T> run(std::span<const Layer> layers, Values<T> x) {
    for (const Layer& layer : layers) x = run(layer, x);
    return x;
}

/// The network's output for an input of network.in.size() numbers: int8, int16 or float, as network.type
/// says.
template <class T>
Values<T> run(const Network& network, const Values<T>& x) {
    return run<T>(network.layers, x);
}

}  // namespace mote::deploy::tflite
