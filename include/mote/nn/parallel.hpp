// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/nn/quantized_concatenation.hpp"
#include "mote/nn/residual.hpp"
#include "mote/nn/way.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// The ways of a Parallel come together with their channels next to each other; as Add, Subtract
/// and Multiply they are a Residual.
struct Concatenate {};

template <class Merge, class... Ways>
struct Parallel;

template <class First, class Second>
struct Parallel<Add, First, Second> : Residual<First, Second> {};
template <class First, class Second>
struct Parallel<Subtract, First, Second> : Residual<First, Second, Activation::none, Subtract> {};
template <class First, class Second>
struct Parallel<Multiply, First, Second> : Residual<First, Second, Activation::none, Multiply> {};
template <class First, class Second, class Third, class... Rest>
struct Parallel<Add, First, Second, Third, Rest...>
    : Parallel<Add, Path<Residual<First, Second>>, Third, Rest...> {};

/// Several ways through, whose channels stand next to each other in the output.
///
/// Shapes  x: what all ways accept; y: [height][width][all their channels]. Weights: one way's behind the
///         other's. nn::Path<> is the input itself only in the others.
/// Errors  Ways of different height or width do not compile. NaN reaches the channels of the ways that see
///         it.
/// Memory  the arena of the largest way beside input and output. Integers: all on the output's scale; ways
///         that cannot give it, such as pools, are brought to it.
/// Time    that of all ways, and a copy of each output.
/// Source  Szegedy et al. 2015, CVPR, section 4. Integers: TensorFlow Lite's Concatenation, which wants one
///         scale.
template <class... Ways>
struct Parallel<Concatenate, Ways...> {
    template <Shape In, class Way>
    static constexpr bool goes_along = [] {
        constexpr Shape one = detail::end_of<In, Way>();
        constexpr std::array<Shape, sizeof...(Ways)> ends{detail::end_of<In, Ways>()...};
        return detail::Along<In, Way>::fits && one.height == ends[0].height && one.width == ends[0].width;
    }();
    template <Shape In>
    static constexpr bool accepts = sizeof...(Ways) > 0 && (goes_along<In, Ways> && ...);
    template <Shape In>
    static constexpr Shape shape = [] {
        constexpr std::array<Shape, sizeof...(Ways)> ends{detail::end_of<In, Ways>()...};
        return Shape{ends[0].height, ends[0].width, (detail::end_of<In, Ways>().channels + ...)};
    }();

    template <class Print>
    static constexpr void describe(Print print) {
        const auto path = [&]<class... Layers>(Path<Layers...>) {
            [[maybe_unused]] std::size_t described = 0;
            print(", mote::nn::Path<");
            ((print(described++ > 0 ? ", " : ""), Layers::describe(print)), ...);
            print(">");
        };
        print("mote::nn::Parallel<mote::nn::Concatenate");
        (path(Ways{}), ...);
        print(">");
    }

    template <Shape In>
    struct At : QuantizedConcatenation<std::int8_t, typename detail::Along<In, Ways>::Type...> {
        template <class Way>
        using Along = typename detail::Along<In, Way>::Type;
        using Int16 = QuantizedConcatenation<std::int16_t, Along<Ways>...>;
        using Within = Path<Along<Ways>...>;
        static constexpr Shape out = shape<In>;
        static constexpr std::size_t parameters = (Along<Ways>::parameters + ...),
                                     macs = (Along<Ways>::macs + ...);
        static constexpr std::size_t backward_scratch =
            In.size() + out.size() + std::max({Taped<Along<Ways>>::scratch...});
        template <class T, class Isa>
        static constexpr std::size_t scratch = std::max({inner_plan_of<T, Along<Ways>, Isa, true>.size...});

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            for_each_way<Along<Ways>...>([&](auto way, std::size_t first_weight, std::size_t, std::size_t) {
                using Way = typename decltype(way)::type;
                Way::for_each_layer([&](auto i) {
                    Way::template Layer<i>::initialise(weights + first_weight + Way::first_weight[i], random);
                });
            });
        }

        template <class Isa, FloatingScalar T, class Watch = Unwatched>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space, Watch watch = {}) {
            for_each_way<Along<Ways>...>(
                [&](auto way, std::size_t first_weight, std::size_t channel, std::size_t) {
                    using Way = typename decltype(way)::type;
                    constexpr auto& plan = inner_plan_of<T, Way, Isa, true>;
                    const auto call = [&](auto i, const T* from, T* to, T* layer_space) {
                        forward_layer<typename Way::template Layer<i>, Isa>(
                            weights + first_weight + Way::first_weight[i], from, to, layer_space, watch);
                    };
                    const T* end = run_layers<Way::depth, Way>(x, space, plan.output.data(),
                                                               plan.scratch.data(), call, show_within(watch));
                    for_each_output<Way>(out.channels, channel,
                                         [&](std::size_t at, std::size_t i) { y[at] = end[i]; });
                });
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T*, T* dy, T* dx, T* gradient,
                                       T* space) {
            T *const slopes = space, *const part = slopes + In.size(), *const rest = part + out.size();
            for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] = 0;
            for_each_way<Along<Ways>...>(
                [&](auto way, std::size_t first_weight, std::size_t channel, std::size_t) {
                    using Way = typename decltype(way)::type;
                    for_each_output<Way>(out.channels, channel,
                                         [&](std::size_t at, std::size_t i) { part[i] = dy[at]; });
                    Taped<Way>::template backward<Isa>(weights + first_weight, x, part,
                                                       dx != nullptr ? slopes : nullptr,
                                                       gradient + first_weight, rest);
                    for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] += slopes[i];
                });
        }
    };
};

}  // namespace mote::nn
