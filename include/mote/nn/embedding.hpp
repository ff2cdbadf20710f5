// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/layer.hpp"

namespace mote::nn {

struct EmbeddingConfig {
    std::size_t tokens = 2;  // how many there are
    std::size_t units = 1;
};

/// A vector of learnt numbers for each token: what makes sequences of events or symbols of a network's input.
///
/// Shapes  x: [steps][1] or flat [steps], whole numbers below `tokens`, rounded down; y: [steps][units].
///         Weights [tokens][units], as Keras and PyTorch keep them.
/// Errors  A number below 0 counts as 0, one that is too large as the last token; NaN makes its row NaN.
/// Memory  tokens * units weights. Time steps * units. No slope goes back into x. Float only.
/// Source  Bengio et al. 2003, Journal of Machine Learning Research 3:1137-1155, section 2.
template <EmbeddingConfig Config>
struct Embedding {
    template <Shape In>
    static constexpr bool accepts =
        In.size() > 0 &&
        (In.flat() || (In.width == 1 && In.channels == 1)) && Config.tokens > 0 && Config.units > 0;
    template <Shape In>
    static constexpr Shape shape{In.size(), Config.units};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Embedding<mote::nn::EmbeddingConfig{", Config.tokens, ", ", Config.units, "}>");
    }

    template <Shape In>
    struct At {
        static constexpr std::size_t steps = In.size(), units = Config.units;
        static constexpr std::size_t parameters = Config.tokens * units, macs = 0, backward_scratch = 0;
        template <class T, class Isa>
        static constexpr bool in_place = false;
        template <class T, class Isa>
        static constexpr std::size_t scratch = 0;

        /// Uniform in +-0.05, as Keras begins.
        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            for (std::size_t i = 0; i < parameters; ++i) weights[i] = T(0.1) * random.uniform<T>() - T(0.05);
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            for (std::size_t step = 0; step < steps; ++step) {
                const T* const row = weights + token(x[step]) * units;
                for (std::size_t i = 0; i < units; ++i) {
                    y[step * units + i] = isnan(x[step]) ? x[step] : row[i];
                }
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T* x, const T*, T* dy, T* dx, T* gradient, T*) {
            for (std::size_t step = 0; step < steps; ++step) {
                T* const row = gradient + token(x[step]) * units;
                for (std::size_t i = 0; i < units; ++i) row[i] += dy[step * units + i];
                if (dx != nullptr) dx[step] = 0;
            }
        }

    private:
        template <FloatingScalar T>
        static constexpr std::size_t token(T x) {
            if (!(x >= 1)) return 0;
            return x >= static_cast<T>(Config.tokens) ? Config.tokens - 1 : static_cast<std::size_t>(x);
        }
    };
};

}  // namespace mote::nn
