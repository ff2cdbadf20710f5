// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mote/nn/filters.hpp"

namespace mote::nn {

template <class Layer, int Bits = 8>
requires(Bits >= 2 && Bits <= 8) struct RoundedWeights;

namespace detail {

/// How a layer of bytes is laid out whose weights may have fewer bits than eight.
template <class Exact, bool InFourBits>
struct Packing : Exact {};
template <class Exact>
struct Packing<Exact, true> : Exact {
    using Quantized = typename Exact::Quantized;
    using Form = kernels::FourBits<Quantized>;
    template <class Isa>
    using Packed = kernels::Packed<Form, Isa>;

    template <class T, class Isa>
    static constexpr bool in_place =
        std::same_as<T, std::int8_t>&& Form::geometry.inputs() == Form::geometry.outputs() &&
        kernels::in_place<Form, Isa>;
    template <class T, class Isa>
    static constexpr std::size_t lead =
        std::same_as<T, std::int8_t> ? kernels::lead<Form, Isa> : kernels::no_lead;
    template <class T, class Isa>
    static constexpr std::size_t scratch =
        std::same_as<T, std::int8_t> ? kernels::scratch_bytes<Form, Isa> : Exact::template scratch<T, Isa>;

    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return kernels::pack<Isa>(Form{layer});
    }
    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                              std::byte* space) {
        kernels::run<Isa>(packed, x, y, space);
    }
};

/// Activations of 16 bits, with weights of as few bits in a byte each.
template <class Bytes, int Largest>
struct WithInt16 : Bytes {};
template <class Bytes, int Largest>
requires requires {
    typename Bytes::Int16;
}
struct WithInt16<Bytes, Largest> : Bytes {
    struct Int16 : Bytes::Int16 {
        using Quantized = typename Bytes::Int16::Quantized;
        template <class T>
        static constexpr Quantized quantize(const T* weights, Symmetric in, Symmetric out) {
            return quantize_conv<Quantized>(weights, in, out, Bytes::activation, Largest);
        }
    };
};

template <class Exact>
inline constexpr bool is_one_convolution = requires {
    requires Exact::one_convolution;
};

/// The layer's description, and what it becomes with an activation behind.
template <class Layer, int Bits>
struct Rounded : Layer {};
template <class Layer, int Bits>
requires requires {
    typename Layer::template Fused<Activation::none>;
}
struct Rounded<Layer, Bits> : Layer {
    template <Activation Next>
    using Fused = RoundedWeights<typename Layer::template Fused<Next>, Bits>;
};

}  // namespace detail

/// A layer with filters that computes with its weights as an integer of Bits bits keeps them, while training
/// moves the weights behind: rounding counts as if it had slope 1 (straight through). As bytes its weights
/// are those integers; up to four bits they are packed two to a byte, and computed with as such.
///
/// Shapes  those of the layer, and its weights.
/// Memory  training: a copy of the layer's numbers beside its own scratch, and rounds them all for each
///         sample. int8, up to four bits: half a byte for each weight, filled up to whole tiles of the
///         instruction set; scratch of a window and of a sum for each filter. DepthwiseConv2D makes bytes of
///         its weights on the stack, TransposedConv1D keeps them.
/// Source  Bengio, Leonard, Courville 2013, arXiv:1308.3432, section 4; Jacob et al. 2018, CVPR, section 3.1.
///         int8: the outputs are those of bytes with the same numbers; TensorFlow Lite's int4 has this range.
template <class Layer, int Bits>
requires(Bits >= 2 && Bits <= 8) struct RoundedWeights : detail::Rounded<Layer, Bits> {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::RoundedWeights<");
        Layer::describe(print);
        print(", ", Bits, ">");
    }

    template <Shape In>
    static constexpr bool accepts = [] {
        if constexpr (Layer::template accepts<In>) return has_filters<typename Layer::template At<In>>;
        return false;
    }();

    using Frame = RoundedWeights<FrameLayer<Layer>, Bits>;
    template <Shape In>
    struct At : detail::WithInt16<
                    detail::Packing<typename Layer::template At<In>,
                                    Bits <= 4 && detail::is_one_convolution<typename Layer::template At<In>>>,
                    (1 << (Bits - 1)) - 1> {
        using Exact = typename Layer::template At<In>;
        using Bytes = detail::Packing<Exact, Bits <= 4 && detail::is_one_convolution<Exact>>;
        static constexpr int largest = (1 << (Bits - 1)) - 1;
        static constexpr std::size_t parameters = Exact::parameters;
        static constexpr std::size_t backward_scratch = parameters + Exact::backward_scratch;
        template <class T, class Isa>
        static constexpr std::size_t scratch = Bytes::template scratch<T, Isa> +
                                               (FloatingScalar<T> ? parameters : 0);

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space) {
            Exact::template forward<Isa>(rounded(weights, space), x, y, space + parameters);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                       T* space) {
            Exact::template backward<Isa>(rounded(weights, space), x, y, dy, dx, gradient,
                                          space + parameters);
        }

        template <class T>
        static constexpr typename Exact::Quantized quantize(const T* weights, Affine in, Affine out) {
            return quantize_conv<typename Exact::Quantized>(weights, in, out, Exact::activation, largest);
        }

    private:
        template <class T>
        static constexpr const T* rounded(const T* weights, T* space) {
            std::copy_n(weights, parameters, space);
            round_filters<Exact>(space, largest);
            return space;
        }
    };
};

namespace detail {

template <int Bits>
struct Rounding {
    template <class Layer>
    using Around = RoundedWeights<Layer, Bits>;
};

}  // namespace detail

/// Bits of each layer's weights, 2 .. 8, and of those within it; what stands for a layer without filters does
/// not matter.
template <class Architecture>
using Widths = std::array<int, Architecture::depth>;

namespace detail {

template <class Architecture, auto Bits, class Indices = std::make_index_sequence<Architecture::depth>>
struct WithWidthsOf;
template <class Architecture, auto Bits, std::size_t... I>
struct WithWidthsOf<Architecture, Bits, std::index_sequence<I...>> {
    template <std::size_t Index, bool Narrow = (Bits[Index] >= 2 && Bits[Index] < 8)>
    struct Described {
        using Type = typename Architecture::template Description<Index>;
    };
    template <std::size_t Index>
    struct Described<Index, true>
        : Wrapped<Architecture::shapes[Index], typename Architecture::template Description<Index>,
                  Rounding<Bits[Index]>> {};
    using Type = Sequential<Architecture::shapes[0], typename Described<I>::Type...>;
};

}  // namespace detail

/// An architecture with RoundedWeights around each layer that is to have fewer bits than eight. On the host,
/// deploy::choose_widths() says how many.
template <class Architecture, Widths<Architecture> Bits>
using WithWidths = typename detail::WithWidthsOf<Architecture, Bits>::Type;

/// An architecture that computes with rounded weights wherever a layer has filters: train a network of it on
/// from a float network's weights, and quantise it. Both have the same weights in the same places.
///
///     nn::Network<float, nn::Aware<Architecture, 4>> aware(model.weights());
///     trainer.fit(aware, data, settings);
///     const auto small = nn::quantize<std::int8_t>(aware, rows);  // weights of four bits, in half the bytes
///
/// Activations stay as they are: they lose little beside weights of few bits. rounded_activations.hpp rounds
/// them, too.
template <class Architecture, int Bits = 8>
using Aware = WithFilters<Architecture, detail::Rounding<Bits>>;

}  // namespace mote::nn
