// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "mote/nn/plan.hpp"
#include "mote/nn/record.hpp"
#include "mote/nn/sequential.hpp"

/// Layers that run a frame at a time: what Streaming is made of.
namespace mote::nn {

/// The layer needs no row later than the one that it makes.
template <class Layer, Shape In>
concept runs_frame_by_frame = requires {
    Layer::template time<In>;
};

namespace detail {

/// An int8 layer's numbers for one frame; the weights are the same ones.
template <class To, class From>
constexpr To for_one_frame(const From& layer) {
    if constexpr (std::is_same_v<To, From>) {
        return layer;
    } else {
        To frame;
        frame.weights = layer.weights;
        frame.bias = layer.bias;
        frame.output = layer.output;
        frame.input_zero_point = layer.input_zero_point;
        return frame;
    }
}

}  // namespace detail

/// One layer of a stream: keeps the frames that are still needed, and makes a frame when one is due.
template <class Layer, Shape In, class T, class Isa>
class FrameStage {
    static constexpr TimeWindow time = Layer::template time<In>;
    using At = typename FrameLayer<Layer>::template At<Shape{time.taps, In.width, In.channels}>;
    static constexpr std::size_t width = In.width * In.channels, reach = time.reach();
    static constexpr bool whole = time.taps == 1;  // makes its frame of one alone

public:
    static constexpr bool integer = std::is_same_v<T, std::int8_t>;
    static constexpr std::size_t period = time.stride, lag = reach - 1 - time.before;
    static constexpr std::size_t window = whole ? 0 : round_up(time.taps * width, 16);
    static constexpr std::size_t scratch = At::template scratch<T, Isa>;

    struct Memory {
        std::array<T, whole ? 0 : reach * width> frames{};
        std::size_t next = 0, seen = 0;  // where the next frame goes; how many there are
        std::size_t wait = lag;          // frames still to come before one is due
    };
    using State = std::conditional_t<whole && time.stride == 1, Nothing, Memory>;

    /// A layer of bytes, packed for one frame, and the byte that stands for zero.
    struct PackedFrame {
        typename At::template Packed<Isa> layer;
        std::int8_t zero = 0;
    };
    using Numbers =
        std::conditional_t<!integer || std::is_empty_v<typename At::Quantized>, Nothing, PackedFrame>;

    static constexpr Numbers pack(const auto& canonical) {
        if constexpr (std::is_empty_v<Numbers>) {
            return {};
        } else {
            Numbers numbers{At::template pack<Isa>(detail::for_one_frame<typename At::Quantized>(canonical)),
                            0};
            if constexpr (requires { canonical.input_zero_point; }) numbers.zero = canonical.input_zero_point;
            return numbers;
        }
    }

    /// Takes a frame in; true where it made one, in y. The numbers are a float layer's weights or its
    /// Numbers.
    static constexpr bool push(const auto& numbers, const T* x, T* y, State& state, T* window_space,
                               T* scratch_space) {
        if constexpr (std::is_same_v<State, Nothing>) {
            make(numbers, x, y, scratch_space);
            return true;
        } else {
            if constexpr (!whole) keep(x, state);
            if (state.wait > 0) {
                --state.wait;
                return false;
            }
            state.wait = time.stride - 1;
            if constexpr (!whole) {
                gather(numbers, state, window_space);
                x = window_space;
            }
            make(numbers, x, y, scratch_space);
            return true;
        }
    }

private:
    static constexpr void make(const auto& numbers, const T* x, T* y, T* space) {
        if constexpr (!integer) {
            At::template forward<Isa>(numbers, x, y, space);
        } else {
            std::byte* bytes = std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(space);
            if constexpr (std::is_empty_v<Numbers>) {
                At::template run<Isa>(Nothing{}, x, y, bytes);
            } else {
                At::template run<Isa>(numbers.layer, x, y, bytes);
            }
        }
    }

    static constexpr void keep(const T* x, Memory& memory) {
        T* to = memory.frames.data() + memory.next * width;
        for (std::size_t i = 0; i < width; ++i) to[i] = x[i];
        memory.next = memory.next + 1 < reach ? memory.next + 1 : 0;
        if (memory.seen < reach) ++memory.seen;
    }

    /// The frames of the window one behind the other, the newest last.
    static constexpr void gather(const auto& numbers, const Memory& memory, T* to) {
        T zero = 0;
        if constexpr (requires { numbers.zero; }) zero = numbers.zero;
        std::size_t slot = memory.next, age = reach;  // the oldest frame of all
        for (std::size_t tap = 0; tap < time.taps; ++tap, to += width) {
            const T* from = memory.frames.data() + slot * width;
            if (age <= memory.seen) {
                for (std::size_t i = 0; i < width; ++i) to[i] = from[i];
            } else {
                for (std::size_t i = 0; i < width; ++i) to[i] = zero;
            }
            age -= time.dilation;
            slot = slot + time.dilation < reach ? slot + time.dilation : slot + time.dilation - reach;
        }
    }
};

/// A layer that keeps a state of its own.
template <class Layer, Shape In, class T, class Isa>
requires requires {
    typename Layer::template At<In>::template State<T, Isa>;
}
class FrameStage<Layer, In, T, Isa> {
    using At = typename Layer::template At<In>;

public:
    static constexpr std::size_t period = 1, lag = 0, window = 0, scratch = At::template scratch<T, Isa>;
    using State = typename At::template State<T, Isa>;
    using Numbers = Nothing;

    static constexpr bool push(const T* weights, const T* x, T* y, State& state, T*, T*) {
        At::template step<Isa>(weights, x, y, state);
        return true;
    }
};

/// The layers of an architecture as stages one behind the other.
template <class Architecture, class T, class Isa,
          class Indices = std::make_index_sequence<Architecture::depth>>
class FrameChain;

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
    /// A frame comes out of every `period` that go in, the first after `lag` more.
    static constexpr std::size_t period = (Stage<I>::period * ...);
    static constexpr std::size_t lag = [] {
        std::size_t lag = 0, period = 1;
        ((lag += Stage<I>::lag * period, period *= Stage<I>::period), ...);
        return lag;
    }();

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
