// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

/// What imported layers do to numbers of one type: the part of tflite_reference.hpp that depends on it.
namespace mote::deploy::tflite {

namespace detail {

/// What a row of gates makes of its inputs, Q3.12.
template <class T>
std::int16_t gate_part(const Gates& gates, const T* from, std::size_t row) {
    const std::size_t inputs = gates.weights.size() / gates.bias.size();
    const std::size_t gate = row / (gates.bias.size() / 4);
    std::int64_t sum = gates.bias[row];
    for (std::size_t i = 0; i < inputs; ++i) {
        sum += gates.weights[row * inputs + i] * (from[i] - gates.zero_point);
    }
    const std::int32_t multiplier = gates.multiplier[gate];
    const int shift = gates.shift[gate];
    if constexpr (sizeof(T) == 2) {
        return kernels::saturate16(kernels::reference::rescale_sum(sum, multiplier, shift));
    } else {
        return kernels::saturate16(
            kernels::reference::rescale(static_cast<std::int32_t>(sum), multiplier, shift));
    }
}

/// One step of a layer of integers.
template <class T>
void lstm_step(const Lstm& lstm, const T* x, std::vector<T>& hidden, std::vector<std::int16_t>& cell) {
    using kernels::reference::rescale, kernels::saturate16;
    const std::size_t units = cell.size();
    std::vector<std::int16_t> gates(4 * units);
    for (std::size_t row = 0; row < gates.size(); ++row) {
        gates[row] =
            saturate16(gate_part(lstm.input, x, row) + gate_part(lstm.recurrent, hidden.data(), row));
    }
    std::int16_t *const i = gates.data(), *const f = i + units, *const c = f + units, *const o = c + units;
    kernels::integer_sigmoids<isa::Portable>(i, 2 * units);
    kernels::integer_tanhs<isa::Portable>(c, units);
    kernels::integer_sigmoids<isa::Portable>(o, units);
    const std::int32_t highest = lstm.cell_clip == 0 ? 32767 : lstm.cell_clip;
    const std::int32_t lowest = lstm.cell_clip == 0 ? -32768 : -lstm.cell_clip;
    for (std::size_t k = 0; k < units; ++k) {
        const std::int16_t kept = saturate16(rescale(f[k] * cell[k], 1 << 30, -14));
        const std::int16_t added = saturate16(rescale(i[k] * c[k], 1 << 30, -29 - lstm.cell_power));
        cell[k] = static_cast<std::int16_t>(std::clamp(kept + added, lowest, highest));
        c[k] = cell[k];
    }
    kernels::integer_tanhs<isa::Portable>(c, units, kernels::curve_scale(lstm.cell_power));
    for (std::size_t k = 0; k < units; ++k) {
        const std::int32_t y = rescale(c[k] * o[k], lstm.hidden.multiplier, lstm.hidden.shift);
        hidden[k] = nn::saturated<T>(y + lstm.recurrent.zero_point);
    }
}

/// All steps of an SVDF in bytes, from a state of zeros.
inline std::vector<std::int8_t> svdf_steps(const Layer& layer, const std::vector<std::int8_t>& x) {
    using kernels::reference::rescale;
    const Svdf& svdf = layer.svdf;
    const std::size_t features = layer.in.channels, units = layer.out.channels, filters = units * svdf.rank;
    std::vector<std::int32_t> seen(layer.in.height * filters);
    const kernels::StageView stage{layer.multipliers.data(), layer.shifts.data(), layer.zero_point, -128,
                                   127};
    std::vector<std::int8_t> y(layer.out.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::size_t step = i / units, unit = i % units;
        auto sum = static_cast<std::int32_t>(layer.bias[unit]);
        for (std::size_t filter = unit * svdf.rank; filter < (unit + 1) * svdf.rank; ++filter) {
            std::int32_t product = 0;
            for (std::size_t f = 0; f < features; ++f) {
                product +=
                    layer.weights[filter * features + f] * (x[step * features + f] - layer.input_zero_point);
            }
            seen[step * filters + filter] = std::clamp<std::int32_t>(
                rescale(product, svdf.to_state.multiplier, svdf.to_state.shift), svdf.lowest, svdf.highest);
            for (std::size_t back = 0; back < svdf.memory && back <= step; ++back) {
                sum +=
                    svdf.time[(filter + 1) * svdf.memory - 1 - back] * seen[(step - back) * filters + filter];
            }
        }
        y[i] = kernels::reference::requantize(sum, stage, 0);
    }
    return y;
}

template <class Sum, class Product, class T>
T merged(Merge merge, const Sum& sum, const Product& product, T branch, T shortcut) {
    T y = 0;
    if (merge == Merge::multiply) {
        y = product(branch, shortcut);
    } else if (merge == Merge::subtract) {
        nn::merge<nn::Subtract, isa::Portable>(sum, &branch, &shortcut, &y, 1);
    } else {
        nn::merge<nn::Add, isa::Portable>(sum, &branch, &shortcut, &y, 1);
    }
    return y;
}

}  // namespace detail

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
    static std::int8_t constant(const Layer& layer, std::size_t channel) {
        return static_cast<std::int8_t>(layer.constants[channel]);
    }
    static std::int8_t merge(const Layer& layer, std::int8_t branch, std::int8_t shortcut) {
        return detail::merged(layer.merge, layer.add, layer.product, branch, shortcut);
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
    static std::int16_t constant(const Layer& layer, std::size_t channel) { return layer.constants[channel]; }
    static std::int16_t merge(const Layer& layer, std::int16_t branch, std::int16_t shortcut) {
        return detail::merged(layer.merge, layer.words.add, layer.words.product, branch, shortcut);
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
    static float constant(const Layer& layer, std::size_t channel) { return layer.real[channel]; }
    static float merge(const Layer& layer, float branch, float shortcut) {
        if (layer.merge == Merge::multiply) return activated(layer, branch * shortcut);
        return activated(layer, layer.merge == Merge::subtract ? branch - shortcut : branch + shortcut);
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
