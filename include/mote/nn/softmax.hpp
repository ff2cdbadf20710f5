// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/nn/int16_curves.hpp"
#include "mote/nn/integer_exp.hpp"
#include "mote/nn/layer.hpp"

namespace mote::nn {

/// Softmax of scores that are bytes of one scale.
struct QuantizedSoftmax {
    std::int32_t multiplier = 0;  // of score differences, into Q(5)
    std::int32_t shift = 0;
    std::int32_t lowest_difference = 0;  // below it the probability is 0

    /// exp of a score's distance from the largest, Q(0). Not inlined: it is most of the code.
    [[nodiscard, gnu::noinline]] constexpr std::int32_t exp_of(std::int32_t difference) const {
        const std::int32_t shifted = difference * (std::int32_t{1} << shift);
        return fixed::exp_of_negative(fixed::multiply(shifted, multiplier));
    }
};

constexpr QuantizedSoftmax quantized_softmax(float scale) {
    const double factor = clamp(static_cast<double>(scale) * (1 << 26), 1.0, 0x1p31 - 1);
    const Multiplier into_q5 = multiplier_of(factor);
    const std::int64_t radius = (std::int64_t{31} << 26) >> into_q5.shift;
    return {into_q5.multiplier, into_q5.shift, static_cast<std::int32_t>(-radius)};
}

/// y = probabilities of n classes on scale 1/256 with zero point -128; y may be x. exp_of(difference) is e to
/// a score's distance from the largest, Q(0), asked for no distance below the lowest.
template <class Exponential>
constexpr void quantized_softmax(std::int32_t lowest_difference, Exponential exp_of, const std::int8_t* x,
                                 std::int8_t* y, std::size_t n) {
    constexpr int sum_integer_bits = 12;
    std::int32_t largest = x[0];
    for (std::size_t i = 1; i < n; ++i) largest = max<std::int32_t>(largest, x[i]);
    std::int32_t total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t difference = x[i] - largest;
        if (difference < lowest_difference) continue;
        total += fixed::shift_right(exp_of(difference), sum_integer_bits);
    }
    const fixed::Reciprocal inverse = fixed::reciprocal(total, sum_integer_bits);
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t difference = x[i] - largest;
        y[i] = -128;
        if (difference < lowest_difference) continue;
        const std::int32_t share = fixed::multiply(inverse.scale, exp_of(difference));
        const std::int32_t byte = fixed::shift_right(share, inverse.bits + 31 - 8) - 128;
        y[i] = static_cast<std::int8_t>(clamp<std::int32_t>(byte, -128, 127));
    }
}
constexpr void quantized_softmax(const QuantizedSoftmax& layer, const std::int8_t* x, std::int8_t* y,
                                 std::size_t n) {
    const auto exp_of = [&layer](std::int32_t difference) { return layer.exp_of(difference); };
    quantized_softmax(layer.lowest_difference, exp_of, x, y, n);
}

/// The same bytes for 1 KB of flash, where there is softmax of many scores: bytes have 256 distances.
struct TabledSoftmax {
    QuantizedSoftmax numbers{};
    std::array<std::int32_t, 256> exponentials{};  // of 0, -1, -2 ..

    constexpr TabledSoftmax() = default;
    constexpr explicit TabledSoftmax(const QuantizedSoftmax& layer) : numbers(layer) {
        const std::int32_t last = min<std::int32_t>(-layer.lowest_difference, 255);
        for (std::int32_t i = 0; i <= last; ++i) {
            exponentials[static_cast<std::size_t>(i)] = layer.exp_of(-i);
        }
    }
    constexpr void operator()(const std::int8_t* x, std::int8_t* y, std::size_t n) const {
        const auto exp_of = [this](std::int32_t difference) {
            return exponentials[static_cast<std::size_t>(-difference)];
        };
        quantized_softmax(numbers.lowest_difference, exp_of, x, y, n);
    }
};

/// The same of 16 bits.
struct Int16Softmax {
    Multiplier into_table{};
};

/// Probabilities from scores: y[i] = exp(x[i]) / sum over j of exp(x[j]), along the channels.
///
/// Shapes  x: any, y: the same; each pixel sums to one.
/// Errors  NaN or +infinity among the scores makes all of their probabilities NaN.
/// Memory  in place, no weights. Time an exponential and a division for each number.
/// Source  Bridle 1990. int8: TensorFlow Lite's reference integer Softmax; scale 1/256, zero point -128.
///         int16: its kernel by tables; scale 1/32768.
struct Softmax : KeepsShape {
    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Softmax");
    }

    template <Shape In>
    struct At : Weightless {
        static constexpr std::size_t classes = In.channels;

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T*, const T* x, T* y, T*) {
            for (std::size_t at = 0; at < In.size(); at += classes) normalise(x + at, y + at);
        }

        /// dx = y * (dy - sum of y * dy)
        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T*, const T*, const T* y, T* dy, T* dx, T*, T*) {
            if (dx == nullptr) return;
            for (std::size_t at = 0; at < In.size(); at += classes) {
                T mean = 0;
                for (std::size_t i = at; i < at + classes; ++i) mean += y[i] * dy[i];
                for (std::size_t i = at; i < at + classes; ++i) dx[i] = y[i] * (dy[i] - mean);
            }
        }

        using Quantized = QuantizedSoftmax;
        template <class Isa>
        using Packed = Quantized;

        static constexpr Affine quantized_output(Affine, Range) { return {1.0f / 256, -128}; }

        static constexpr Quantized quantize(const auto*, Affine in, Affine) {
            return quantized_softmax(in.scale);
        }

        template <class Print>
        static constexpr void describe(const Quantized& layer, Print print) {
            print("{", layer.multiplier, ", ", layer.shift, ", ", layer.lowest_difference, "}");
        }

        template <class Isa>
        static constexpr void run(const Quantized& layer, const std::int8_t* x, std::int8_t* y, std::byte*) {
            for (std::size_t at = 0; at < In.size(); at += classes)
                quantized_softmax(layer, x + at, y + at, classes);
        }

        struct Int16 : Weightless {
            using Quantized = Int16Softmax;
            template <class Isa>
            using Packed = Quantized;

            static constexpr Symmetric quantized_output(Symmetric, Range) { return int16::unit_output; }
            static constexpr Quantized quantize(const auto*, Symmetric in, Symmetric) {
                return {int16::softmax_multiplier(in)};
            }
            template <class Print>
            static constexpr void describe(const Quantized& layer, Print print) {
                print("{{", layer.into_table.multiplier, ", ", layer.into_table.shift, "}}");
            }
            template <class Isa>
            static constexpr void run(const Quantized& layer, const std::int16_t* x, std::int16_t* y,
                                      std::byte*) {
                for (std::size_t at = 0; at < In.size(); at += classes)
                    int16::softmax(layer.into_table, x + at, y + at, classes);
            }
        };

    private:
        template <FloatingScalar T>
        static constexpr void normalise(const T* x, T* y) {
            T largest = x[0];
            for (std::size_t i = 1; i < classes; ++i) largest = max(largest, x[i]);
            T total = 0;
            for (std::size_t i = 0; i < classes; ++i) {
                y[i] = exp(x[i] - largest);
                total += y[i];
            }
            for (std::size_t i = 0; i < classes; ++i) y[i] /= total;
        }
    };
};

}  // namespace mote::nn
