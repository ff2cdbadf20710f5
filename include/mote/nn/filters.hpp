// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "mote/nn/float_network.hpp"
#include "mote/nn/quantized_conv.hpp"
#include "mote/nn/time_distributed.hpp"

/// Layers whose numbers are filters' weights and then a bias for each: Dense, the convolutions, and what is
/// made of them. As bytes, a filter's weights share a scale.
namespace mote::nn {

template <class Layer>
concept has_filters = requires {
    typename Layer::Quantized;
    Layer::Quantized::geometry;
    Layer::Quantized::weights;
    Layer::activation;
}
&&Layer::parameters == typename Layer::Quantized{}.weights.size() + Layer::Quantized::geometry.filters;

template <has_filters Layer>
inline constexpr std::size_t filters_of = Layer::Quantized::geometry.filters;
template <has_filters Layer>
inline constexpr std::size_t taps_of = Layer::parameters / filters_of<Layer> - 1;

/// Where tap `tap` of filter `filter` stands among a layer's numbers; bias_index: where its bias does.
template <has_filters Layer>
constexpr std::size_t tap_index(std::size_t filter, std::size_t tap) {
    constexpr bool depthwise =
        std::is_same_v<typename Layer::Quantized, kernels::QuantizedDepthwise<Layer::Quantized::geometry>>;
    return depthwise ? tap * filters_of<Layer> + filter : filter * taps_of<Layer> + tap;
}
template <has_filters Layer>
constexpr std::size_t bias_index(std::size_t filter) {
    return filters_of<Layer> * taps_of<Layer> + filter;
}

/// Use(layer number, layer's numbers) for each layer of a network that has filters, not for those within
/// layers.
template <class Architecture, class T, class Use>
constexpr void for_each_layer_with_filters(T* weights, Use use) {
    Architecture::for_each_layer([&](auto i) {
        if constexpr (has_filters<typename Architecture::template Layer<i>>) {
            use(i, weights + Architecture::first_weight[i]);
        }
    });
}

namespace detail {

template <class Layer, class Description, class Wrapper>
struct WrappedLayer {
    using Type = Description;
};
template <has_filters Layer, class Description, class Wrapper>
struct WrappedLayer<Layer, Description, Wrapper> {
    using Type = typename Wrapper::template Around<Description>;
};
template <has_filters Layer, class Inner, class Wrapper>
struct WrappedLayer<Layer, TimeDistributed<Inner>, Wrapper> {
    using Type = TimeDistributed<typename Wrapper::template Around<Inner>>;
};

template <class Architecture, class Wrapper, class Indices = std::make_index_sequence<Architecture::depth>>
struct WrappedArchitecture;
template <class Architecture, class Wrapper, std::size_t... I>
struct WrappedArchitecture<Architecture, Wrapper, std::index_sequence<I...>> {
    using Type =
        Sequential<Architecture::shapes[0],
                   typename WrappedLayer<typename Architecture::template Layer<I>,
                                         typename Architecture::template Description<I>, Wrapper>::Type...>;
};

}  // namespace detail

/// An architecture with Wrapper::Around<Layer> in place of each layer that has filters.
template <class Architecture, class Wrapper>
using WithFilters = typename detail::WrappedArchitecture<Architecture, Wrapper>::Type;

/// The largest size of a layer's weights once they are integers.
template <has_filters Layer>
inline constexpr int largest_of = 127;
template <has_filters Layer>
requires requires {
    Layer::largest;
}
inline constexpr int largest_of<Layer> = Layer::largest;

/// A layer's weights as integers of up to +-largest keep them, in float: multiples of their filter's scale.
/// Unless told otherwise, as quantize() rounds them.
template <has_filters Layer, class T>
constexpr void round_filters(T* weights, int largest = largest_of<Layer>) {
    constexpr std::size_t taps = taps_of<Layer>;
    for (std::size_t filter = 0; filter < filters_of<Layer>; ++filter) {
        std::array<T, taps> row{};
        for (std::size_t tap = 0; tap < taps; ++tap) row[tap] = weights[tap_index<Layer>(filter, tap)];
        const double scale = symmetric_scale(row.data(), taps, largest);
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const double steps = round_to(static_cast<double>(row[tap]) / scale, -largest, largest);
            weights[tap_index<Layer>(filter, tap)] = static_cast<T>(scale * steps);
        }
    }
}

/// The float network with the weights that it has once it is quantised; biases stay as they are.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Architecture, Isa> round_weights(Network<T, Architecture, Isa> model) {
    for_each_layer_with_filters<Architecture>(model.weights().data(), [](auto i, T* weights) {
        round_filters<typename Architecture::template Layer<i>>(weights);
    });
    return model;
}

/// The same with integers of up to +-largest in every layer.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Architecture, Isa> round_weights(Network<T, Architecture, Isa> model,
                                                                    int largest) {
    for_each_layer_with_filters<Architecture>(model.weights().data(), [largest](auto i, T* weights) {
        round_filters<typename Architecture::template Layer<i>>(weights, largest);
    });
    return model;
}

}  // namespace mote::nn
