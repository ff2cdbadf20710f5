// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/nn/int16.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

namespace detail {

/// The numbers of two integer layers of one kind, whose weights were `parameters` numbers each; empty where
/// the kind has no such form.
template <class One, std::size_t parameters>
struct BothWays {};
template <class One, std::size_t parameters>
requires requires {
    typename One::Quantized;
}
struct BothWays<One, parameters> {
    template <class Numbers>
    struct Pair {
        Numbers forth{}, back{};
    };
    using Quantized = Pair<typename One::Quantized>;
    template <class Isa>
    using Packed = Pair<typename One::template Packed<Isa>>;

    static constexpr std::size_t observed = 2 * One::observed;

    /// One scale for both, as their outputs stand side by side.
    template <class Scale>
    static constexpr Scale quantized_output(Scale in, Range own, const Range* within) {
        Range both = within[0];
        both.include(within[One::observed].low);
        both.include(within[One::observed].high);
        return One::quantized_output(in, own, &both);
    }
    template <class T, class Scale>
    static constexpr Quantized quantize(const T* weights, Scale in, Scale out, const Range* within) {
        return {One::quantize(weights, in, out, within),
                One::quantize(weights + parameters, in, out, within + One::observed)};
    }
    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return {One::template pack<Isa>(layer.forth), One::template pack<Isa>(layer.back)};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {One::unpack(packed.forth), One::unpack(packed.back)};
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{");
        One::describe(layer.forth, print);
        print(", ");
        One::describe(layer.back, print);
        print("}");
    }
};

}  // namespace detail

/// A recurrent layer that reads the sequence from the first step on, and another of its kind that reads it
/// from the last step back; their outputs stand next to each other.
///
/// Shapes  x: [steps][features]; y: [steps][2 * units], both outputs of one step together, or [2 * units]
///         where the layer returns the last state only. Weights: the forward layer's, then the backward
///         layer's.
/// Errors  NaN in a step reaches the forward outputs from it on and the backward outputs up to it.
/// Memory  both layers' weights; scratch: the sequence once more, and one layer's output.
/// Source  Schuster and Paliwal 1997, IEEE Transactions on Signal Processing 45(11):2673-2681.
template <class Layer>
struct Bidirectional {
    static constexpr bool recurrent = requires { Layer::all_steps; };
    template <Shape In>
    static constexpr bool accepts = recurrent&& In.width == 1 && Layer::template accepts<In>;
    template <Shape In>
    static constexpr Shape shape{Layer::template shape<In>.height, 2 * Layer::template shape<In>.channels};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Bidirectional<");
        Layer::describe(print);
        print(">");
    }

    template <Shape In>
    struct At : detail::BothWays<typename Layer::template At<In>, Layer::template At<In>::parameters> {
        using One = typename Layer::template At<In>;
        static constexpr Shape out = Layer::template shape<In>;
        static constexpr std::size_t parameters = 2 * One::parameters, macs = 2 * One::macs;
        template <class T, class Isa>
        static constexpr bool in_place = false;
        template <class T, class Isa>
        static constexpr std::size_t scratch = In.size() + out.size() + One::template scratch<T, Isa>;
        static constexpr std::size_t backward_scratch =
            2 * In.size() + 2 * out.size() + One::backward_scratch;

        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            One::initialise(weights, random);
            One::initialise(weights + One::parameters, random);
        }

        template <class Isa, FloatingScalar T, class Watch = Unwatched>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space, Watch watch = {}) {
            both_ways(x, y, space, [&](std::size_t half, const T* from, T* to, T* rest) {
                forward_layer<One, Isa>(weights + half * One::parameters, from, to, rest, watch);
            });
        }

        template <class Isa>
        static constexpr void run(const auto& packed, const std::int8_t* x, std::int8_t* y,
                                  std::byte* bytes) requires requires {
            typename One::Quantized;
        }
        { run_both_ways<One, scratch<std::int8_t, Isa>, Isa>(packed, x, y, bytes); }

        struct Int16 : detail::BothWays<typename detail::Int16FormOf<One>::Type, One::parameters> {
            using Words = typename detail::Int16FormOf<One>::Type;
            template <class T, class Isa>
            static constexpr bool in_place = false;
            template <class T, class Isa>
            static constexpr std::size_t scratch = In.size() + out.size() + Words::template scratch<T, Isa>;

            template <class Isa>
            requires(computes_with<Words, std::int16_t>) static constexpr void run(const auto& packed,
                                                                                   const std::int16_t* x,
                                                                                   std::int16_t* y,
                                                                                   std::byte* bytes) {
                run_both_ways<Words, scratch<std::int16_t, Isa>, Isa>(packed, x, y, bytes);
            }
        };

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T* space) {
            T *const reversed = space, *const slopes = reversed + In.size(), *const part = slopes + In.size();
            T *const dpart = part + out.size(), *const rest = dpart + out.size();
            const auto halve = [&](std::size_t half) {
                for_each_half(half, [&](std::size_t at, std::size_t i) {
                    part[i] = y[at];
                    dpart[i] = dy[at];
                });
            };
            halve(0);
            One::template backward<Isa>(weights, x, part, dpart, dx, gradient, rest);
            halve(1);
            reverse(x, reversed);
            One::template backward<Isa>(weights + One::parameters, reversed, part, dpart,
                                        dx != nullptr ? slopes : nullptr, gradient + One::parameters, rest);
            for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] += slopes[reversed_index(i)];
        }

    private:
        static constexpr std::size_t reversed_index(std::size_t i) {
            return (In.height - 1 - i / In.channels) * In.channels + i % In.channels;
        }
        /// Form: the layer's integer one.
        template <class Form, std::size_t Scratch, class Isa, class T>
        static constexpr void run_both_ways(const auto& packed, const T* x, T* y, std::byte* bytes) {
            const auto call = [&](std::size_t half, const T* from, T* to, T* rest) {
                std::byte* const space =
                    std::is_constant_evaluated() ? nullptr : reinterpret_cast<std::byte*>(rest);
                Form::template run<Isa>(half == 0 ? packed.forth : packed.back, from, to, space);
            };
            if (std::is_constant_evaluated()) {
                std::array<T, Scratch> space{};
                both_ways(x, y, space.data(), call);
            } else {
                both_ways(x, y, reinterpret_cast<T*>(bytes), call);
            }
        }

        /// call(half, x, y, scratch) runs the forward (0) or the backward layer (1) on what it reads.
        template <class T, class Call>
        static constexpr void both_ways(const T* x, T* y, T* space, Call call) {
            T *const reversed = space, *const part = reversed + In.size(), *const rest = part + out.size();
            call(0, x, part, rest);
            for_each_half(0, [&](std::size_t at, std::size_t i) { y[at] = part[i]; });
            reverse(x, reversed);
            call(1, reversed, part, rest);
            for_each_half(1, [&](std::size_t at, std::size_t i) { y[at] = part[i]; });
        }

        template <class T>
        static constexpr void reverse(const T* from, T* to) {
            for (std::size_t i = 0; i < In.size(); ++i) to[reversed_index(i)] = from[i];
        }

        /// Calls use(place in y, place in one layer's output) for all outputs of the forward (0) or the
        /// backward layer (1), whose own first step is the sequence's last.
        template <class Use>
        static constexpr void for_each_half(std::size_t half, Use use) {
            for (std::size_t i = 0; i < out.size(); ++i) {
                const std::size_t step = i / out.channels;
                const std::size_t row = half == 0 ? step : out.height - 1 - step;
                use((2 * row + half) * out.channels + i % out.channels, i);
            }
        }
    };
};

}  // namespace mote::nn
