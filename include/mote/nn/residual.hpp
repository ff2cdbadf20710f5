// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/nn/quantized_residual.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/reshape.hpp"
#include "mote/nn/way.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

namespace detail {

/// The way that changes nothing.
struct Identity {
    template <Shape In>
    static constexpr bool accepts = true;
    template <Shape In>
    static constexpr Shape shape = In;
    template <Shape In>
    static constexpr TimeWindow time{};
    template <class Print>
    static constexpr void describe(Print) {}
    template <Shape In>
    struct At : Reshape<In>::template At<In> {};
};

/// A path from an input, where its layers fit together.
template <Shape In, class PathType>
struct Along {
    static constexpr bool fits = false;
};
template <Shape In, class... Layers>
requires requires {
    typename Sequential<In, Layers...>;
}
struct Along<In, Path<Layers...>> {
    static constexpr bool fits = true;
    using Type = Sequential<In, Layers...>;
};
template <Shape In>
struct Along<In, Path<>> {
    static constexpr bool fits = true;
    using Type = Sequential<In, Identity>;
};

template <Shape In, class PathType>
constexpr Shape end_of() {
    if constexpr (Along<In, PathType>::fits) {
        constexpr auto shapes = Along<In, PathType>::Type::shapes;
        return shapes[shapes.size() - 1];
    } else {
        return Shape(0);
    }
}

}  // namespace detail

namespace detail {

/// Whether a branch may go with a shortcut: as large, or for a product one pixel with as many channels.
template <class Merge>
constexpr bool goes_with(Shape branch, Shape shortcut) {
    return branch == shortcut || (multiplies<Merge> && branch == Shape(shortcut.channels));
}

}  // namespace detail

/// y = activation(branch(x) + shortcut(x)), or that of their difference or product, where a way without
/// layers is x itself.
///
/// Shapes  x: what both ways accept, y: what both must give; with Multiply the branch may give one pixel,
///         which goes with all of the shortcut's. Weights: the branch's, then the shortcut's.
/// Errors  Ways that end in different shapes do not compile. NaN reaches what either way brings it to.
/// Memory  beside x and y what the branch needs; y may be x where the shortcut has no layers.
/// Time    that of both ways, and an operation for each output.
/// Source  He et al. 2016, CVPR, pages 770-778; Hu et al. 2018, CVPR, pages 7132-7141, section 3 (Multiply).
///         Integers: TensorFlow Lite's Add, Sub and Mul.
template <class Branch, class Shortcut = Path<>, Activation Fused = Activation::none,
          merges_number_by_number Merge = Add>
struct Residual {
    using AsResidual = Residual;  // what a Parallel that derives from it is

    template <Shape In>
    static constexpr bool accepts = detail::Along<In, Branch>::fits&& detail::Along<In, Shortcut>::fits&&
        detail::goes_with<Merge>(detail::end_of<In, Branch>(), detail::end_of<In, Shortcut>());
    template <Shape In>
    static constexpr Shape shape = detail::end_of<In, Shortcut>();

    template <class Print>
    static constexpr void describe(Print print);

    template <Shape In>
    struct At;

private:
    static constexpr bool direct = std::is_same_v<Shortcut, Path<>>;
};

template <class Branch, class Shortcut, Activation Fused, merges_number_by_number Merge>
template <class Print>
constexpr void Residual<Branch, Shortcut, Fused, Merge>::describe(Print print) {
    const auto path = [&]<class... Layers>(Path<Layers...>) {
        [[maybe_unused]] std::size_t described = 0;
        print("mote::nn::Path<");
        ((print(described++ > 0 ? ", " : ""), Layers::describe(print)), ...);
        print(">, ");
    };
    print("mote::nn::Residual<");
    path(Branch{});
    path(Shortcut{});
    print(name(Fused));
    if (!std::is_same_v<Merge, Add>) print(", ", Merge::name);
    print(">");
}

template <class Branch, class Shortcut, Activation Fused, merges_number_by_number Merge>
template <Shape In>
struct Residual<Branch, Shortcut, Fused, Merge>::At
    : QuantizedResidual<std::int8_t, typename detail::Along<In, Branch>::Type,
                        typename detail::Along<In, Shortcut>::Type, direct, Fused, Merge> {
    using Main = typename detail::Along<In, Branch>::Type;
    using Side = typename detail::Along<In, Shortcut>::Type;
    using Int16 = QuantizedResidual<std::int16_t, Main, Side, direct, Fused, Merge>;
    using Within = Path<Main, Side>;
    static constexpr std::size_t size = Side::outputs;
    static constexpr std::size_t parameters = Main::parameters + Side::parameters;
    static constexpr std::size_t macs = Main::macs + Side::macs;

    template <class T, class Isa>
    static constexpr std::size_t scratch = residual_places<T, Main, Side, direct, Isa>.end;

    template <class T>
    static constexpr void initialise(T* weights, Random& random) {
        const auto path = [&]<class Way>(std::type_identity<Way>) {
            Way::for_each_layer(
                [&](auto i) { Way::template Layer<i>::initialise(weights + Way::first_weight[i], random); });
            weights += Way::parameters;
        };
        path(std::type_identity<Main>{});
        path(std::type_identity<Side>{});
    }

    /// A product's slopes need what the ways gave, so it runs both again.
    static constexpr std::size_t product_scratch =
        multiplies<Merge>
            ? 2 * Main::outputs + size + max(scratch<float, isa::Native>, scratch<double, isa::Native>)
            : 0;
    static constexpr std::size_t backward_scratch =
        In.size() + product_scratch + max(Taped<Main>::scratch, direct ? 0 : Taped<Side>::scratch);

    template <class Isa, FloatingScalar T, class Watch = Unwatched>
    static constexpr void forward(const T* weights, const T* x, T* y, T* space, Watch watch = {}) {
        const auto [main, side] = run_ways<Isa>(weights, x, y, space, watch);
        for (std::size_t at = 0; at < size; at += Main::outputs) {
            merge<Merge, Fused>(main, side + at, y + at, Main::outputs);
        }
    }

    /// Runs both ways again and hands the slope of what they give back through each.
    template <class Isa, FloatingScalar T>
    static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                   T* space) {
        deactivate<Fused>(y, dy, size);
        T* const rest = space + In.size() + product_scratch;
        const T* branch_slopes = dy;
        if constexpr (multiplies<Merge>) {
            branch_slopes = part_slopes<Isa>(weights, x, dy, space + In.size());
        }
        Taped<Main>::template backward<Isa>(weights, x, branch_slopes, dx, gradient, rest);
        for (std::size_t i = 0; subtracts<Merge> && i < size; ++i) dy[i] = -dy[i];
        const T* slopes = dy;
        if constexpr (!direct) {
            Taped<Side>::template backward<Isa>(weights + Main::parameters, x, dy,
                                                dx != nullptr ? space : nullptr, gradient + Main::parameters,
                                                rest);
            slopes = space;
        }
        for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] += slopes[i];
    }

private:
    /// Where the branch's and the shortcut's outputs are.
    template <class Isa, FloatingScalar T, class Watch>
    static constexpr std::pair<const T*, const T*> run_ways(const T* weights, const T* x, T* y, T* space,
                                                            Watch watch) {
        const auto run_layer = [&]<class Way>(std::type_identity<Way>, const T* first) {
            return [first, watch](auto i, const T* from, T* to, T* layer_space) {
                forward_layer<typename Way::template Layer<i>, Isa>(first + Way::first_weight[i], from, to,
                                                                    layer_space, watch);
            };
        };
        const T* main =
            run_way<Main, true, Isa>(x, space, run_layer(std::type_identity<Main>{}, weights), watch);
        const T* side = x;
        if constexpr (!direct) {
            side = run_way<Side, false, Isa>(
                x, space + residual_places<T, Main, Side, direct, Isa>.side,
                run_layer(std::type_identity<Side>{}, weights + Main::parameters), watch, y);
        }
        return {main, side};
    }

    /// The slopes of a product's branch, which are returned, and in dy those of its shortcut.
    template <class Isa, FloatingScalar T>
    static constexpr const T* part_slopes(const T* weights, const T* x, T* dy, T* space) {
        T *const slopes = space, *const branch = slopes + Main::outputs, *const end = branch + Main::outputs;
        const auto [main, side] = run_ways<Isa>(weights, x, end, end + size, Unwatched{});
        for (std::size_t i = 0; i < Main::outputs; ++i) {
            branch[i] = main[i];
            slopes[i] = 0;
        }
        for (std::size_t i = 0; i < size; ++i) {
            slopes[i % Main::outputs] += dy[i] * side[i];
            dy[i] *= branch[i % Main::outputs];
        }
        return slopes;
    }
};

}  // namespace mote::nn
