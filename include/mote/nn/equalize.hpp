// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include "mote/nn/average_pool2d.hpp"
#include "mote/nn/filters.hpp"
#include "mote/nn/flatten.hpp"
#include "mote/nn/max_pool2d.hpp"
#include "mote/nn/relu.hpp"

namespace mote::nn {

namespace detail {

/// Layers without weights through which a channel's positive factor passes, channel by channel.
template <class Description>
inline constexpr bool passes_factors = false;
template <>
inline constexpr bool passes_factors<ReLU> = true;
template <>
inline constexpr bool passes_factors<Flatten> = true;
template <>
inline constexpr bool passes_factors<GlobalAveragePool> = true;
template <auto Config>
inline constexpr bool passes_factors<MaxPool2D<Config>> = true;
template <auto Config>
inline constexpr bool passes_factors<AveragePool2D<Config>> = true;

/// The layer with filters that reads what layer I's filters make, scaled as they are; I itself where none
/// does.
template <class Architecture, std::size_t I, std::size_t Next = I + 1>
constexpr std::size_t reader_of() {
    if constexpr (Next < Architecture::depth) {
        if constexpr (has_filters<typename Architecture::template Layer<Next>>) return Next;
        if constexpr (passes_factors<typename Architecture::template Description<Next>>) {
            return reader_of<Architecture, I, Next + 1>();
        }
    }
    return I;
}

/// Which channel weight `tap` of filter `filter` is multiplied with, of `channels` that may have been
/// flattened.
template <has_filters Layer>
constexpr std::size_t channel_of(std::size_t filter, std::size_t tap, std::size_t channels) {
    using Quantized = typename Layer::Quantized;
    constexpr kernels::ConvGeometry geometry = Quantized::geometry;
    constexpr bool depthwise = std::is_same_v<Quantized, kernels::QuantizedDepthwise<geometry>>;
    return (depthwise ? filter / (geometry.filters / geometry.channels) : tap) % channels;
}

/// use(weight) for each weight that channel `channel` comes from or goes to.
template <has_filters Layer, class T, class Use>
constexpr void for_weights_from(T* weights, std::size_t filter, Use use) {
    for (std::size_t tap = 0; tap < taps_of<Layer>; ++tap) use(weights[tap_index<Layer>(filter, tap)]);
}
template <has_filters Layer, class T, class Use>
constexpr void for_weights_to(T* weights, std::size_t channel, std::size_t channels, Use use) {
    for (std::size_t filter = 0; filter < filters_of<Layer>; ++filter) {
        for (std::size_t tap = 0; tap < taps_of<Layer>; ++tap) {
            if (channel_of<Layer>(filter, tap, channels) == channel)
                use(weights[tap_index<Layer>(filter, tap)]);
        }
    }
}

/// (11) and (9): both layers' weights of each channel to the same largest size.
template <has_filters First, has_filters Second, class T>
constexpr void equalize_pair(T* first, T* second) {
    constexpr std::size_t channels = filters_of<First>;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        T from = 0, to = 0;
        for_weights_from<First>(first, channel, [&from](T weight) { from = max(from, abs(weight)); });
        for_weights_to<Second>(second, channel, channels, [&to](T weight) { to = max(to, abs(weight)); });
        if (!(from > 0) || !(to > 0)) continue;
        const T factor = sqrt(from / to);
        for_weights_from<First>(first, channel, [factor](T& weight) { weight /= factor; });
        first[bias_index<First>(channel)] /= factor;
        for_weights_to<Second>(second, channel, channels, [factor](T& weight) { weight *= factor; });
    }
}

/// All pairs of a way, from the first to the last, and of the ways within its layers.
template <class Way, class T>
constexpr void equalize_along(T* weights) {
    Way::for_each_layer([weights](auto i) {
        using First = typename Way::template Layer<i>;
        T* const own = weights + Way::first_weight[i];
        if constexpr (has_filters<First>) {
            constexpr std::size_t reader = reader_of<Way, i>();
            if constexpr (reader != i && First::activation != Activation::relu6) {
                equalize_pair<First, typename Way::template Layer<reader>>(
                    own, weights + Way::first_weight[reader]);
            }
        } else if constexpr (has_ways<First>) {
            for_each_way(typename First::Within{}, [own](auto way, std::size_t first) {
                equalize_along<typename decltype(way)::type>(own + first);
            });
        }
    });
}

}  // namespace detail

/// The same function with other weights: a factor is moved from each channel to the layer that reads it, such
/// that the largest weight before it and after it are alike. No channel is then so large that bytes for it
/// leave the others a few steps only.
///
/// Moves   between layers with filters that follow each other, directly or through ReLU, Flatten and pools,
/// where
///         the first has no activation or relu; relu6 and layers of layers stand in the way, and these have
///         pairs of their own within. Fold batch normalisation first: fold().
/// Errors  Weights that are not finite stay so. Channels without weights on one side stay as they are.
/// Memory  a copy of the weights. Time the weights, for each sweep.
/// Source  Nagel et al. 2019, ICCV, pages 1325-1334, section 4.1: (9) and (11), sweeps from the first pair to
///         the last.
template <FloatingScalar T, class Architecture, class Isa>
[[nodiscard]] constexpr Network<T, Architecture, Isa> equalize(Network<T, Architecture, Isa> model,
                                                               std::size_t sweeps = 20) {
    for (std::size_t sweep = 0; sweep < sweeps; ++sweep) {
        detail::equalize_along<Architecture>(model.weights().data());
    }
    return model;
}

}  // namespace mote::nn
