// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/nn/curves.hpp"
#include "mote/nn/layer.hpp"

namespace mote::nn {

/// A curve over all bytes: entry x + 128 is y(x).
struct QuantizedCurve {
    std::array<std::int8_t, 256> table{};
};

/// What 16 bits add to a layer whose curve has a kernel for them.
template <class Curve, std::size_t Size>
struct Int16Elementwise {};
template <class Curve, std::size_t Size>
requires requires {
    typename Curve::Int16;
}
struct Int16Elementwise<Curve, Size> {
    struct Int16 : Weightless {
        using Quantized = typename Curve::Int16;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Symmetric quantized_output(Symmetric, Range observed) {
            if constexpr (requires { Quantized::output; }) {
                return Quantized::output;
            } else {
                return Symmetric::covering(observed);
            }
        }
        static constexpr Quantized quantize(const auto*, Symmetric in, Symmetric out) {
            return Curve::words(in, out);
        }
        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            layer.describe(print);
        }
        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int16_t* x, std::int16_t* y,
                                  std::byte*) {
            for (std::size_t i = 0; i < Size; ++i) y[i] = layer(x[i]);
        }
    };
};

/// Each number by itself through a curve of curves.hpp: y[i] = curve(x[i]).
///
/// Shapes  x: any, y: the same. NaN stays NaN.
/// Memory  in place, no weights. int8: a table of 256 bytes, one look-up for each number; its entries are
///         what TensorFlow Lite's kernel of the curve gives. int16: Sigmoid, Tanh and the hard ones by
///         arithmetic, ELU and both GELUs by a table of 1,026 bytes.
template <class Curve>
struct Elementwise : KeepsShape {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Elementwise<");
        Curve::describe(print);
        print(">");
    }

    template <Shape In>
    struct At : Weightless, Int16Elementwise<Curve, In.size()> {
        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T*, const T* x, T* y, T*) {
            if constexpr (requires { Curve::template apply<Isa>(std::span<T, In.size()>(y, In.size())); }) {
                for (std::size_t i = 0; i < In.size(); ++i) y[i] = x[i];
                Curve::template apply<Isa>(std::span<T, In.size()>(y, In.size()));
            } else {
                for (std::size_t i = 0; i < In.size(); ++i) y[i] = Curve::value(x[i]);
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T* x, const T* y, T* dy, T* dx, T*, T*) {
            if (dx == nullptr) return;
            for (std::size_t i = 0; i < In.size(); ++i) dx[i] = dy[i] * Curve::slope(x[i], y[i]);
        }

        using Quantized = QuantizedCurve;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Affine quantized_output(Affine, Range observed) {
            if constexpr (requires { Curve::output; }) {
                return Curve::output;
            } else {
                return Affine::covering(observed);
            }
        }

        static constexpr Quantized quantize(const auto*, Affine in, Affine out) {
            const auto curve = Curve::bytes(in, out);
            Quantized layer;
            for (std::size_t i = 0; i < 256; ++i) layer.table[i] = curve(static_cast<std::int32_t>(i) - 128);
            return layer;
        }

        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{", layer.table, "}");
        }

        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            for (std::size_t i = 0; i < In.size(); ++i)
                y[i] = layer.table[static_cast<std::size_t>(x[i] + 128)];
        }
    };
};

using Sigmoid = Elementwise<SigmoidCurve>;
using Tanh = Elementwise<TanhCurve>;
using HardSigmoid = Elementwise<HardSigmoidCurve>;
using HardSwish = Elementwise<HardSwishCurve>;
using GELU = Elementwise<GeluCurve>;
using TanhGELU = Elementwise<TanhGeluCurve>;
template <Slope Negative = Slope{}>
using LeakyReLU = Elementwise<LeakyReluCurve<Negative>>;
template <Slope Alpha = Slope{.value = 1}>
using ELU = Elementwise<EluCurve<Alpha>>;

}  // namespace mote::nn
