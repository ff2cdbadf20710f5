// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

/// Runs imported networks as they are, without a compiler: slowly, straight from the specification, and so
/// the measure for what is generated from them. For the host only.
namespace mote::deploy::tflite {

using Bytes = std::vector<std::int8_t>;

/// Sees every layer's output, in the order of the file's operators.
using Watch = std::function<void(const Bytes&)>;

namespace detail {

inline std::int8_t finish(const Layer& layer, std::int32_t accumulator, std::size_t filter) {
    const kernels::StageView stage{layer.multipliers.data(), layer.shifts.data(), layer.zero_point,
                                   layer.range.lowest, layer.range.highest};
    return kernels::reference::requantize(accumulator, stage, filter);
}

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

inline std::int32_t convolve(const Layer& layer, const Bytes& x, std::size_t pixel, std::size_t filter) {
    const kernels::ConvGeometry& g = layer.geometry;
    std::int32_t sum = layer.bias[filter];
    for_each_tap(g, pixel / g.output_width, pixel % g.output_width, [&](std::size_t from, std::size_t tap) {
        if (layer.kind == Kind::depthwise) {
            const std::int8_t value = x[from + filter / layer.multiplier];
            sum += layer.weights[tap * g.filters + filter] * (value - layer.input_zero_point);
            return;
        }
        const std::int8_t* weights = layer.weights.data() + filter * g.taps() + tap * g.channels;
        for (std::size_t c = 0; c < g.channels; ++c)
            sum += weights[c] * (x[from + c] - layer.input_zero_point);
    });
    return sum;
}

inline std::int8_t pooled(const Layer& layer, const Bytes& x, std::size_t pixel, std::size_t channel) {
    const nn::Pooling::Window window = nn::Pooling(layer.in, layer.pool).window(pixel);
    std::int32_t sum = 0, largest = -128;
    for (std::size_t row = window.top; row < window.bottom; ++row) {
        for (std::size_t column = window.left; column < window.right; ++column) {
            const std::int8_t value = x[(row * layer.in.width + column) * layer.in.channels + channel];
            sum += value;
            largest = std::max<std::int32_t>(largest, value);
        }
    }
    const auto count = static_cast<std::int32_t>(window.height() * window.width());
    const std::int32_t mean = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
    return static_cast<std::int8_t>(layer.kind == Kind::average_pool ? mean : largest);
}

/// Each input step adds its window to the output.
inline Bytes transpose_convolve(const Layer& layer, const Bytes& x) {
    const nn::TransposedConfig config = transposed_config(layer.config);
    const std::size_t features = layer.in.channels;
    std::vector<std::int32_t> sums(layer.out.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = layer.bias[i % config.filters];
    for (std::size_t from = 0; from < layer.in.height; ++from) {
        for (std::size_t tap = 0; tap < config.kernel; ++tap) {
            const std::size_t step = from * config.stride + tap - config.cut();  // wraps where it is cut off
            if (step >= layer.out.height) continue;
            for (std::size_t i = 0; i < config.filters * features; ++i) {
                const std::size_t filter = i / features, feature = i % features;
                const std::int8_t weight = layer.weights[(filter * config.kernel + tap) * features + feature];
                sums[step * config.filters + filter] +=
                    weight * (x[from * features + feature] - layer.input_zero_point);
            }
        }
    }
    Bytes y(sums.size());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = finish(layer, sums[i], i % config.filters);
    return y;
}

inline std::int8_t mean(const Layer& layer, const Bytes& x, std::size_t channel) {
    std::int32_t sum = 0;
    for (std::size_t i = channel; i < x.size(); i += layer.in.channels) sum += x[i];
    return layer.average(sum, layer.in.height * layer.in.width);
}

/// Copies the smaller of two images into the larger, or out of it.
template <class Move>
void for_each_element(nn::Shape small, nn::Shape large, const nn::Margins& around, Move move) {
    for (std::size_t i = 0; i < small.size(); ++i) {
        const std::size_t channel = i % small.channels, pixel = i / small.channels;
        const std::size_t row = around.top + pixel / small.width, column = around.left + pixel % small.width;
        move(i, (row * large.width + column) * large.channels + channel);
    }
}

}  // namespace detail

inline Bytes run(std::span<const Layer> layers, Bytes x, const Watch& watch);

namespace detail {

/// What each way gives, in the channels behind those of the ways before.
inline Bytes concatenate(const Layer& layer, const Bytes& x, const Watch& watch) {
    Bytes y(layer.out.size());
    std::size_t first = 0;
    for (const std::vector<Layer>& way : layer.ways) {
        const Bytes part = run(way, x, watch);
        const std::size_t channels = way.back().out.channels;
        for (std::size_t i = 0; i < part.size(); ++i) {
            y[i / channels * layer.out.channels + first + i % channels] = part[i];
        }
        first += channels;
    }
    return y;
}

}  // namespace detail

inline Bytes run(const Layer& layer, const Bytes& x, const Watch& watch) {
    Bytes y(layer.out.size());
    switch (layer.kind) {
        case Kind::convolution:
        case Kind::depthwise:
        case Kind::dense:
            for (std::size_t i = 0; i < y.size(); ++i) {
                const std::size_t pixel = i / layer.geometry.filters, filter = i % layer.geometry.filters;
                y[i] = detail::finish(layer, detail::convolve(layer, x, pixel, filter), filter);
            }
            break;
        case Kind::transposed:
            y = detail::transpose_convolve(layer, x);
            break;
        case Kind::average_pool:
        case Kind::max_pool:
            for (std::size_t i = 0; i < y.size(); ++i) {
                y[i] = detail::pooled(layer, x, i / layer.out.channels, i % layer.out.channels);
            }
            break;
        case Kind::mean:
            for (std::size_t i = 0; i < y.size(); ++i) y[i] = detail::mean(layer, x, i);
            break;
        case Kind::curve:
            for (std::size_t i = 0; i < y.size(); ++i)
                y[i] = layer.table[static_cast<std::size_t>(x[i] + 128)];
            break;
        case Kind::padding:
            std::ranges::fill(y, layer.zero_point);
            detail::for_each_element(layer.in, layer.out, layer.margins,
                                     [&](std::size_t small, std::size_t large) { y[large] = x[small]; });
            break;
        case Kind::cropping:
            detail::for_each_element(layer.out, layer.in, layer.margins,
                                     [&](std::size_t small, std::size_t large) { y[small] = x[large]; });
            break;
        case Kind::reshape:
            y = x;
            break;
        case Kind::softmax:
            for (std::size_t at = 0; at < y.size(); at += layer.in.channels) {
                nn::quantized_softmax(layer.softmax, x.data() + at, y.data() + at, layer.in.channels);
            }
            break;
        case Kind::residual: {
            const Bytes main = run(layer.ways[0], x, watch), side = run(layer.ways[1], x, watch);
            kernels::reference::add(layer.add, side.data(), main.data(), y.data(), y.size());
            break;
        }
        case Kind::concatenation:
            y = detail::concatenate(layer, x, watch);
            break;
    }
    if (watch) watch(y);
    return y;
}

inline Bytes run(std::span<const Layer> layers, Bytes x, const Watch& watch) {
    for (const Layer& layer : layers) x = run(layer, x, watch);
    return x;
}

/// The network's output for an input of network.in.size() bytes.
inline Bytes run(const Network& network, const Bytes& x, const Watch& watch = {}) {
    return run(network.layers, x, watch);
}

}  // namespace mote::deploy::tflite
