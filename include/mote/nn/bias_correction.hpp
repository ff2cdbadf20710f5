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

}  // namespace detail

/// The network with each bias moved by what rounding the filter's weights to bytes would shift the mean of
/// its output before the activation, over the rows: made bytes of, its outputs have the means of the model's.
/// As a float network it is off by as much. quantize() calls it where Calibration::correct_biases is set.
///
/// Shapes  rows: [n][inputs], n > 0. Layers within layers keep their biases.
/// Memory  two copies of the weights more, a Workspace and twice the widest output on the stack. Time the
///         network and the weights' half of a backward pass for each row.
/// Source  Nagel et al. 2019, ICCV, pages 1325-1334, section 4.2, equation (16), with the mean input measured
///         over the rows.
template <FloatingScalar T, class Architecture, class Isa, std::size_t Features>
[[nodiscard]] constexpr Network<T, Architecture, Isa> correct_biases(
    const Network<T, Architecture, Isa>& model, Rows<T, Features> rows) {
    typename Network<T, Architecture, Isa>::Weights sums{};
    typename Network<T, Architecture, Isa>::Workspace scratch;
    for (const auto& row : rows) {
        std::array<T, detail::widest<Architecture>> x{};
        std::ranges::copy(row, x.begin());
        model.forward(row, scratch, [&](auto i, const auto& y) {
            using Layer = typename Architecture::template Layer<i>;
            if constexpr (has_filters<Layer>) {
                constexpr std::size_t first = Architecture::first_weight[i],
                                      outputs = Architecture::shapes[i + 1].size();
                detail::add_inputs<Layer, outputs, Isa>(model.weights().data() + first, x.data(),
                                                        sums.data() + first);
            }
            std::ranges::copy(y, x.begin());
        });
    }
    Network<T, Architecture, Isa> corrected = round_weights(model);
    for_each_layer_with_filters<Architecture>(sums.data(), [&](auto i, const T* inputs) {
        using Layer = typename Architecture::template Layer<i>;
        const T* const exact = model.weights().data() + Architecture::first_weight[i];
        T* const weights = corrected.weights().data() + Architecture::first_weight[i];
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
