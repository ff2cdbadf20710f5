// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"

/// One layer by itself: run, differentiated and made bytes.
namespace mote::testing {

template <class T>
std::vector<T> noise(std::size_t n, Random& random) {
    std::vector<T> x(n);
    for (T& value : x) value = 2 * random.uniform<T>() - 1;
    return x;
}

/// A layer at In, with everything it needs to run.
template <class Layer, nn::Shape In, class T = double>
struct OneLayer {
    using At = typename Layer::template At<In>;
    static constexpr std::size_t outputs = Layer::template shape<In>.size();
    static constexpr std::size_t space =
        std::max(At::template scratch<T, isa::Portable>, At::backward_scratch) + 1;

    std::vector<T> weights = std::vector<T>(At::parameters);
    std::vector<T> scratch = std::vector<T>(space);

    void draw(Random& random) {
        At::initialise(weights.data(), random);
        for (T& weight : weights) weight += T(0.2) * (random.uniform<T>() - T(0.5));  // biases too
    }
    std::vector<T> run(const std::vector<T>& x) {
        std::vector<T> y(outputs);
        At::template forward<isa::Portable>(weights.data(), x.data(), y.data(), scratch.data());
        return y;
    }
};

/// Worst gap between backward() and central differences of a weighted sum of the outputs, over all inputs and
/// all weights but statistics of the data, relative to the largest slope.
template <class Layer, nn::Shape In>
double gradient_gap(std::uint64_t seed, double spread = 1) {
    Random random(seed);
    OneLayer<Layer, In> layer;
    layer.draw(random);
    std::vector<double> x = noise<double>(In.size(), random);
    for (double& value : x) value *= spread;
    const std::vector<double> share = noise<double>(layer.outputs, random);
    std::vector<double> y = layer.run(x), dy = share, dx(In.size(), 99), slopes(layer.weights.size());
    OneLayer<Layer, In>::At::template backward<isa::Portable>(
        layer.weights.data(), x.data(), y.data(), dy.data(), dx.data(), slopes.data(), layer.scratch.data());
    slopes.insert(slopes.end(), dx.begin(), dx.end());

    const auto loss = [&] {
        double total = 0;
        const std::vector<double> now = layer.run(x);
        for (std::size_t i = 0; i < now.size(); ++i) total += share[i] * now[i];
        return total;
    };
    double worst = 0, largest = 0;
    const std::size_t weights = layer.weights.size();
    std::size_t trained = weights;
    if constexpr (requires { OneLayer<Layer, In>::At::statistics; })
        trained = OneLayer<Layer, In>::At::statistics;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
        if (i >= trained && i < weights) continue;
        double& at = i < weights ? layer.weights[i] : x[i - weights];
        const double centre = at, step = 1e-5;
        at = centre + step;
        const double above = loss();
        at = centre - step;
        const double below = loss();
        at = centre;
        worst = std::max(worst, std::fabs((above - below) / (2 * step) - slopes[i]));
        largest = std::max(largest, std::fabs(slopes[i]));
    }
    return largest > 1e-3 ? worst / largest : 1;
}

/// The outputs that are NaN where only input `place` is.
template <class Layer, nn::Shape In>
std::vector<std::size_t> spoilt_by(std::size_t place, std::uint64_t seed = 5) {
    Random random(seed);
    OneLayer<Layer, In, float> layer;
    layer.draw(random);
    std::vector<float> x = noise<float>(In.size(), random);
    x[place] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> y = layer.run(x);
    std::vector<std::size_t> spoilt;
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (std::isnan(y[i])) spoilt.push_back(i);
    }
    return spoilt;
}

/// Worst gap between a network in integers and as float, in steps of the integers' scale, over rows like
/// those it was calibrated on. What is packed must come back.
template <class Architecture, class T = std::int8_t>
double quantized_gap(std::uint64_t seed, float spread = 1) {
    Random random(seed);
    nn::Network<float, Architecture> model;
    model.initialise(seed);
    std::vector<std::array<float, Architecture::inputs>> rows(40);
    for (auto& row : rows) {
        for (float& x : row) x = spread * (2 * random.uniform<float>() - 1);
    }
    const auto bytes = nn::quantize<T>(model, Rows<float, Architecture::inputs>(rows));
    const decltype(bytes) again(bytes.weights());
    typename nn::Network<float, Architecture>::Workspace scratch;
    typename decltype(bytes)::Workspace byte_scratch, second_scratch;
    double worst = 0;
    for (const auto& row : rows) {
        const auto exact = model.forward(row, scratch);
        const auto y = bytes.forward(bytes.quantize_input(row), byte_scratch);
        const auto same = again.forward(bytes.quantize_input(row), second_scratch);
        if (!std::equal(y.begin(), y.end(), same.begin())) return std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < y.size(); ++i) {
            worst =
                std::max(worst, std::fabs(static_cast<double>(bytes.output().dequantize(y[i]) - exact[i])));
        }
    }
    return worst / static_cast<double>(bytes.output().scale);
}

}  // namespace mote::testing
