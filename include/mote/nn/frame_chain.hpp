// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mote/nn/frame_stage.hpp"
#include "mote/nn/parallel.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/residual.hpp"

/// Layers that run a frame at a time: what Streaming is made of.
namespace mote::nn {

template <class Architecture, class T, class Isa,
          class Indices = std::make_index_sequence<Architecture::depth>>
class FrameChain;

namespace detail {

/// What ways keep beside their weights: nothing where they compute with real numbers.
template <class T, template <class Scale> class Numbers>
struct ForIntegers {
    using Type = Nothing;
};
template <ActivationInteger T, template <class Scale> class Numbers>
struct ForIntegers<T, Numbers> {
    using Type = Numbers<ScaleOf<T>>;
};

}  // namespace detail

/// Two ways that make their frames at the same time, and their sum, difference or product.
template <class Branch, class Shortcut, Activation Fused, merges_number_by_number Merge, Shape In, class T,
          class Isa>
class FrameStage<Residual<Branch, Shortcut, Fused, Merge>, In, T, Isa> {
    using Layer = Residual<Branch, Shortcut, Fused, Merge>;
    using At = typename Layer::template At<In>;
    using Main = typename At::Main;
    using Side = typename At::Side;
    static constexpr bool direct = std::is_same_v<Shortcut, Path<>>, integer = ActivationInteger<T>;
    using MainChain = FrameChain<Main, T, Isa>;
    using SideChain = FrameChain<std::conditional_t<direct, Main, Side>, T, Isa>;
    static constexpr std::size_t size = MainChain::outputs;

public:
    static constexpr FrameDelay delay = detail::delay_of<Layer, In>;
    static constexpr std::size_t window = max(MainChain::window, SideChain::window);
    static constexpr std::size_t scratch = max(MainChain::scratch, SideChain::scratch);

    struct State {
        typename MainChain::State main{};
        std::conditional_t<direct, Nothing, typename SideChain::State> side{};
    };
    template <class Scale>
    struct PackedWays {
        typename MainChain::Numbers main{};
        std::conditional_t<direct, Nothing, typename SideChain::Numbers> side{};
        decltype(quantized_merge<Merge>(Scale{}, Scale{}, Scale{}, Fused)) add{};
    };
    using Numbers = typename detail::ForIntegers<T, PackedWays>::Type;

    static constexpr Numbers pack(const auto& canonical) {
        if constexpr (direct) {
            return {MainChain::pack(canonical.main), {}, canonical.add};
        } else {
            return {MainChain::pack(canonical.main), SideChain::pack(canonical.side), canonical.add};
        }
    }

    static constexpr bool push(const auto& numbers, const T* x, T* y, State& state, T* window_space,
                               T* scratch_space) {
        const auto main_numbers = [&](auto i) -> decltype(auto) {
            if constexpr (integer) {
                return get<i>(numbers.main);
            } else {
                return numbers + Main::first_weight[i];
            }
        };
        const T* const main = MainChain::push(main_numbers, x, state.main, window_space, scratch_space);
        const T* side = x;
        if constexpr (!direct) {
            const auto side_numbers = [&](auto i) -> decltype(auto) {
                if constexpr (integer) {
                    return get<i>(numbers.side);
                } else {
                    return numbers + Main::parameters + Side::first_weight[i];
                }
            };
            side = SideChain::push(side_numbers, x, state.side, window_space, scratch_space);
        }
        if (main == nullptr) return false;
        if constexpr (integer) {
            merge<Merge, Isa>(numbers.add, main, side, y, size);
        } else {
            merge<Merge, Fused>(main, side, y, size);
        }
        return true;
    }
};

template <class Merge, class... Ways, Shape In, class T, class Isa>
class FrameStage<Parallel<Merge, Ways...>, In, T, Isa>
    : public FrameStage<typename Parallel<Merge, Ways...>::AsResidual, In, T, Isa> {};

/// Ways that make their frames at the same time, whose channels stand next to each other.
template <class... Ways, Shape In, class T, class Isa>
class FrameStage<Parallel<Concatenate, Ways...>, In, T, Isa> {
    using Layer = Parallel<Concatenate, Ways...>;
    template <class Way>
    using Along = typename detail::Along<In, Way>::Type;
    template <class Way>
    using ChainOf = FrameChain<Along<Way>, T, Isa>;
    template <std::size_t I>
    using WayChain = std::tuple_element_t<I, std::tuple<ChainOf<Ways>...>>;
    static constexpr std::size_t channels = Layer::template shape<In>.channels;

public:
    static constexpr FrameDelay delay = detail::delay_of<Layer, In>;
    static constexpr std::size_t window = std::max({ChainOf<Ways>::window...});
    static constexpr std::size_t scratch = std::max({ChainOf<Ways>::scratch...});
    using State = Record<typename ChainOf<Ways>::State...>;

    template <class Scale>
    struct PackedWays {
        Record<typename ChainOf<Ways>::Numbers...> ways{};
        std::array<detail::MoveTo<Scale>, sizeof...(Ways)> moves{};
    };
    using Numbers = typename detail::ForIntegers<T, PackedWays>::Type;

    static constexpr Numbers pack(const auto& canonical) {
        return {make_record<decltype(Numbers::ways)>(
                    [&](auto i) { return WayChain<i>::pack(get<i>(canonical.ways)); }),
                canonical.moves};
    }

    static constexpr bool push(const auto& numbers, const T* x, T* y, State& state, T* window_space,
                               T* scratch_space) {
        bool due = true;
        for_each_way<Along<Ways>...>([&](auto way, std::size_t first_weight, std::size_t channel,
                                         auto index) {
            using Way = typename decltype(way)::type;
            const auto own_numbers = [&](auto i) -> decltype(auto) {
                if constexpr (!ActivationInteger<T>) {
                    return numbers + first_weight + Way::first_weight[i];
                } else if constexpr (std::is_empty_v<typename FrameChain<Way, T, Isa>::Numbers>) {
                    return Nothing{};
                } else {
                    return get<i>(get<index>(numbers.ways));
                }
            };
            const T* const end =
                FrameChain<Way, T, Isa>::push(own_numbers, x, get<index>(state), window_space, scratch_space);
            due = end != nullptr;
            constexpr std::size_t own = Way::shapes[Way::depth].channels;
            for (std::size_t i = 0; due && i < FrameChain<Way, T, Isa>::outputs; ++i) {
                T& to = y[i / own * channels + channel + i % own];
                if constexpr (ActivationInteger<T>) {
                    to = numbers.moves[index](end[i]);
                } else {
                    to = end[i];
                }
            }
        });
        return due;
    }
};

/// The layers of an architecture as stages one behind the other.
template <class Architecture, class T, class Isa, std::size_t... I>
class FrameChain<Architecture, T, Isa, std::index_sequence<I...>> {
    template <std::size_t Index>
    using Stage =
        FrameStage<typename Architecture::template Description<Index>, Architecture::shapes[Index], T, Isa>;

    static constexpr std::size_t row(Shape shape) { return shape.width * shape.channels; }
    static constexpr std::size_t widest =
        round_up(std::max({row(Architecture::shapes[0]), row(Architecture::shapes[I + 1])...}), 16);

public:
    static constexpr std::size_t inputs = row(Architecture::shapes[0]);
    static constexpr std::size_t outputs = row(Architecture::shapes[Architecture::depth]);
    static constexpr std::size_t window = std::max({std::size_t{0}, Stage<I>::window...});
    static constexpr std::size_t scratch = std::max({std::size_t{0}, Stage<I>::scratch...});
    static constexpr FrameDelay delay = detail::delay_along<Architecture>();

    struct State {
        Record<typename Stage<I>::State...> stages{};
        alignas(16) std::array<T, 2 * widest> frames{};
    };
    using Numbers = Record<typename Stage<I>::Numbers...>;

    static constexpr Numbers pack(const auto& canonical) {
        return make_record<Numbers>([&](auto i) { return Stage<i>::pack(get<i>(canonical)); });
    }

    /// Takes a frame in; the frame that comes out, or null. numbers(i) are those of layer i.
    template <std::size_t Index = 0>
    static constexpr const T* push(const auto& numbers, const T* x, State& state, T* window_space,
                                   T* scratch_space) {
        if constexpr (Index == Architecture::depth) {
            return x;
        } else {
            T* y = state.frames.data() + (Index % 2) * widest;
            Nothing nothing;
            auto& kept = [&]() -> auto& {
                if constexpr (std::is_empty_v<typename Stage<Index>::State>) {
                    return nothing;
                } else {
                    return get<Index>(state.stages);
                }
            }
            ();
            const bool due = Stage<Index>::push(numbers(std::integral_constant<std::size_t, Index>{}), x, y,
                                                kept, window_space, scratch_space);
            return due ? push<Index + 1>(numbers, y, state, window_space, scratch_space) : nullptr;
        }
    }
};

}  // namespace mote::nn
