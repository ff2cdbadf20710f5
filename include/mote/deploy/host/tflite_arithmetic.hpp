// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mote/deploy/host/tflite_layers.hpp"

/// What imported layers do to numbers of one type: the part of tflite_reference.hpp that depends on it.
namespace mote::deploy::tflite {

template <class T>
struct Arithmetic;

template <>
struct Arithmetic<std::int8_t> {
    using Sum = std::int32_t;

    static Sum bias(const Layer& layer, std::size_t filter) { return static_cast<Sum>(layer.bias[filter]); }
    static Sum product(const Layer& layer, std::size_t weight, std::int8_t x) {
        return layer.weights[weight] * (x - layer.input_zero_point);
    }
    static std::int8_t finish(const Layer& layer, Sum sum, std::size_t filter) {
        const kernels::StageView stage{layer.multipliers.data(), layer.shifts.data(), layer.zero_point,
                                       layer.range.lowest, layer.range.highest};
        return kernels::reference::requantize(sum, stage, filter);
    }
    static std::int8_t pooled_mean(Sum sum, std::size_t count) {
        const auto n = static_cast<Sum>(count);
        return static_cast<std::int8_t>((sum > 0 ? sum + n / 2 : sum - n / 2) / n);
    }
    static std::int8_t mean(const Layer& layer, Sum sum, std::size_t count) {
        return layer.average(sum, count);
    }
    static std::int8_t curve(const Layer& layer, std::int8_t x) {
        return layer.table[static_cast<std::size_t>(x + 128)];
    }
    static std::int8_t zero(const Layer& layer) { return layer.zero_point; }
    static std::int8_t add(const Layer& layer, std::int8_t branch, std::int8_t shortcut) {
        std::int8_t y = 0;
        kernels::reference::add(layer.add, &shortcut, &branch, &y, 1);
        return y;
    }
    static void softmax(const Layer& layer, const std::int8_t* x, std::int8_t* y, std::size_t n) {
        nn::quantized_softmax(layer.softmax, x, y, n);
    }
};

template <>
struct Arithmetic<std::int16_t> {
    using Sum = std::int64_t;

    static Sum bias(const Layer& layer, std::size_t filter) { return layer.bias[filter]; }
    static Sum product(const Layer& layer, std::size_t weight, std::int16_t x) {
        return layer.weights[weight] * x;
    }
    static std::int16_t finish(const Layer& layer, Sum sum, std::size_t filter) {
        const Int16Numbers& words = layer.words;
        const kernels::Int16View view{layer.weights.data(), layer.bias.data(),  layer.multipliers.data(),
                                      layer.shifts.data(),  words.range.lowest, words.range.highest,
                                      words.bias32};
        return kernels::reference::requantize(sum, view, filter);
    }
    static std::int16_t pooled_mean(Sum sum, std::size_t count) {
        const auto n = static_cast<Sum>(count);
        return static_cast<std::int16_t>((sum > 0 ? sum + n / 2 : sum - n / 2) / n);
    }
    static std::int16_t mean(const Layer& layer, Sum sum, std::size_t) {
        return layer.words.average(static_cast<std::int32_t>(sum));
    }
    static std::int16_t curve(const Layer& layer, std::int16_t x) { return layer.words.curve(x); }
    static std::int16_t zero(const Layer&) { return 0; }
    static std::int16_t add(const Layer& layer, std::int16_t branch, std::int16_t shortcut) {
        std::int16_t y = 0;
        kernels::reference::add(layer.words.add, &shortcut, &branch, &y, 1);
        return y;
    }
    static void softmax(const Layer& layer, const std::int16_t* x, std::int16_t* y, std::size_t n) {
        nn::int16::softmax(layer.words.softmax, x, y, n);
    }
};

template <>
struct Arithmetic<float> {
    using Sum = float;

    static float bias(const Layer& layer, std::size_t filter) {
        return layer.real[layer.real.size() - layer.config.filters + filter];
    }
    static float product(const Layer& layer, std::size_t weight, float x) { return layer.real[weight] * x; }
    static float finish(const Layer& layer, float sum, std::size_t) { return activated(layer, sum); }
    static float pooled_mean(float sum, std::size_t count) { return sum / static_cast<float>(count); }
    static float mean(const Layer&, float sum, std::size_t count) { return sum / static_cast<float>(count); }
    static float curve(const Layer& layer, float x) { return layer.value(x); }
    static float zero(const Layer&) { return 0; }
    static float add(const Layer& layer, float branch, float shortcut) {
        return activated(layer, branch + shortcut);
    }
    static void softmax(const Layer&, const float* x, float* y, std::size_t n) {
        const float largest = *std::max_element(x, x + n);
        float total = 0;
        for (std::size_t i = 0; i < n; ++i) total += y[i] = std::exp(x[i] - largest);
        for (std::size_t i = 0; i < n; ++i) y[i] /= total;
    }

private:
    static float activated(const Layer& layer, float x) {
        const nn::Activation activation = layer.config.activation;
        if (activation != nn::Activation::none) x = std::max(x, 0.0f);
        return activation == nn::Activation::relu6 ? std::min(x, 6.0f) : x;
    }
};

}  // namespace mote::deploy::tflite
