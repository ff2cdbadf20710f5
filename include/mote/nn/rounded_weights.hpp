// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include "mote/nn/filters.hpp"

namespace mote::nn {

/// A layer with filters that computes with its weights as an integer of Bits bits keeps them, while training
/// moves the weights behind: rounding counts as if it had slope 1 (straight through).
///
/// Shapes  those of the layer, and its weights.
/// Memory  a copy of the layer's numbers beside its own scratch. Time rounds them all for each sample.
/// Source  Bengio, Leonard, Courville 2013, arXiv:1308.3432, section 4; Jacob et al. 2018, CVPR, section 3.1.
template <class Layer, int Bits = 8>
requires(Bits >= 2 && Bits <= 8) struct RoundedWeights : Layer {
    static constexpr int largest = (1 << (Bits - 1)) - 1;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::RoundedWeights<");
        Layer::describe(print);
        print(", ", Bits, ">");
    }

    template <Shape In>
    struct At : Layer::template At<In> {
        using Exact = typename Layer::template At<In>;
        static constexpr std::size_t parameters = Exact::parameters;
        static constexpr std::size_t backward_scratch = parameters + Exact::backward_scratch;
        template <class T, class Isa>
        static constexpr std::size_t scratch = Exact::template scratch<T, Isa> +
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

/// An architecture that computes with rounded weights wherever a layer has filters: train a network of it on
/// from a float network's weights, and give them back to one. Both have the same weights in the same places.
///
///     nn::Network<float, nn::Aware<Architecture>> aware(model.weights());
///     trainer.fit(aware, data, settings);
///     model.weights() = aware.weights();  // and quantize
///
/// Activations stay as they are: they lose little beside weights of few bits.
template <class Architecture, int Bits = 8>
using Aware = WithFilters<Architecture, detail::Rounding<Bits>>;

}  // namespace mote::nn
