// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "mote/nn/filters.hpp"

namespace mote::nn {

namespace detail {

/// Zeroes the `count` weights of least size, of equal ones the first.
template <std::size_t N, class T>
constexpr void zero_smallest(T* weights, std::size_t count) {
    std::array<T, N> sizes{};
    for (std::size_t i = 0; i < N; ++i) sizes[i] = abs(weights[i]);
    std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(count - 1));
    const T limit = sizes[count - 1];
    std::size_t smaller = 0;
    for (std::size_t i = 0; i < N; ++i) smaller += abs(weights[i]) < limit ? 1 : 0;
    std::size_t equal = count - smaller;
    for (std::size_t i = 0; i < N; ++i) {
        const T size = abs(weights[i]);
        const bool taken = size < limit || (size == limit && equal > 0);
        if (size == limit && equal > 0) --equal;
        if (taken) weights[i] = 0;
    }
}

}  // namespace detail

/// Zeroes the share of weights of least magnitude in each layer with filters; biases stay. As a network of
/// Pruned<Architecture> it then learns to do without them; a share that grows from fit to fit loses least.
/// store_weights() keeps its bytes in less room.
///
/// Errors  bad_parameter for a share outside 0 .. 1, not_finite for such a weight; the model is untouched
///         then.
/// Memory  a copy of the largest layer's weights. Time their number.
/// Source  Han et al. 2015, NeurIPS, pages 1135-1143; Zhu and Gupta 2017, arXiv:1710.01878 (growing shares).
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Status prune(Network<T, Architecture, Isa>& model, double share) {
    if (!(share >= 0 && share <= 1)) return Status::bad_parameter;
    if (!all_finite(model.weights())) return Status::not_finite;
    for_each_layer_with_filters<Architecture>(model.weights().data(), [share](auto layer, T* weights) {
        using Layer = typename decltype(layer)::type;
        constexpr std::size_t size = filters_of<Layer> * taps_of<Layer>;
        const auto count = static_cast<std::size_t>(share * static_cast<double>(size));
        if (count > 0) detail::zero_smallest<size>(weights, count);
    });
    return Status::ok;
}

/// A layer with filters whose weights of zero stay zero when it is trained; its biases are free.
template <class Layer>
struct PrunedWeights : Layer {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::PrunedWeights<");
        Layer::describe(print);
        print(">");
    }

    template <Shape In>
    struct At : Layer::template At<In> {
        using Whole = typename Layer::template At<In>;

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T* space) {
            Whole::template backward<Isa>(weights, x, y, dy, dx, gradient, space);
            for (std::size_t i = 0; i < filters_of<Whole> * taps_of<Whole>; ++i) {
                if (weights[i] == 0) gradient[i] = 0;
            }
        }
    };
};

namespace detail {

struct Pruning {
    template <class Layer>
    using Around = PrunedWeights<Layer>;
};

}  // namespace detail

/// An architecture whose zeros stay zeros in training, with the same weights in the same places. The
/// optimiser must not move what has no slope: none does from its reset in fit() on.
template <class Architecture>
using Pruned = WithFilters<Architecture, detail::Pruning>;

/// How much of the weights of layers with filters is zero.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr double sparsity(const Network<T, Architecture, Isa>& model) {
    std::size_t zeros = 0, all = 0;
    for_each_layer_with_filters<Architecture>(model.weights().data(), [&](auto layer, const T* weights) {
        using Layer = typename decltype(layer)::type;
        constexpr std::size_t size = filters_of<Layer> * taps_of<Layer>;
        all += size;
        for (std::size_t k = 0; k < size; ++k) zeros += weights[k] == 0 ? 1 : 0;
    });
    return all > 0 ? static_cast<double>(zeros) / static_cast<double>(all) : 0;
}

}  // namespace mote::nn
