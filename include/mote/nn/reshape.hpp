// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"

namespace mote::nn {

/// The same numbers in another shape. Costs nothing: within a network it is in place.
///
/// Shapes  x: any shape of To's size, y: To, both in memory order.
/// Errors  A shape of another size does not compile.
/// Memory  none. Time none.
template <Shape To>
struct Reshape {
    template <Shape In>
    static constexpr bool accepts = In.size() > 0 && In.size() == To.size();
    template <Shape In>
    static constexpr Shape shape = To;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Reshape<mote::nn::Shape{", To.height, ", ", To.width, ", ", To.channels, "}>");
    }

    template <Shape In>
    struct At : Weightless {
        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T*, const T* x, T* y, T*) {
            copy(x, y);
        }

        template <class Isa, ActivationInteger T>
        static constexpr void run(Nothing, const T* x, T* y, std::byte*) {
            copy(x, y);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T*, const T*, T* dy, T* dx, T*, T*) {
            if (dx != nullptr) copy(static_cast<const T*>(dy), dx);
        }

    private:
        template <class T>
        static constexpr void copy(const T* from, T* to) {
            if (from == to) return;
            for (std::size_t i = 0; i < In.size(); ++i) to[i] = from[i];
        }
    };
};

}  // namespace mote::nn
