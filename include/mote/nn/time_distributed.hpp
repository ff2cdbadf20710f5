// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/nn/int16.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/plan.hpp"
#include "mote/nn/way.hpp"

namespace mote::nn {

/// A layer at each step of a sequence by itself, with the same weights: Dense of every frame, say.
///
/// Shapes  x: [steps][features], y: [steps] of what the layer makes of [features], in one row each.
/// Errors  NaN reaches its own step. A layer of layers has no integer form here: its parts would be
///         calibrated on one step alone.
/// Memory  the layer's, once; integers whose steps are no multiple of four bytes: scratch of one step more.
///         Time steps * the layer's.
template <class Layer>
struct TimeDistributed {
    template <Shape In>
    static constexpr bool accepts =
        In.width == 1 && In.height > 0 && Layer::template accepts<Shape(In.channels)>;
    template <Shape In>
    static constexpr Shape shape{In.height, Layer::template shape<Shape(In.channels)>.size()};
    template <Shape In>
    static constexpr TimeWindow time{};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::TimeDistributed<");
        Layer::describe(print);
        print(">");
    }

    template <Shape In>
    struct At : Layer::template At<Shape(In.channels)> {
        using Once = typename Layer::template At<Shape(In.channels)>;
        static constexpr std::size_t inputs = In.channels, outputs = shape<In>.channels;
        static constexpr std::size_t macs = In.height * Once::macs;
        static constexpr bool one_convolution = false;
        /// Where a step's numbers go when not all steps begin at a multiple of four bytes, as kernels want.
        template <class T>
        static constexpr std::size_t room_for(std::size_t numbers) {
            const bool aligned = FloatingScalar<T> || In.height == 1 || numbers * sizeof(T) % 4 == 0;
            return aligned ? 0 : round_up(numbers, 16 / sizeof(T));
        }
        template <class T>
        static constexpr std::size_t room = room_for<T>(inputs) + room_for<T>(outputs);

        template <class T, class Isa>
        static constexpr bool in_place = outputs <= inputs&& Once::template in_place<T, Isa>;
        template <class T, class Isa>
        static constexpr std::size_t lead =
            static_cast<std::size_t>(-1);  // one step would overwrite the next
        template <class T, class Isa>
        static constexpr std::size_t scratch = room<T> + Once::template scratch<T, Isa>;

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space) {
            for (std::size_t t = 0; t < In.height; ++t) {
                Once::template forward<Isa>(weights, x + t * inputs, y + t * outputs, space);
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T* space) {
            for (std::size_t t = 0; t < In.height; ++t) {
                T* to = dx != nullptr ? dx + t * inputs : nullptr;
                Once::template backward<Isa>(weights, x + t * inputs, y + t * outputs, dy + t * outputs, to,
                                             gradient, space);
            }
        }

        template <class Isa>
        requires(observed_within<Once> ==
                 0) static constexpr void run(const typename Once::template Packed<Isa>& packed,
                                              const std::int8_t* x, std::int8_t* y, std::byte* space) {
            at_each_step(x, y, space, [&](const std::int8_t* from, std::int8_t* to, std::byte* rest) {
                Once::template run<Isa>(packed, from, to, rest);
            });
        }

        /// The layer's own form, at each step.
        struct Int16 : detail::Int16FormOf<Once>::Type {
            using Words = typename detail::Int16FormOf<Once>::Type;
            template <class T, class Isa>
            static constexpr bool in_place = outputs <= inputs&& Words::template in_place<T, Isa>;
            template <class T, class Isa>
            static constexpr std::size_t lead = static_cast<std::size_t>(-1);
            template <class T, class Isa>
            static constexpr std::size_t scratch = room<T> + Words::template scratch<T, Isa>;

            template <class Isa>
            requires(observed_within<Words> == 0 &&
                     computes_with<Words, std::int16_t>) static constexpr void run(const typename Words::
                                                                                       template Packed<Isa>&
                                                                                           packed,
                                                                                   const std::int16_t* x,
                                                                                   std::int16_t* y,
                                                                                   std::byte* space) {
                at_each_step(x, y, space, [&](const std::int16_t* from, std::int16_t* to, std::byte* rest) {
                    Words::template run<Isa>(packed, from, to, rest);
                });
            }
        };

    private:
        template <class T, class Call>
        static constexpr void at_each_step(const T* x, T* y, std::byte* space, Call call) {
            for (std::size_t t = 0; t < In.height; ++t, x += inputs, y += outputs) {
                if (room<T> == 0 || std::is_constant_evaluated()) {
                    call(x, y, space);
                    continue;
                }
                T *const input = reinterpret_cast<T*>(space), *const output = input + room_for<T>(inputs);
                if (room_for<T>(inputs) > 0) std::copy_n(x, inputs, input);
                call(room_for<T>(inputs) > 0 ? input : x, room_for<T>(outputs) > 0 ? output : y,
                     space + room<T> * sizeof(T));
                if (room_for<T>(outputs) > 0) std::copy_n(output, outputs, y);
            }
        }
    };
};

}  // namespace mote::nn
