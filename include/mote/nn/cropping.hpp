// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"
#include "mote/nn/sequence.hpp"
#include "mote/nn/zero_padding.hpp"

namespace mote::nn {

/// The middle of an image: what ZeroPadding2D adds is taken away.
///
/// Shapes  x: [height][width][channels], y: [height - top - bottom][width - left - right][channels].
/// Errors  Margins that leave nothing do not compile.
/// Memory  in place, no weights. Time a copy for each number that is left.
/// Source  Integers: TensorFlow Lite's StridedSlice and Slice, on the input's scale.
template <Margins Around>
struct Cropping2D {
    template <Shape In>
    static constexpr bool accepts =
        In.size() > 0 && Around.top + Around.bottom < In.height&& Around.left + Around.right < In.width;
    template <Shape In>
    static constexpr Shape shape{In.height - Around.top - Around.bottom,
                                 In.width - Around.left - Around.right, In.channels};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Cropping2D<mote::nn::Margins{", Around.top, ", ", Around.bottom, ", ");
        print(Around.left, ", ", Around.right, "}>");
    }

    template <Shape In>
    struct At : Weightless {
        static constexpr Shape out = shape<In>;
        using Image = detail::Framed<out, In, Around>;

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T*, const T* x, T* y, T*) {
            Image::crop(x, y);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T*, const T*, T* dy, T* dx, T*, T*) {
            if (dx != nullptr) Image::surround(dy, dx, T{0});
        }

        template <class Isa, ActivationInteger T>
        static constexpr void run(Nothing, const T* x, T* y, std::byte*) {
            Image::crop(x, y);
        }
    };
};

/// A sequence without its first and last steps: Cropping2D of an image that is one column wide, and its
/// contract.
///
/// Shapes  x: [steps][features], y: [steps - Before - After][features].
template <std::size_t Before, std::size_t After>
struct Cropping1D : OfSequence<Cropping2D<Margins{.top = Before, .bottom = After}>> {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Cropping1D<", Before, ", ", After, ">");
    }
};

}  // namespace mote::nn
