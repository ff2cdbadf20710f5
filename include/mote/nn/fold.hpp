// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "mote/nn/batch_normalization.hpp"
#include "mote/nn/filters.hpp"
#include "mote/nn/sequential.hpp"

namespace mote::nn {

namespace detail {

template <class Layer, class Next>
concept takes_in = normalises_batches<Next> && requires {
    typename Layer::template Fused<Next::activation>;
};

/// The layers that stay: a BatchNormalization goes into a layer with weights before it.
template <class Done, class... Layers>
struct FoldedLayers;
template <class... Done>
struct FoldedLayers<Path<Done...>> {
    using Type = Path<Done...>;
};
template <class... Done, class First, class... Rest>
struct FoldedLayers<Path<Done...>, First, Rest...> : FoldedLayers<Path<Done..., First>, Rest...> {};
template <class... Done, class First, class Next, class... Rest>
requires takes_in<First, Next>
struct FoldedLayers<Path<Done...>, First, Next, Rest...>
    : FoldedLayers<Path<Done..., typename First::template Fused<Next::activation>>, Rest...> {
};

template <class Architecture, class Indices = std::make_index_sequence<Architecture::depth>>
struct FoldedArchitecture;
template <class Architecture, std::size_t... I>
struct FoldedArchitecture<Architecture, std::index_sequence<I...>> {
    using Layers = typename FoldedLayers<Path<>, typename Architecture::template Description<I>...>::Type;
    using Type = typename SequentialOf<Architecture::shapes[0], Layers>::Type;
};

/// Multiplies each filter's weights by the line of its channel.
template <class Layer, class Normalization, class T>
constexpr void fold_into(T* weights, const T* statistics) {
    constexpr std::size_t filters = Layer::geometry.filters, taps = Layer::parameters / filters - 1;
    constexpr bool filter_last =
        std::is_same_v<typename Layer::Quantized, kernels::QuantizedDepthwise<Layer::geometry>>;
    for (std::size_t filter = 0; filter < filters; ++filter) {
        const auto through = Normalization::line(statistics, filters, filter);
        for (std::size_t tap = 0; tap < taps; ++tap) {
            weights[filter_last ? tap * filters + filter : filter * taps + tap] *= through.factor;
        }
        T& bias = weights[filters * taps + filter];
        bias = through.factor * bias + through.offset;
    }
}

}  // namespace detail

/// An architecture without the BatchNormalization layers that come right behind a convolution or Dense
/// without an activation; their activation moves along.
template <class Architecture>
using Folded = typename detail::FoldedArchitecture<Architecture>::Type;

/// The same network with these layers multiplied into the weights before them: what to quantise and to ship.
/// Equal up to rounding; what stays has the weights it had.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Folded<Architecture>, Isa> fold(
    const Network<T, Architecture, Isa>& model) {
    Network<T, Folded<Architecture>, Isa> folded;
    T* to = folded.weights().data();
    T* before = to;  // the weights of the layer before
    Architecture::for_each_layer([&](auto i) {
        using Description = typename Architecture::template Description<i>;
        using Layer = typename Architecture::template Layer<i>;
        const T* from = model.weights().data() + Architecture::first_weight[i];
        constexpr std::size_t last = i > 0 ? i - 1 : 0;
        using Before = typename Architecture::template Description<last>;
        if constexpr (i > 0 && detail::takes_in<Before, Description>) {
            detail::fold_into<typename Architecture::template Layer<last>, Description>(before, from);
        } else {
            before = to;
            to = std::copy_n(from, Layer::parameters, to);
        }
    });
    return folded;
}

}  // namespace mote::nn
