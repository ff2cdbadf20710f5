// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/shape.hpp"

/// How a layer is written. A layer is a stateless description, a type without data:
///
///     struct Example {
///         template <Shape In> static constexpr bool accepts = ...;   // may this layer follow In?
///         template <Shape In> static constexpr Shape shape = ...;    // its output's shape
///         static constexpr void describe(auto print);                // its own name as C++ source
///
///         template <Shape In> struct At {                            // the layer where its input is In
///             static constexpr std::size_t parameters, macs, backward_scratch;
///             template <class T, class Isa> static constexpr bool in_place;        // may y be x?
///             template <class T, class Isa> static constexpr std::size_t scratch;  // in elements of T
///             // By how much y may begin before x and overwrite it, optional:
///             template <class T, class Isa> static constexpr std::size_t lead;
///
///             forward<Isa>(weights, x, y, scratch);                  // floating T
///             backward<Isa>(weights, x, y, dy, dx, gradient, scratch);
///             initialise(weights, random);
///
///             struct Quantized;                                      // canonical int8 layer, or Nothing
///             Affine quantized_output(Affine in, Range observed);
///             Quantized quantize(weights, Affine in, Affine out);
///             Packed<Isa> pack<Isa>(quantized);  Quantized unpack(packed);
///             run<Isa>(packed, x, y, scratch);                       // std::int8_t
///             describe(quantized, print);                            // as a C++ initialiser
///
///             struct Int16;  // the same for std::int16_t and Symmetric, where bytes have numbers
///         };
///
///         // Where each row of the output needs no later row of the input than its own, optional:
///         template <Shape In> static constexpr TimeWindow time;      // the rows that it needs
///         using Frame = ...;  // makes one row of those it needs; left out by layers that need but their own
///     };
///
/// Weights are one flat run of numbers, so an optimiser, a merge or a blob need not know the layers: At
/// says how many there are and reads them in its own documented order. Pointers carry At's own sizes.
/// backward adds to gradient, may overwrite dy, and skips dx where it is null. print takes texts, numbers and
/// arrays of numbers, any number of them at once.
namespace mote::nn {

/// The layer may follow an output of shape In.
template <class Layer, Shape In>
concept accepts_output_of = Layer::template accepts<In>;

/// The rows, or frames, that one row of a layer's output is made of: `taps` of them, `dilation` apart. Output
/// j needs input j * stride + reach() - 1 - before and what is before it; what is before the first counts as
/// zero.
struct TimeWindow {
    std::size_t taps = 1, dilation = 1, stride = 1, before = 0;
    [[nodiscard]] constexpr std::size_t reach() const { return (taps - 1) * dilation + 1; }
};

namespace detail {

template <class Layer>
struct FrameLayerOf {
    using Type = Layer;
};
template <class Layer>
requires requires {
    typename Layer::Frame;
}
struct FrameLayerOf<Layer> {
    using Type = typename Layer::Frame;
};

/// The largest of the arrays that go from layer to layer.
template <class Architecture>
inline constexpr std::size_t widest = [] {
    std::size_t most = 0;
    for (const Shape shape : Architecture::shapes) most = max(most, shape.size());
    return most;
}();

}  // namespace detail

/// What makes one row of the rows that it needs.
template <class Layer>
using FrameLayer = typename detail::FrameLayerOf<Layer>::Type;

/// What a layer without weights keeps in a network.
struct Nothing {
    constexpr bool operator==(const Nothing&) const = default;
};

/// What layers have in common that change numbers but no shape, each row from its own.
struct KeepsShape {
    template <Shape In>
    static constexpr bool accepts = In.size() > 0;
    template <Shape In>
    static constexpr Shape shape = In;
    template <Shape In>
    static constexpr TimeWindow time{};
};

/// The parts of At that a layer without weights has in common with all others: its bytes are the same on
/// every target.
struct Weightless {
    static constexpr std::size_t parameters = 0, macs = 0;
    template <class T, class Isa>
    static constexpr bool in_place = true;
    template <class T, class Isa>
    static constexpr std::size_t scratch = 0;
    static constexpr std::size_t backward_scratch = 0;

    template <class T>
    static constexpr void initialise(T*, Random&) {}

    using Quantized = Nothing;
    template <class Isa>
    using Packed = Quantized;
    template <class Scale>
    static constexpr Scale quantized_output(Scale in, Range) {
        return in;
    }
    static constexpr Nothing quantize(const auto*, auto, auto) { return {}; }
    template <class Isa, class Form>
    static constexpr Form pack(const Form& quantized) {
        return quantized;
    }
    template <class Form>
    static constexpr Form unpack(const Form& packed) {
        return packed;
    }
    template <class Print>
    static constexpr void describe(Nothing, Print) {}
};

/// Fused into a layer with weights, after its bias. relu6 is max(0, min(x, 6)).
enum class Activation { none, relu, relu6 };

/// A layer's settings with an activation behind its bias.
template <class Config>
constexpr Config fused(Config config, Activation activation) {
    config.activation = activation;
    return config;
}

constexpr const char* name(Activation activation) {
    if (activation == Activation::relu6) return "mote::nn::Activation::relu6";
    return activation == Activation::relu ? "mote::nn::Activation::relu" : "mote::nn::Activation::none";
}
constexpr const char* name(Padding padding) {
    if (padding == Padding::causal) return "mote::nn::Padding::causal";
    return padding == Padding::same ? "mote::nn::Padding::same" : "mote::nn::Padding::valid";
}

/// max(x, 0) that lets NaN through.
template <FloatingScalar T>
constexpr T rectify(T x) {
    return x < 0 ? T{0} : x;
}

/// y = activation(y), which lets NaN through.
template <Activation Kind, FloatingScalar T>
constexpr void activate(T* y, std::size_t n) {
    if constexpr (Kind != Activation::none) {
        for (std::size_t i = 0; i < n; ++i) y[i] = rectify(y[i]);
    }
    if constexpr (Kind == Activation::relu6) {
        for (std::size_t i = 0; i < n; ++i) y[i] = y[i] > 6 ? T{6} : y[i];
    }
}

/// dy *= activation'(.), which the activation's own output tells.
template <Activation Kind, FloatingScalar T>
constexpr void deactivate(const T* y, T* dy, std::size_t n) {
    if constexpr (Kind != Activation::none) {
        for (std::size_t i = 0; i < n; ++i) {
            const bool linear = y[i] > 0 && (Kind == Activation::relu || y[i] < 6);
            dy[i] = linear ? dy[i] : T{0};
        }
    }
}

/// The bytes that an activation lets through on its output's scale.
struct ByteRange {
    std::int8_t lowest = -128, highest = 127;
};
constexpr ByteRange byte_range(Activation activation, Affine out) {
    if (activation == Activation::none) return {};
    return {out.zero_point, activation == Activation::relu6 ? out.quantize(6) : std::int8_t{127}};
}

/// The same of 16 bits.
struct Int16Range {
    std::int16_t lowest = -32768, highest = 32767;
};
constexpr Int16Range int16_range(Activation activation, Symmetric out) {
    if (activation == Activation::none) return {};
    return {0, activation == Activation::relu6 ? out.quantize(6) : std::int16_t{32767}};
}

/// A stage's numbers as C++ initialisers.
template <std::size_t N, class Print>
constexpr void describe_stage(const kernels::OutputStage<N>& stage, Print print) {
    print("{", stage.multiplier, ", ", stage.shift, ", ", stage.zero_point, ", ", stage.lowest, ", ");
    print(stage.highest, "}");
}

/// Uniform in +-limit: Glorot and Bengio 2010, AISTATS, equation (16), where limit = sqrt(6 / (in + out)).
template <FloatingScalar T>
constexpr void glorot_uniform(T* weights, std::size_t n, std::size_t fan_in, std::size_t fan_out,
                              Random& random) {
    const T limit = sqrt(T{6} / static_cast<T>(fan_in + fan_out));
    for (std::size_t i = 0; i < n; ++i) weights[i] = limit * (2 * random.uniform<T>() - 1);
}

}  // namespace mote::nn
