// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/nn/frame_delay.hpp"
#include "mote/nn/int16.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/plan.hpp"

namespace mote::nn {

namespace detail {

/// An integer layer's numbers for one frame; the weights are the same ones.
template <class To, class From>
constexpr To for_one_frame(const From& layer) {
    if constexpr (std::is_same_v<To, From>) {
        return layer;
    } else {
        To frame;
        frame.weights = layer.weights;
        frame.bias = layer.bias;
        frame.output = layer.output;
        if constexpr (requires { layer.input_zero_point; }) frame.input_zero_point = layer.input_zero_point;
        return frame;
    }
}

/// What a layer of T keeps beside its weights.
template <class At, class T, class Isa>
struct PackedOf {
    using Type = Nothing;
};
template <class At, ActivationInteger T, class Isa>
struct PackedOf<At, T, Isa> {
    using Type = typename At::template Packed<Isa>;
};

}  // namespace detail

/// One layer of a stream: keeps the frames that are still needed, and makes a frame when one is due.
template <class Layer, Shape In, class T, class Isa>
class FrameStage {
    static constexpr TimeWindow time = Layer::template time<In>;
    using At =
        LayerFormOf<T, typename FrameLayer<Layer>::template At<Shape{time.taps, In.width, In.channels}>>;
    static constexpr std::size_t width = In.width * In.channels, reach = time.reach();
    static constexpr bool whole = time.taps == 1;  // makes its frame of one alone

public:
    static constexpr bool integer = ActivationInteger<T>;
    static constexpr FrameDelay delay = detail::delay_of<Layer, In>;
    static constexpr std::size_t window = whole ? 0 : round_up(time.taps * width, 16);
    static constexpr std::size_t scratch = At::template scratch<T, Isa>;

    struct Memory {
        std::array<T, whole ? 0 : reach * width> frames{};
        std::size_t next = 0, seen = 0;  // where the next frame goes; how many there are
        std::size_t wait = delay.lag;    // frames still to come before one is due
    };
    using State = std::conditional_t<whole && time.stride == 1, Nothing, Memory>;

    /// An integer layer, packed for one frame, and the integer that stands for zero.
    template <class Packed>
    struct PackedFrame {
        Packed layer;
        T zero = 0;
    };
    using PackedLayer = typename detail::PackedOf<At, T, Isa>::Type;
    using Numbers = std::conditional_t<std::is_empty_v<PackedLayer>, Nothing, PackedFrame<PackedLayer>>;

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
        std::copy_n(x, width, to);
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
                std::copy_n(from, width, to);
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
    using Form = LayerFormOf<T, At>;

public:
    static constexpr std::size_t window = 0, scratch = Form::template scratch<T, Isa>;
    using State = typename At::template State<T, Isa>;
    using Numbers = typename detail::PackedOf<Form, T, Isa>::Type;

    static constexpr Numbers pack(const auto& canonical) { return Form::template pack<Isa>(canonical); }

    /// The numbers are a float layer's weights or its Numbers.
    static constexpr bool push(const auto& numbers, const T* x, T* y, State& state, T*, T*) {
        At::template step<Isa>(numbers, x, y, state);
        return true;
    }
};

}  // namespace mote::nn
