// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/nn/affine.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/way.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// TensorFlow Lite's sum of two images of bytes on one scale each; out.scale must be above 2^-19 of the
/// larger.
constexpr kernels::QuantizedAdd quantized_add(Affine a, Affine b, Affine out, Activation activation) {
    const double twice_the_larger = 2 * static_cast<double>(max(a.scale, b.scale));
    const auto summand = [&](Affine in) {
        const Multiplier factor = multiplier_of(static_cast<double>(in.scale) / twice_the_larger);
        return kernels::QuantizedAdd::Summand{factor.multiplier, factor.shift, in.zero_point};
    };
    const Multiplier factor = multiplier_of(twice_the_larger / ((1 << 20) * static_cast<double>(out.scale)));
    const ByteRange range = byte_range(activation, out);
    return {{summand(a), summand(b)},
            {{factor.multiplier}, {factor.shift}, out.zero_point, range.lowest, range.highest}};
}

namespace detail {

/// The way that changes nothing.
struct Identity {
    template <Shape In>
    static constexpr bool accepts = true;
    template <Shape In>
    static constexpr Shape shape = In;
    template <class Print>
    static constexpr void describe(Print) {}
    template <Shape In>
    struct At : Weightless {};
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

/// y = activation(branch(x) + shortcut(x)), where the shortcut without layers is x itself.
///
/// Shapes  x: what both ways accept, y: what both must give. Weights: the branch's, then the shortcut's.
/// Memory  beside x and y what the branch needs; y may be x where the shortcut has no layers.
/// Source  He et al. 2016, CVPR, pages 770-778. int8: TensorFlow Lite's Add.
template <class Branch, class Shortcut = Path<>, Activation Fused = Activation::none>
struct Residual {
    template <Shape In>
    static constexpr bool accepts = detail::Along<In, Branch>::fits&& detail::Along<In, Shortcut>::fits&&
                                    detail::end_of<In, Branch>() == detail::end_of<In, Shortcut>();
    template <Shape In>
    static constexpr Shape shape = detail::end_of<In, Branch>();

    template <class Print>
    static constexpr void describe(Print print);

    template <Shape In>
    struct At;

private:
    static constexpr bool direct = std::is_same_v<Shortcut, Path<>>;
};

template <class Branch, class Shortcut, Activation Fused>
template <class Print>
constexpr void Residual<Branch, Shortcut, Fused>::describe(Print print) {
    const auto path = [&]<class... Layers>(Path<Layers...>) {
        [[maybe_unused]] std::size_t described = 0;
        print("mote::nn::Path<");
        ((print(described++ > 0 ? ", " : ""), Layers::describe(print)), ...);
        print(">, ");
    };
    print("mote::nn::Residual<");
    path(Branch{});
    path(Shortcut{});
    print(name(Fused), ">");
}

template <class Branch, class Shortcut, Activation Fused>
template <Shape In>
struct Residual<Branch, Shortcut, Fused>::At {
    using Main = typename detail::Along<In, Branch>::Type;
    using Side = typename detail::Along<In, Shortcut>::Type;
    static constexpr std::size_t size = Main::outputs;
    static constexpr std::size_t parameters = Main::parameters + Side::parameters;
    static constexpr std::size_t macs = Main::macs + Side::macs;

    template <class T, class Isa>
    static constexpr bool in_place = direct;

    /// Where the branch leaves its output, where the shortcut works, and the end of both.
    struct Places {
        std::size_t output, side, end;
    };
    template <class T, class Isa>
    static constexpr Places places = [] {
        constexpr auto main = inner_plan_of<T, Main, Isa, /*Kept=*/true>;
        constexpr auto side = inner_plan_of<T, Side, Isa, /*Kept=*/false>;
        const std::size_t output = main.output[Main::depth - 1];
        if (direct) return Places{output, 0, main.size};
        const std::size_t behind = round_up(output + size, 16 / sizeof(T));
        const std::size_t start = output >= side.size ? 0 : behind;
        return Places{output, start, max(main.size, start + side.size)};
    }();
    template <class T, class Isa>
    static constexpr std::size_t scratch = places<T, Isa>.end;

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

    static constexpr std::size_t observed = observed_along<Main> + (direct ? 0 : observed_along<Side>);
    static constexpr std::size_t backward_scratch =
        In.size() + max(Taped<Main>::scratch, direct ? 0 : Taped<Side>::scratch);

    template <class Isa, FloatingScalar T, class Watch = Unwatched>
    static constexpr void forward(const T* weights, const T* x, T* y, T* space, Watch watch = {}) {
        const auto run_layer = [&]<class Way>(std::type_identity<Way>, const T* first) {
            return [first, watch](auto i, const T* from, T* to, T* layer_space) {
                forward_layer<typename Way::template Layer<i>, Isa>(first + Way::first_weight[i], from, to,
                                                                    layer_space, watch);
            };
        };
        const T* main =
            through<Main, true, Isa>(x, space, run_layer(std::type_identity<Main>{}, weights), watch);
        const T* side = x;
        if constexpr (!direct) {
            side = through<Side, false, Isa>(
                x, space + places<T, Isa>.side,
                run_layer(std::type_identity<Side>{}, weights + Main::parameters), watch, y);
        }
        for (std::size_t i = 0; i < size; ++i) y[i] = main[i] + side[i];
        activate<Fused>(y, size);
    }

    /// Runs both ways again and hands the sum's slope back through each.
    template <class Isa, FloatingScalar T>
    static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                   T* space) {
        deactivate<Fused>(y, dy, size);
        Taped<Main>::template backward<Isa>(weights, x, dy, dx, gradient, space + In.size());
        const T* slopes = dy;
        if constexpr (!direct) {
            Taped<Side>::template backward<Isa>(weights + Main::parameters, x, dy,
                                                dx != nullptr ? space : nullptr, gradient + Main::parameters,
                                                space + In.size());
            slopes = space;
        }
        for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] += slopes[i];
    }

    template <class MainRecord, class SideRecord>
    struct Numbers {
        MainRecord main{};
        SideRecord side{};
        kernels::QuantizedAdd add{};  // the shortcut's summand first
    };
    using Quantized = Numbers<typename detail::RecordsOf<Main, isa::Portable>::Canonical,
                              typename detail::RecordsOf<Side, isa::Portable>::Canonical>;
    template <class Isa>
    using Packed =
        Numbers<typename detail::RecordsOf<Main, Isa>::Packed, typename detail::RecordsOf<Side, Isa>::Packed>;

    static constexpr Affine quantized_output(Affine, Range observed_sum) {
        return Affine::covering(observed_sum);
    }
    /// ranges: of the branch's outputs, then of the shortcut's.
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range* ranges) {
        Quantized layer;
        constexpr std::size_t along = observed_along<Main>;
        const Affine main = quantize_way<Main>(layer.main, weights, in, ranges, ranges[along - 1]);
        Affine side = in;
        if constexpr (!direct) {
            side = quantize_way<Side>(layer.side, weights + Main::parameters, in, ranges + along,
                                      ranges[observed - 1]);
        }
        layer.add = quantized_add(side, main, out, Fused);
        return layer;
    }

    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return {pack_record<Main, Isa>(layer.main), pack_record<Side, Isa>(layer.side), layer.add};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {unpack_record<Main>(packed.main), unpack_record<Side>(packed.side), packed.add};
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{");
        describe_record<Main>(layer.main, print);
        print(", ");
        describe_record<Side>(layer.side, print);
        print(", {{{");
        for (const auto& summand : layer.add.summands) {
            print("{", summand.multiplier, ", ", summand.shift, ", ", summand.zero_point, "}, ");
        }
        const auto& out = layer.add.output;
        print("}}, {", out.multiplier, ", ", out.shift, ", ", out.zero_point, ", ", out.lowest, ", ",
              out.highest, "}}}");
    }

    template <class Isa, class Watch = Unwatched>
    static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                              std::byte* bytes, Watch watch = {}) {
        if (std::is_constant_evaluated()) {
            std::array<std::int8_t, scratch<std::int8_t, Isa>> space{};
            run_in<Isa>(packed, x, y, space.data(), watch);
        } else {
            run_in<Isa>(packed, x, y, reinterpret_cast<std::int8_t*>(bytes), watch);
        }
    }

private:
    template <class Isa, class Watch>
    static constexpr void run_in(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                                 std::int8_t* space, Watch watch) {
        const auto run_layer = [&]<class Way>(std::type_identity<Way>, const auto& record) {
            return [&](auto i, const std::int8_t* from, std::int8_t* to, std::int8_t* layer_space) {
                Way::template Layer<i>::template run<Isa>(
                    get<i>(record), from, to,
                    std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(layer_space));
            };
        };
        const std::int8_t* main =
            through<Main, true, Isa>(x, space, run_layer(std::type_identity<Main>{}, packed.main), watch);
        const std::int8_t* side = x;
        if constexpr (!direct) {
            side = through<Side, false, Isa>(x, space + places<std::int8_t, Isa>.side,
                                             run_layer(std::type_identity<Side>{}, packed.side), watch, y);
        }
        kernels::add<Isa>(packed.add, side, main, y, size);
    }

    /// The output of all layers of one way, at its destination if it has one.
    template <class Way, bool Kept, class Isa, class T, class Call, class Watch>
    static constexpr const T* through(const T* x, T* space, Call call, Watch watch,
                                      T* destination = nullptr) {
        constexpr auto& plan = inner_plan_of<T, Way, Isa, Kept>;
        return run_layers<Way::depth, Way>(x, space, plan.output.data(), plan.scratch.data(), call,
                                           show_within(watch), destination);
    }
};

}  // namespace mote::nn
