// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/nn/average_pool2d.hpp"
#include "mote/nn/int16.hpp"

namespace mote::nn {

/// What makes the sum of n numbers their mean on another scale. The division joins the multiplier, which
/// loses its last bits.
constexpr Multiplier mean_multiplier(float in, float out, std::size_t n) {
    const Multiplier factor = multiplier_of(static_cast<double>(in) / static_cast<double>(out));
    int shift = 0;
    while (n >> (shift + 1) > 0) ++shift;
    shift = min(min(shift, 32), 31 + factor.shift);
    const std::int64_t wide = (std::int64_t{factor.multiplier} << shift) / static_cast<std::int64_t>(n);
    return {static_cast<std::int32_t>(wide), static_cast<std::int8_t>(factor.shift - shift)};
}

/// The sum of n bytes becomes their mean on another scale.
struct QuantizedMean {
    kernels::OutputStage<1> output{};
    std::int8_t input_zero_point = 0;

    static constexpr QuantizedMean of(Affine in, Affine out, std::size_t n) {
        const Multiplier factor = mean_multiplier(in.scale, out.scale, n);
        return {{{factor.multiplier}, {factor.shift}, out.zero_point, -128, 127}, in.zero_point};
    }

    constexpr std::int8_t operator()(std::int32_t sum, std::size_t n) const {
        const std::int32_t centred = sum - static_cast<std::int32_t>(n) * input_zero_point;
        return kernels::reference::requantize(centred, kernels::view(output), 0);
    }
};

/// The same of 16 bits, whose sums have 32: for fewer than 2^15 of them.
struct Int16Mean {
    Multiplier factor{};
    constexpr std::int16_t operator()(std::int32_t sum) const { return rescaled_int16(sum, factor); }
};

/// The mean of each channel over the whole image: GlobalAveragePool, but in integers with a scale of its own
/// and another rounding.
///
/// Shapes  x: [height][width][channels], y: [1][1][channels].
/// Errors  NaN makes its channel's output NaN.
/// Memory  in place, no weights. Time an addition for each number.
/// Source  Lin, Chen, Yan 2014, ICLR, section 3.2. Integers: TensorFlow Lite's Mean over height and width.
struct GlobalMean {
    template <Shape In>
    static constexpr bool accepts = In.size() > 0;
    template <Shape In>
    static constexpr Shape shape = Shape(In.channels);

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::GlobalMean");
    }

    template <Shape In>
    struct At : GlobalAveragePool::At<In> {
        using Quantized = QuantizedMean;
        template <class Isa>
        using Packed = Quantized;
        static constexpr std::size_t pixels = In.height * In.width;

        static constexpr Affine quantized_output(Affine, Range observed) {
            return Affine::covering(observed);
        }
        static constexpr Quantized quantize(const auto*, Affine in, Affine out) {
            return Quantized::of(in, out, pixels);
        }
        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{");
            describe_stage(layer.output, print);
            print(", ", layer.input_zero_point, "}");
        }
        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            for (std::size_t c = 0; c < In.channels; c += kernels::summed_channels) {
                const std::size_t channels = min(kernels::summed_channels, In.channels - c);
                kernels::ChannelSums sums{};
                kernels::sum_pixels<Isa>(x + c, pixels, In.channels, channels, sums);
                for (std::size_t i = 0; i < channels; ++i) y[c + i] = layer(sums[i], pixels);
            }
        }

        struct Int16 : Weightless {
            using Quantized = Int16Mean;
            template <class Isa>
            using Packed = Quantized;

            static constexpr Symmetric quantized_output(Symmetric, Range observed) {
                return Symmetric::covering(observed);
            }
            static constexpr Quantized quantize(const auto*, Symmetric in, Symmetric out) {
                return {mean_multiplier(in.scale, out.scale, pixels)};
            }
            template <class Print>
            static constexpr void describe(const Quantized& layer, Print print) {
                print("{{", layer.factor.multiplier, ", ", layer.factor.shift, "}}");
            }
            template <class Isa>
            requires(pixels < 1 << 15) static constexpr void run(const Quantized& layer,
                                                                 const std::int16_t* x, std::int16_t* y,
                                                                 std::byte*) {
                for (std::size_t c = 0; c < In.channels; ++c) {
                    std::int32_t sum = 0;
                    for (std::size_t i = 0; i < pixels; ++i) sum += x[i * In.channels + c];
                    y[c] = layer(sum);
                }
            }
        };
    };
};

}  // namespace mote::nn
