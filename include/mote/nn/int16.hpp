// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "mote/nn/layer.hpp"

/// Networks whose activations have 16 bits: the same architectures, each layer in its 16-bit form.
namespace mote::nn {

/// factor as a Multiplier for 16-bit numbers, whose product saturates anyway where it is larger.
constexpr Multiplier int16_multiplier(double factor) {
    return multiplier_of(min(factor, 32767.0));
}

/// x on another scale, saturated.
constexpr std::int16_t rescaled_int16(std::int32_t x, Multiplier factor) {
    const std::int32_t scaled = kernels::reference::rescale(x, factor.multiplier, factor.shift);
    return static_cast<std::int16_t>(clamp<std::int32_t>(scaled, -32768, 32767));
}

namespace detail {

/// A layer's 16-bit form; its own where it only moves numbers.
template <class Layer>
struct Int16FormOf {
    using Type = Layer;
};
template <class Layer>
requires requires {
    typename Layer::Int16;
}
struct Int16FormOf<Layer> {
    using Type = typename Layer::Int16;
};

template <class T, class Layer>
struct LayerFormOf {
    using Type = Layer;
};
template <class Layer>
struct LayerFormOf<std::int16_t, Layer> : Int16FormOf<Layer> {};

}  // namespace detail

/// What runs a layer on T's: the layer itself, or its 16-bit form.
template <class T, class Layer>
using LayerFormOf = typename detail::LayerFormOf<T, Layer>::Type;

/// An architecture whose layers are in their 16-bit form.
template <class Architecture>
struct InInt16 : Architecture {
    template <std::size_t I>
    using Layer = typename detail::Int16FormOf<typename Architecture::template Layer<I>>::Type;
};

/// What a network of T's runs: the layers of bytes, or of 16 bits.
template <ActivationInteger T, class Architecture>
using FormOf = std::conditional_t<std::is_same_v<T, std::int16_t>, InInt16<Architecture>, Architecture>;

/// Whether a layer runs on integers of type T.
template <class Layer, class T>
concept computes_with = requires(const typename Layer::template Packed<isa::Portable>& packed, const T* x,
                                 T* y) {
    Layer::template run<isa::Portable>(packed, x, y, static_cast<std::byte*>(nullptr));
};

namespace detail {

template <class Form, class T, class Indices = std::make_index_sequence<Form::depth>>
inline constexpr bool all_compute_with = false;
template <class Form, class T, std::size_t... I>
inline constexpr bool all_compute_with<Form, T, std::index_sequence<I...>> =
    (computes_with<typename Form::template Layer<I>, T> && ...);

}  // namespace detail

/// Whether all layers run on integers of type T: not every layer has a 16-bit form.
template <class Architecture, class T>
concept has_integer_layers_for = detail::all_compute_with<FormOf<T, Architecture>, T>;

}  // namespace mote::nn
