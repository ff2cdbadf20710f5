// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/layer.hpp"
#include "mote/nn/sequence.hpp"

namespace mote::nn {

/// Rows and columns of zeros on each side.
struct Margins {
    std::size_t top = 0, bottom = 0, left = 0, right = 0;
};

namespace detail {

/// An image within another, Around pixels from its edges.
template <Shape Inner, Shape Outer, Margins Around>
struct Framed {
    template <class T>
    static constexpr void surround(const T* inner, T* outer, T filling) {
        for (std::size_t i = 0; i < Outer.size(); ++i) outer[i] = filling;
        for (std::size_t row = 0; row < Inner.height; ++row) {
            for (std::size_t i = 0; i < line; ++i) outer[first_of(row) + i] = inner[row * line + i];
        }
    }

    /// Forward, so that inner may be outer.
    template <class T>
    static constexpr void crop(const T* outer, T* inner) {
        for (std::size_t row = 0; row < Inner.height; ++row) {
            for (std::size_t i = 0; i < line; ++i) inner[row * line + i] = outer[first_of(row) + i];
        }
    }

private:
    static constexpr std::size_t line = Inner.width * Inner.channels;
    static constexpr std::size_t first_of(std::size_t row) {
        return ((Around.top + row) * Outer.width + Around.left) * Inner.channels;
    }
};

}  // namespace detail

/// Zeros around an image. Where a convolution follows, its own padding costs less.
///
/// Shapes  x: [height][width][channels], y: [top + height + bottom][left + width + right][channels].
/// Memory  no weights. Time a copy for each number.
/// Source  Integers: TensorFlow Lite's Pad: on the input's scale, whose zero point stands for zero.
template <Margins Around>
struct ZeroPadding2D {
    template <Shape In>
    static constexpr bool accepts = In.size() > 0;
    template <Shape In>
    static constexpr Shape shape{Around.top + In.height + Around.bottom,
                                 Around.left + In.width + Around.right, In.channels};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::ZeroPadding2D<mote::nn::Margins{", Around.top, ", ", Around.bottom, ", ");
        print(Around.left, ", ", Around.right, "}>");
    }

    template <Shape In>
    struct At : Weightless {
        static constexpr Shape out = shape<In>;
        using Image = detail::Framed<In, out, Around>;
        template <class T, class Isa>
        static constexpr bool in_place = false;

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T*, const T* x, T* y, T*) {
            Image::surround(x, y, T{0});
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T*, const T*, T* dy, T* dx, T*, T*) {
            if (dx != nullptr) Image::crop(dy, dx);
        }

        struct Quantized {
            std::int8_t zero_point = 0;
        };
        template <class Isa>
        using Packed = Quantized;
        static constexpr Quantized quantize(const auto*, Affine in, Affine) { return {in.zero_point}; }
        template <class Print>
        static constexpr void describe(Quantized layer, Print print) {
            print("{", layer.zero_point, "}");
        }
        template <class Isa>
        static constexpr void run(Quantized layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            Image::surround(x, y, layer.zero_point);
        }

        struct Int16 : Weightless {
            template <class T, class Isa>
            static constexpr bool in_place = false;
            template <class Isa>
            static constexpr void run(Nothing, const std::int16_t* x, std::int16_t* y, std::byte*) {
                Image::surround(x, y, std::int16_t{0});
            }
        };
    };
};

/// Zeros before and after a sequence: ZeroPadding2D of an image that is one column wide, and its contract.
///
/// Shapes  x: [steps][features], y: [Before + steps + After][features].
template <std::size_t Before, std::size_t After>
struct ZeroPadding1D : OfSequence<ZeroPadding2D<Margins{.top = Before, .bottom = After}>> {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::ZeroPadding1D<", Before, ", ", After, ">");
    }
};

}  // namespace mote::nn
