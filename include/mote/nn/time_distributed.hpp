// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/int16.hpp"
#include "mote/nn/layer.hpp"

namespace mote::nn {

/// A layer at each step of a sequence by itself, with the same weights: Dense of every frame, say.
///
/// Shapes  x: [steps][features], y: [steps] of what the layer makes of [features], in one row each.
/// Memory  the layer's.
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
        template <class T, class Isa>
        static constexpr bool in_place = outputs <= inputs&& Once::template in_place<T, Isa>;
        template <class T, class Isa>
        static constexpr std::size_t lead =
            static_cast<std::size_t>(-1);  // one step would overwrite the next

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
        static constexpr void run(const typename Once::template Packed<Isa>& packed, const std::int8_t* x,
                                  std::int8_t* y, std::byte* space) {
            static_assert(
                inputs % 4 == 0 || In.height == 1,
                "mote: as bytes, TimeDistributed wants a multiple of four features; use Conv1D with "
                "kernel 1");
            for (std::size_t t = 0; t < In.height; ++t) {
                Once::template run<Isa>(packed, x + t * inputs, y + t * outputs, space);
            }
        }

        /// The layer's own form, at each step.
        struct Int16 : detail::Int16FormOf<Once>::Type {
            using Words = typename detail::Int16FormOf<Once>::Type;
            template <class T, class Isa>
            static constexpr bool in_place = outputs <= inputs&& Words::template in_place<T, Isa>;
            template <class T, class Isa>
            static constexpr std::size_t lead = static_cast<std::size_t>(-1);

            template <class Isa>
            requires(computes_with<Words, std::int16_t>) static constexpr void run(
                const typename Words::template Packed<Isa>& packed, const std::int16_t* x, std::int16_t* y,
                std::byte* space) {
                static_assert(inputs % 2 == 0 || In.height == 1,
                              "mote: in 16 bits, TimeDistributed wants an even number of features; use "
                              "Conv1D with kernel 1");
                for (std::size_t t = 0; t < In.height; ++t) {
                    Words::template run<Isa>(packed, x + t * inputs, y + t * outputs, space);
                }
            }
        };
    };
};

}  // namespace mote::nn
