// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mote/nn/layer.hpp"
#include "mote/nn/softmax.hpp"

namespace mote::nn {

/// Layers one after another that stand for one: within a Sequential the same as its layers, and a way through
/// a Residual.
template <class... Layers>
struct Path {};

namespace detail {

/// A layer and the shape of what it reads.
template <class LayerType, Shape In>
struct Placed {
    using Layer = LayerType;
    using At = typename Layer::template At<In>;
    static constexpr Shape input = In;
};

/// The first layer that does not accept what the one before it gives; the last where all do.
template <Shape In, class First, class... Rest>
struct Misfit {
    using Layer = First;
    static constexpr Shape input = In;
};
template <Shape In, class First, class Second, class... Rest>
requires(First::template accepts<In>) struct Misfit<In, First, Second, Rest...>
    : Misfit<First::template shape<In>, Second, Rest...> {
};
template <Shape In, class... Inner, class... Rest>
struct Misfit<In, Path<Inner...>, Rest...> : Misfit<In, Inner..., Rest...> {};

/// Layers one behind the other.
template <Shape Output, class... Members>
struct Chain {
    static constexpr std::size_t depth = sizeof...(Members);
    static constexpr std::array<Shape, depth + 1> shapes{Members::input..., Output};
    template <std::size_t I>
    using Member = std::tuple_element_t<I, std::tuple<Members...>>;

    template <class Layer>
    using Append = Chain<Layer::template shape<Output>, Members..., Placed<Layer, Output>>;
};

template <class Begun, class... Layers>
struct Fold {
    using Type = Begun;
};
template <class Begun, class First, class... Rest>
struct Fold<Begun, First, Rest...> : Fold<typename Begun::template Append<First>, Rest...> {};
template <class Begun, class... Inner, class... Rest>
struct Fold<Begun, Path<Inner...>, Rest...> : Fold<Begun, Inner..., Rest...> {};

}  // namespace detail

/// An architecture: layers one after another, from an input of the given shape. A type without data; the
/// numbers are in Network<T, Sequential<...>>.
///
/// Errors  A layer that cannot follow its predecessor does not compile: accepts_output_of names both.
template <Shape Input, class... Layers>
requires accepts_output_of<typename detail::Misfit<Input, Layers...>::Layer,
                           detail::Misfit<Input, Layers...>::input>
struct Sequential {
    using Chain = typename detail::Fold<detail::Chain<Input>, Layers...>::Type;

    static constexpr std::size_t depth = Chain::depth;
    /// shapes[i] is what layer i reads; shapes[depth] is the output.
    static constexpr std::array<Shape, depth + 1> shapes = Chain::shapes;
    static constexpr std::size_t inputs = shapes[0].size(), outputs = shapes[depth].size();

    /// Layer I as described, and bound to its input.
    template <std::size_t I>
    using Description = typename Chain::template Member<I>::Layer;
    template <std::size_t I>
    using Layer = typename Chain::template Member<I>::At;

    /// Calls use(std::integral_constant<std::size_t, i>) for layer 0, 1, ... depth - 1.
    template <class Use>
    static constexpr void for_each_layer(Use use) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (use(std::integral_constant<std::size_t, I>{}), ...);
        }
        (std::make_index_sequence<depth>{});
    }

    /// Where layer i's weights begin in the flat run of all; the last entry is their number.
    static constexpr std::array<std::size_t, depth + 1> first_weight = [] {
        std::array<std::size_t, depth + 1> first{};
        for_each_layer([&](auto i) { first[i + 1] = first[i] + Layer<i>::parameters; });
        return first;
    }();
    static constexpr std::size_t parameters = first_weight[depth];
    static constexpr std::size_t macs = [] {
        std::size_t total = 0;
        for_each_layer([&](auto i) { total += Layer<i>::macs; });
        return total;
    }();

    /// Whether the outputs are the probabilities of classes.
    static constexpr bool classifies =
        std::is_same_v<Description<depth - 1>, Softmax> && shapes[depth].flat();
};

}  // namespace mote::nn
