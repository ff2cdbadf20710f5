// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/core/dataset.hpp"
#include "mote/nn/filters.hpp"

namespace mote::nn {

namespace detail {

/// What each weight of a layer was multiplied with, summed over the layer's outputs; of each bias, how often
/// it was added. These are the slopes of the sum of all outputs, whatever the kind of layer.
template <has_filters Layer, std::size_t Outputs, class Isa, class T>
constexpr void add_inputs(const T* weights, const T* x, T* sums) {
    std::array<T, Outputs> ones{}, slopes{};
    std::array<T, max<std::size_t>(Layer::backward_scratch, 1)> scratch{};
    for (std::size_t i = 0; i < Outputs; ++i)
        ones[i] = slopes[i] = 1;  // within the linear part of activations
    T* const no_slope = nullptr;
    Layer::template backward<Isa>(weights, x, ones.data(), slopes.data(), no_slope, sums, scratch.data());
}

/// The same for all layers of a way, and those within layers, of which x is the input.
template <class Way, class Isa, class T>
constexpr void add_inputs_along(const T* weights, const T* x, T* sums) {
    constexpr std::size_t room = [] {
        std::size_t most = 1;
        Way::for_each_layer(
            [&](auto i) { most = max(most, Way::template Layer<i>::template scratch<T, Isa>); });
        return most;
    }();
    std::array<T, widest<Way>> from{}, to{};
    std::array<T, room> scratch{};
    std::copy_n(x, Way::inputs, from.begin());
    Way::for_each_layer([&](auto i) {
        using Layer = typename Way::template Layer<i>;
        constexpr std::size_t own = Way::first_weight[i];
        if constexpr (has_filters<Layer>) {
            add_inputs<Layer, Way::shapes[i + 1].size(), Isa>(weights + own, from.data(), sums + own);
        } else if constexpr (has_ways<Layer>) {
            for_each_way(typename Layer::Within{}, [&](auto way, std::size_t first) {
                using Inner = typename decltype(way)::type;
                if constexpr (Inner::parameters > 0) {
                    add_inputs_along<Inner, Isa>(weights + own + first, from.data(), sums + own + first);
                }
            });
        }
        Layer::template forward<Isa>(weights + own, from.data(), to.data(), scratch.data());
        from = to;
    });
}

}  // namespace detail

/// The network with each bias moved by what rounding the filter's weights to bytes would shift the mean of
/// its output before the activation, over the rows: made bytes of, its outputs have the means of the model's.
/// As a float network it is off by as much. quantize() calls it where Calibration::correct_biases is set.
///
/// Shapes  rows: [n][inputs], n > 0.
/// Memory  two copies of the weights more, and twice the widest output with a layer's scratch on the stack.
///         Time the network and the weights' half of a backward pass for each row.
/// Source  Nagel et al. 2019, ICCV, pages 1325-1334, section 4.2, equation (16), with the mean input measured
///         over the rows.
template <FloatingScalar T, class Architecture, class Isa, std::size_t Features>
[[nodiscard]] constexpr Network<T, Architecture, Isa> correct_biases(
    const Network<T, Architecture, Isa>& model, Rows<T, Features> rows) {
    typename Network<T, Architecture, Isa>::Weights sums{};
    for (const auto& row : rows) {
        detail::add_inputs_along<Architecture, Isa>(model.weights().data(), row.data(), sums.data());
    }
    Network<T, Architecture, Isa> corrected = round_weights(model);
    for_each_layer_with_filters<Architecture>(sums.data(), [&](auto layer, const T* inputs) {
        using Layer = typename decltype(layer)::type;
        const auto first = inputs - sums.data();
        const T* const exact = model.weights().data() + first;
        T* const weights = corrected.weights().data() + first;
        for (std::size_t filter = 0; filter < filters_of<Layer>; ++filter) {
            T shift = 0;
            for (std::size_t tap = 0; tap < taps_of<Layer>; ++tap) {
                const std::size_t at = tap_index<Layer>(filter, tap);
                shift += (weights[at] - exact[at]) * inputs[at];
                weights[at] = exact[at];
            }
            weights[bias_index<Layer>(filter)] -= shift / inputs[bias_index<Layer>(filter)];
        }
    });
    return corrected;
}

}  // namespace mote::nn
