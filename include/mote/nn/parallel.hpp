// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "mote/nn/record.hpp"
#include "mote/nn/residual.hpp"
#include "mote/nn/way.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// The ways of a Parallel come together with their channels next to each other; as Add and Subtract they are
/// a Residual.
struct Concatenate {};

template <class Merge, class... Ways>
struct Parallel;

template <class First, class Second>
struct Parallel<Add, First, Second> : Residual<First, Second> {};
template <class First, class Second>
struct Parallel<Subtract, First, Second> : Residual<First, Second, Activation::none, Subtract> {};
template <class First, class Second, class Third, class... Rest>
struct Parallel<Add, First, Second, Third, Rest...>
    : Parallel<Add, Path<Residual<First, Second>>, Third, Rest...> {};

/// Several ways through, whose channels stand next to each other in the output.
///
/// Shapes  x: what all ways accept; y: [height][width][all their channels]. Weights: one way's behind the
///         other's. nn::Path<> is the input itself only in Add and Subtract.
/// Errors  Ways of different height or width do not compile.
/// Memory  the arena of the largest way beside input and output. int8: all on the output's scale; ways that
///         cannot give it, such as pools, are brought to it.
/// Source  Szegedy et al. 2015, CVPR, section 4. int8: TensorFlow Lite's Concatenation, which wants one
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
    struct At {
        template <class Way>
        using Along = typename detail::Along<In, Way>::Type;
        using Within = Path<Along<Ways>...>;
        static constexpr Shape out = shape<In>;
        static constexpr std::size_t pixels = out.height * out.width;
        static constexpr std::size_t parameters = (Along<Ways>::parameters + ...),
                                     macs = (Along<Ways>::macs + ...);
        static constexpr std::size_t observed = (observed_along<Along<Ways>> + ...);
        static constexpr std::size_t backward_scratch =
            In.size() + out.size() + std::max({Taped<Along<Ways>>::scratch...});
        template <class T, class Isa>
        static constexpr bool in_place = false;
        template <class T, class Isa>
        static constexpr std::size_t scratch = std::max({inner_plan_of<T, Along<Ways>, Isa, true>.size...});

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            for_each_way([&](auto way, std::size_t first_weight, std::size_t, std::size_t) {
                using Way = typename decltype(way)::type;
                Way::for_each_layer([&](auto i) {
                    Way::template Layer<i>::initialise(weights + first_weight + Way::first_weight[i], random);
                });
            });
        }

        template <class Isa, FloatingScalar T, class Watch = Unwatched>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space, Watch watch = {}) {
            for_each_way([&](auto way, std::size_t first_weight, std::size_t channel, std::size_t) {
                using Way = typename decltype(way)::type;
                constexpr auto& plan = inner_plan_of<T, Way, Isa, true>;
                const auto call = [&](auto i, const T* from, T* to, T* layer_space) {
                    forward_layer<typename Way::template Layer<i>, Isa>(
                        weights + first_weight + Way::first_weight[i], from, to, layer_space, watch);
                };
                const T* end = run_layers<Way::depth, Way>(x, space, plan.output.data(), plan.scratch.data(),
                                                           call, show_within(watch));
                for_each_element<Way>(channel, [&](std::size_t at, std::size_t i) { y[at] = end[i]; });
            });
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T*, T* dy, T* dx, T* gradient,
                                       T* space) {
            T *const slopes = space, *const part = slopes + In.size(), *const rest = part + out.size();
            for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] = 0;
            for_each_way([&](auto way, std::size_t first_weight, std::size_t channel, std::size_t) {
                using Way = typename decltype(way)::type;
                for_each_element<Way>(channel, [&](std::size_t at, std::size_t i) { part[i] = dy[at]; });
                Taped<Way>::template backward<Isa>(weights + first_weight, x, part,
                                                   dx != nullptr ? slopes : nullptr, gradient + first_weight,
                                                   rest);
                for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] += slopes[i];
            });
        }

        /// From one way's scale to the output's.
        struct Move {
            kernels::OutputStage<1> stage{};
            std::int8_t zero_point = 0;
        };
        template <class Layers>
        struct Numbers {
            Layers ways{};
            std::array<Move, sizeof...(Ways)> moves{};
        };
        using Quantized =
            Numbers<Record<typename detail::RecordsOf<Along<Ways>, isa::Portable>::Canonical...>>;
        template <class Isa>
        using Packed = Numbers<Record<typename detail::RecordsOf<Along<Ways>, Isa>::Packed...>>;

        static constexpr Affine quantized_output(Affine, Range all) { return Affine::covering(all); }
        template <class T>
        static constexpr Quantized quantize(const T* weights, Affine in, Affine out_scale,
                                            const Range* ranges) {
            Quantized layer;
            const Range all{out_scale.dequantize(-128), out_scale.dequantize(127)};
            for_each_way([&](auto way, std::size_t first_weight, std::size_t, auto index) {
                using Way = typename decltype(way)::type;
                typename detail::RecordsOf<Way, isa::Portable>::Canonical record{};
                const Affine end = quantize_way<Way>(record, weights + first_weight, in, ranges, all);
                if constexpr (!std::is_empty_v<decltype(record)>) get<index>(layer.ways) = record;
                const Multiplier factor =
                    multiplier_of(static_cast<double>(end.scale) / static_cast<double>(out_scale.scale));
                layer.moves[index] = {{{factor.multiplier}, {factor.shift}, out_scale.zero_point, -128, 127},
                                      end.zero_point};
                ranges += observed_along<Way>;
            });
            return layer;
        }

        template <class Isa>
        static constexpr Packed<Isa> pack(const Quantized& layer) {
            Packed<Isa> packed;
            for_each_way([&](auto way, std::size_t, std::size_t, auto index) {
                using Way = typename decltype(way)::type;
                if constexpr (!std::is_empty_v<typename detail::RecordsOf<Way, isa::Portable>::Canonical>) {
                    get<index>(packed.ways) = pack_record<Way, Isa>(get<index>(layer.ways));
                }
            });
            packed.moves = layer.moves;
            return packed;
        }
        static constexpr Quantized unpack(const auto& packed) {
            Quantized layer;
            for_each_way([&](auto way, std::size_t, std::size_t, auto index) {
                using Way = typename decltype(way)::type;
                if constexpr (!std::is_empty_v<typename detail::RecordsOf<Way, isa::Portable>::Canonical>) {
                    get<index>(layer.ways) = unpack_record<Way>(get<index>(packed.ways));
                }
            });
            layer.moves = packed.moves;
            return layer;
        }

        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{");
            for_each_way([&](auto way, std::size_t, std::size_t, auto index) {
                using Way = typename decltype(way)::type;
                print("{");
                if constexpr (!std::is_empty_v<typename detail::RecordsOf<Way, isa::Portable>::Canonical>) {
                    describe_record<Way>(get<index>(layer.ways), print);
                    print(", ");
                }
            });
            print("{");
            for (std::size_t i = 0; i <= sizeof...(Ways); ++i) print("}");
            print(", {{");
            for (const Move& move : layer.moves) {
                print("{{", move.stage.multiplier, ", ", move.stage.shift, ", ", move.stage.zero_point, ", ");
                print(move.stage.lowest, ", ", move.stage.highest, "}, ", move.zero_point, "}, ");
            }
            print("}}}");
        }

        template <class Isa>
        static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                                  std::byte* bytes) {
            if (std::is_constant_evaluated()) {
                std::array<std::int8_t, scratch<std::int8_t, Isa>> space{};
                run_in<Isa>(packed, x, y, space.data());
            } else {
                run_in<Isa>(packed, x, y, reinterpret_cast<std::int8_t*>(bytes));
            }
        }

    private:
        template <class Isa>
        static constexpr void run_in(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                                     std::int8_t* space) {
            for_each_way([&](auto way, std::size_t, std::size_t channel, auto index) {
                using Way = typename decltype(way)::type;
                using Layers = typename detail::RecordsOf<Way, Isa>::Packed;
                constexpr auto& plan = inner_plan_of<std::int8_t, Way, Isa, true>;
                const auto call = [&](auto i, const std::int8_t* from, std::int8_t* to,
                                      std::int8_t* layer_space) {
                    std::byte* bytes =
                        std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(layer_space);
                    if constexpr (std::is_empty_v<Layers>) {
                        Way::template Layer<i>::template run<Isa>(Nothing{}, from, to, bytes);
                    } else {
                        Way::template Layer<i>::template run<Isa>(get<i>(get<index>(packed.ways)), from, to,
                                                                  bytes);
                    }
                };
                const std::int8_t* end = run_layers<Way::depth, Way>(x, space, plan.output.data(),
                                                                     plan.scratch.data(), call, Unwatched{});
                const Move& move = packed.moves[index];
                for_each_element<Way>(channel, [&](std::size_t at, std::size_t i) {
                    y[at] = kernels::reference::requantize(end[i] - move.zero_point,
                                                           kernels::view(move.stage), 0);
                });
            });
        }

        /// Calls use(type of the way, its first weight, its first channel, its number) for all ways.
        template <class Use>
        static constexpr void for_each_way(Use use) {
            std::size_t first_weight = 0, channel = 0;
            const auto one = [&](auto way, auto index) {
                using Way = typename decltype(way)::type;
                use(way, first_weight, channel, index);
                first_weight += Way::parameters;
                channel += Way::shapes[Way::depth].channels;
            };
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (one(std::type_identity<Along<Ways>>{}, std::integral_constant<std::size_t, I>{}), ...);
            }
            (std::index_sequence_for<Ways...>{});
        }

        /// Calls use(place in y, place in the way's output) for all of a way's outputs.
        template <class Way, class Use>
        static constexpr void for_each_element(std::size_t channel, Use use) {
            constexpr std::size_t channels = Way::shapes[Way::depth].channels;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
                for (std::size_t c = 0; c < channels; ++c) {
                    use(pixel * out.channels + channel + c, pixel * channels + c);
                }
            }
        }
    };
};

}  // namespace mote::nn
