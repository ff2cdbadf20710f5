// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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
/// Memory  tokens * units weights. Time steps * units. No slope goes back into x. int8: at most 256
///         tokens, a byte for each weight; the nearest token.
/// Source  Bengio et al. 2003, Journal of Machine Learning Research 3:1137-1155, section 2.
template <EmbeddingConfig Config>
struct Embedding {
    template <Shape In>
    static constexpr bool accepts =
        In.size() > 0 &&
        (In.flat() || (In.width == 1 && In.channels == 1)) && Config.tokens > 0 && Config.units > 0;
    template <Shape In>
    static constexpr Shape shape{In.size(), Config.units};
    template <Shape In>
    requires(In.channels == 1) static constexpr TimeWindow time{};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Embedding<mote::nn::EmbeddingConfig{", Config.tokens, ", ", Config.units, "}>");
    }

    /// The vectors as bytes; a byte of the input less its zero point, times `step`, is a token.
    struct Numbers {
        std::array<std::int8_t, Config.tokens * Config.units> rows{};
        Multiplier step{};
        std::int8_t zero_point = 0;
    };

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

        using Quantized = Numbers;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Affine quantized_output(Affine, Range observed) {
            return Affine::covering(observed);
        }
        template <class T>
        static constexpr Quantized quantize(const T* weights, Affine in, Affine out) {
            static_assert(Config.tokens <= 256,
                          "mote: bytes tell 256 tokens apart; keep the network in floats");
            Quantized layer;
            for (std::size_t i = 0; i < parameters; ++i) {
                layer.rows[i] = out.quantize(static_cast<float>(weights[i]));
            }
            layer.step = multiplier_of(static_cast<double>(in.scale));
            layer.zero_point = in.zero_point;
            return layer;
        }
        template <class Isa>
        static constexpr Quantized pack(const Quantized& layer) {
            return layer;
        }
        static constexpr Quantized unpack(const Quantized& layer) { return layer; }
        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{", layer.rows, ", {", layer.step.multiplier, ", ", layer.step.shift, "}, ",
                  layer.zero_point, "}");
        }

        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            for (std::size_t step = 0; step < steps; ++step) {
                const std::int32_t drawn = kernels::reference::rescale(
                    x[step] - layer.zero_point, layer.step.multiplier, layer.step.shift);
                constexpr auto last = static_cast<std::int32_t>(Config.tokens - 1);
                const auto row = static_cast<std::size_t>(clamp<std::int32_t>(drawn, 0, last));
                for (std::size_t i = 0; i < units; ++i) y[step * units + i] = layer.rows[row * units + i];
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
