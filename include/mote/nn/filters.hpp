// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "mote/nn/float_network.hpp"
#include "mote/nn/parallel.hpp"
#include "mote/nn/quantized_conv.hpp"
#include "mote/nn/residual.hpp"
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

/// Layers of layers say of which ways they are made, whose weights lie one behind the other's.
template <class Layer>
concept has_ways = requires {
    typename Layer::Within;
};

/// use(std::type_identity<Way>, where its weights begin) for each way.
template <class... Ways, class Use>
constexpr void for_each_way(Path<Ways...>, Use use) {
    std::size_t first = 0;
    ((use(std::type_identity<Ways>{}, first), first += Ways::parameters), ...);
}

template <class Way, class T, class Use>
constexpr void for_each_layer_with_filters(T* weights, Use use);

/// use(std::type_identity<Layer>, its numbers) for the layer, if it has filters, or those within it that
/// have.
template <class Layer, class T, class Use>
constexpr void for_filters_of(T* weights, Use use) {
    if constexpr (has_filters<Layer>) {
        use(std::type_identity<Layer>{}, weights);
    } else if constexpr (has_ways<Layer>) {
        for_each_way(typename Layer::Within{}, [&](auto way, std::size_t first) {
            for_each_layer_with_filters<typename decltype(way)::type>(weights + first, use);
        });
    }
}

/// The same for each layer of a network or a way, and for those within layers.
template <class Way, class T, class Use>
constexpr void for_each_layer_with_filters(T* weights, Use use) {
    Way::for_each_layer([&](auto i) {
        for_filters_of<typename Way::template Layer<i>>(weights + Way::first_weight[i], use);
    });
}

namespace detail {

/// A description with the wrapper around each layer in it that has filters.
template <Shape In, class Description, class Wrapper>
struct Wrapped {
    using Type = Description;
};
template <Shape In, class Description, class Wrapper>
requires has_filters<typename Description::template At<In>>
struct Wrapped<In, Description, Wrapper> {
    using Type = typename Wrapper::template Around<Description>;
};
template <Shape In, class Inner, class Wrapper>
struct Wrapped<In, TimeDistributed<Inner>, Wrapper> {
    using Type = TimeDistributed<typename Wrapped<Shape(In.channels), Inner, Wrapper>::Type>;
};

template <class Way, class Wrapper, class Indices = std::make_index_sequence<Way::depth>>
struct WrappedLayers;
template <class Way, class Wrapper, std::size_t... I>
struct WrappedLayers<Way, Wrapper, std::index_sequence<I...>> {
    using Type =
        Path<typename Wrapped<Way::shapes[I], typename Way::template Description<I>, Wrapper>::Type...>;
};
template <Shape In, class Way, class Wrapper>
using WrappedPath = typename WrappedLayers<typename Along<In, Way>::Type, Wrapper>::Type;

template <Shape In, class Branch, class Shortcut, Activation Fused, class Merge, class Wrapper>
struct Wrapped<In, Residual<Branch, Shortcut, Fused, Merge>, Wrapper> {
    using Type = Residual<WrappedPath<In, Branch, Wrapper>, WrappedPath<In, Shortcut, Wrapper>, Fused, Merge>;
};
template <Shape In, class Branch, Activation Fused, class Merge, class Wrapper>
struct Wrapped<In, Residual<Branch, Path<>, Fused, Merge>, Wrapper> {
    using Type = Residual<WrappedPath<In, Branch, Wrapper>, Path<>, Fused, Merge>;
};
template <Shape In, class Merge, class... Ways, class Wrapper>
struct Wrapped<In, Parallel<Merge, Ways...>, Wrapper> {
    using Type = Parallel<Merge, WrappedPath<In, Ways, Wrapper>...>;
};

template <Shape In, class Layers>
struct SequentialOf;
template <Shape In, class... Layers>
struct SequentialOf<In, Path<Layers...>> {
    using Type = Sequential<In, Layers...>;
};

}  // namespace detail

/// An architecture with Wrapper::Around<Layer> in place of each layer that has filters, within layers, too.
template <class Architecture, class Wrapper>
using WithFilters =
    typename detail::SequentialOf<Architecture::shapes[0],
                                  typename detail::WrappedLayers<Architecture, Wrapper>::Type>::Type;

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
    for_each_layer_with_filters<Architecture>(model.weights().data(), [](auto layer, T* weights) {
        round_filters<typename decltype(layer)::type>(weights);
    });
    return model;
}

/// The same with integers of up to +-largest in every layer.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Architecture, Isa> round_weights(Network<T, Architecture, Isa> model,
                                                                    int largest) {
    for_each_layer_with_filters<Architecture>(model.weights().data(), [largest](auto layer, T* weights) {
        round_filters<typename decltype(layer)::type>(weights, largest);
    });
    return model;
}

}  // namespace mote::nn
