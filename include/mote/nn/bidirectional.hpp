// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/layer.hpp"

namespace mote::nn {

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
    template <Shape In>
    static constexpr bool accepts = In.width == 1 && Layer::template accepts<In>;
    template <Shape In>
    static constexpr Shape shape{Layer::template shape<In>.height, 2 * Layer::template shape<In>.channels};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Bidirectional<");
        Layer::describe(print);
        print(">");
    }

    template <Shape In>
    struct At {
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

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T* space) {
            T *const reversed = space, *const part = reversed + In.size(), *const rest = part + out.size();
            One::template forward<Isa>(weights, x, part, rest);
            for_each_half(0, [&](std::size_t at, std::size_t i) { y[at] = part[i]; });
            reverse(x, reversed);
            One::template forward<Isa>(weights + One::parameters, reversed, part, rest);
            for_each_half(1, [&](std::size_t at, std::size_t i) { y[at] = part[i]; });
        }

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
