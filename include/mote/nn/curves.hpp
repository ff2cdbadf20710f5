// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/error_function.hpp"
#include "mote/core/math.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/int16.hpp"
#include "mote/nn/int16_curves.hpp"
#include "mote/nn/integer_exp.hpp"

/// Activation curves. value(x), and slope(x, y) where y is value(x); bytes(in, out) gives a function from an
/// input byte, as a number, to the output byte, bit by bit that of TensorFlow Lite's reference kernel.
/// `output` is the scale of the bytes where it is always the same. words(in, out) is the same for 16 bits,
/// an Int16: for Sigmoid, Tanh, LeakyReLU and GELU TensorFlow Lite's kernel. Where it has none, ELU goes by
/// its table of 513 entries, and the hard curves by its arithmetic of sums.
namespace mote::nn {

/// A number as a template argument.
struct Slope {
    double value = 0.01;
};

namespace detail {

constexpr std::int8_t to_byte(std::int32_t x) {
    return static_cast<std::int8_t>(clamp<std::int32_t>(x, -128, 127));
}

/// TensorFlow Lite's way for most curves: from real numbers, by the output scale's inverse in single
/// precision, which at ties is not the same as a division.
template <class Curve>
struct ByteCurve {
    Affine in, out;
    constexpr std::int8_t operator()(std::int32_t x) const {
        const float y = Curve::value(in.dequantize(static_cast<std::int8_t>(x))) * (1 / out.scale);
        return to_byte(round_to(static_cast<double>(y), -256, 256) + out.zero_point);
    }
};

/// The input of an integer curve as Q(4), which saturates at 15.
struct FourIntegerBits {
    Multiplier factor;
    std::int32_t radius, zero_point;

    constexpr explicit FourIntegerBits(Affine in)
        : factor(multiplier_of(static_cast<double>(in.scale) * (1 << 27))),
          radius(static_cast<std::int32_t>(clamp(reach(factor.shift), 0.0, 0x1p30))),
          zero_point(in.zero_point) {}

    template <class Inside>
    constexpr std::int8_t through(std::int32_t x, Inside inside) const {
        const std::int32_t centred = x - zero_point;
        if (centred <= -radius) return -128;
        if (centred >= radius) return 127;
        return to_byte(inside(kernels::reference::rescale(centred, factor.multiplier, factor.shift)));
    }

private:
    static constexpr double reach(int shift) {
        double result = 15.0 * (1 << 27);
        for (; shift > 0; --shift) result /= 2;
        for (; shift < 0; ++shift) result *= 2;
        return result;
    }
};

/// The kernel of LeakyRelu, which computes its factors in single precision.
constexpr auto leaky_relu_bytes(Affine in, Affine out, float slope) {
    const Multiplier above = multiplier_of(static_cast<double>(in.scale / out.scale));
    const Multiplier below = multiplier_of(static_cast<double>(in.scale * slope / out.scale));
    return [in, out, above, below](std::int32_t x) {
        const std::int32_t centred = x - in.zero_point;
        const Multiplier& factor = centred >= 0 ? above : below;
        return to_byte(out.zero_point +
                       kernels::reference::rescale(centred, factor.multiplier, factor.shift));
    };
}

}  // namespace detail

/// 1 / (1 + e^-x); the curve is that of kernels/gates.hpp.
struct SigmoidCurve {
    static constexpr Affine output{1.0f / 256, -128};
    static constexpr void describe(auto print) { print("mote::nn::SigmoidCurve"); }

    template <class Isa, FloatingScalar T, std::size_t N>
    static constexpr void apply(std::span<T, N> x) {
        kernels::sigmoids<Isa>(x);
    }
    template <FloatingScalar T>
    static constexpr T slope(T, T y) {
        return y * (1 - y);
    }
    static constexpr auto bytes(Affine in, Affine) {
        return [scaled = detail::FourIntegerBits(in)](std::int32_t x) {
            return scaled.through(
                x, [](std::int32_t a) { return fixed::shift_right(fixed::sigmoid(a), 31 - 8) - 128; });
        };
    }

    struct Int16 {
        static constexpr Symmetric output = int16::unit_output;
        int16::GateInput input{};
        constexpr std::int16_t operator()(std::int16_t x) const { return int16::sigmoid(input(x)); }
        constexpr void describe(auto print) const { print("{{", input.multiplier, ", ", input.shift, "}}"); }
    };
    static constexpr Int16 words(Symmetric in, Symmetric) { return {int16::GateInput::of(in)}; }
};

/// tanh(x); the curve is that of kernels/gates.hpp.
struct TanhCurve {
    static constexpr Affine output{1.0f / 128, 0};
    static constexpr void describe(auto print) { print("mote::nn::TanhCurve"); }

    template <class Isa, FloatingScalar T, std::size_t N>
    static constexpr void apply(std::span<T, N> x) {
        kernels::tanhs<Isa>(x);
    }
    template <FloatingScalar T>
    static constexpr T slope(T, T y) {
        return 1 - y * y;
    }
    static constexpr auto bytes(Affine in, Affine) {
        return [scaled = detail::FourIntegerBits(in)](std::int32_t x) {
            return scaled.through(x,
                                  [](std::int32_t a) { return fixed::shift_right(fixed::tanh(a), 31 - 7); });
        };
    }

    struct Int16 {
        static constexpr Symmetric output = int16::unit_output;
        int16::GateInput input{};
        constexpr std::int16_t operator()(std::int16_t x) const { return int16::tanh(input(x)); }
        constexpr void describe(auto print) const { print("{{", input.multiplier, ", ", input.shift, "}}"); }
    };
    static constexpr Int16 words(Symmetric in, Symmetric) { return {int16::GateInput::of(in)}; }
};

/// x where it is positive, else alpha * x, of 16 bits; its factors are computed in single precision, too.
struct Int16LeakyRelu {
    Multiplier above{}, below{};

    static constexpr Int16LeakyRelu of(Symmetric in, Symmetric out, float alpha) {
        return {int16_multiplier(static_cast<double>(in.scale / out.scale)),
                int16_multiplier(static_cast<double>(in.scale * alpha / out.scale))};
    }
    constexpr std::int16_t operator()(std::int16_t x) const {
        return rescaled_int16(x, x >= 0 ? above : below);
    }
    constexpr void describe(auto print) const {
        print("{{", above.multiplier, ", ", above.shift, "}, {", below.multiplier, ", ", below.shift, "}}");
    }
};

/// x where it is positive, else Negative * x.
/// Source  Maas, Hannun, Ng 2013, ICML workshop on deep learning for audio, speech and language.
template <Slope Negative>
struct LeakyReluCurve {
    static constexpr void describe(auto print) {
        print("mote::nn::LeakyReluCurve<mote::nn::Slope{", Negative.value, "}>");
    }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        return x < 0 ? static_cast<T>(Negative.value) * x : x;
    }
    template <FloatingScalar T>
    static constexpr T slope(T x, T) {
        return x < 0 ? static_cast<T>(Negative.value) : T{1};
    }
    static constexpr auto bytes(Affine in, Affine out) {
        return detail::leaky_relu_bytes(in, out, static_cast<float>(Negative.value));
    }

    using Int16 = Int16LeakyRelu;
    static constexpr Int16 words(Symmetric in, Symmetric out) {
        return Int16LeakyRelu::of(in, out, static_cast<float>(Negative.value));
    }
};

/// x where it is positive, else Alpha * (e^x - 1).
/// Source  Clevert, Unterthiner, Hochreiter 2016, ICLR, equation (15).
template <Slope Alpha>
struct EluCurve {
    static constexpr void describe(auto print) {
        print("mote::nn::EluCurve<mote::nn::Slope{", Alpha.value, "}>");
    }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        return x < 0 ? static_cast<T>(Alpha.value) * (exp(x) - 1) : x;
    }
    template <FloatingScalar T>
    static constexpr T slope(T x, T y) {
        return x < 0 ? y + static_cast<T>(Alpha.value) : T{1};
    }
    static constexpr auto bytes(Affine in, Affine out) { return detail::ByteCurve<EluCurve>{in, out}; }

    using Int16 = int16::TableCurve;
    static constexpr Int16 words(Symmetric in, Symmetric out) { return Int16::of<EluCurve>(in, out); }
};

/// relu6(x + 3) / 6, as in Keras 3 and PyTorch.
/// Source  Howard et al. 2019, ICCV, section 5.2.
struct HardSigmoidCurve {
    static constexpr void describe(auto print) { print("mote::nn::HardSigmoidCurve"); }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        if (x <= -3) return 0;
        return x >= 3 ? T{1} : (x + 3) / 6;
    }
    template <FloatingScalar T>
    static constexpr T slope(T x, T) {
        return x <= -3 || x >= 3 ? T{0} : T{1} / 6;
    }
    static constexpr auto bytes(Affine in, Affine out) {
        return detail::ByteCurve<HardSigmoidCurve>{in, out};
    }

    using Int16 = int16::HardGate</*Gated=*/false>;
    static constexpr Int16 words(Symmetric in, Symmetric out) { return Int16::of(in, out); }
};

/// x * relu6(x + 3) / 6.
/// Source  Howard et al. 2019, ICCV, section 5.2.
struct HardSwishCurve {
    static constexpr void describe(auto print) { print("mote::nn::HardSwishCurve"); }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        if (x <= -3) return 0;
        return x >= 3 ? x : x * (x + 3) / 6;
    }
    template <FloatingScalar T>
    static constexpr T slope(T x, T) {
        if (x <= -3) return 0;
        return x >= 3 ? T{1} : (2 * x + 3) / 6;
    }

    /// In 16 bits: the gate relu6(x + 3) / 6 as Q(0) without its sign, times x on 1/128 of the output's
    /// scale.
    struct Bytes {
        Affine in, out;
        Multiplier gate, result;

        constexpr std::int8_t operator()(std::int32_t x) const {
            const std::int32_t fine = (x - in.zero_point) * 128;
            const std::int32_t scaled = multiply16(fine, result.multiplier);
            std::int32_t open = gate.shift > 0 ? saturate16(fine << (gate.shift - 1)) : fine;
            open = multiply16(open, gate.multiplier);
            if (gate.shift > 0) open = saturate16(open * 2);
            if (gate.shift < 0) open = fixed::shift_right(open, -gate.shift);
            open = (open + (1 << 15)) >> 1;
            const std::int32_t product = open * scaled / (1 << 15);
            return detail::to_byte(fixed::shift_right(product, -result.shift) + out.zero_point);
        }

    private:
        static constexpr std::int32_t saturate16(std::int32_t x) {
            return clamp<std::int32_t>(x, -32768, 32767);
        }
        static constexpr std::int32_t multiply16(std::int32_t a, std::int32_t b) {
            const std::int32_t product = a * b;
            return (product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15);
        }
    };
    static constexpr auto bytes(Affine in, Affine out) {
        const float fine = in.scale / 128;  // factors in single precision, as in the kernel
        return Bytes{in, out, short_multiplier(static_cast<double>(fine / (3.0f / 32768))),
                     short_multiplier(static_cast<double>(fine / out.scale))};
    }

    using Int16 = int16::HardGate</*Gated=*/true>;
    static constexpr Int16 words(Symmetric in, Symmetric out) { return Int16::of(in, out); }

private:
    static constexpr Multiplier short_multiplier(double factor) {
        Multiplier result = multiplier_of(factor);
        result.multiplier = result.multiplier >= 0x7fff8000 ? 0x7fff : (result.multiplier + 0x8000) >> 16;
        return result;
    }
};

/// x * P(a standard normal value is below x), exactly.
/// Source  Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.
struct GeluCurve {
    static constexpr void describe(auto print) { print("mote::nn::GeluCurve"); }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        return x < -13 ? T{0} : x * below(x);  // also for -infinity
    }
    template <FloatingScalar T>
    static constexpr T slope(T x, T) {
        constexpr T inverse_root_two_pi = static_cast<T>(0.39894228040143267794);
        return below(x) + x * inverse_root_two_pi * exp(-x * x / 2);
    }
    static constexpr auto bytes(Affine in, Affine out) { return detail::ByteCurve<GeluCurve>{in, out}; }

    using Int16 = int16::TableCurve;
    static constexpr Int16 words(Symmetric in, Symmetric out) { return Int16::of<GeluCurve>(in, out); }

private:
    template <FloatingScalar T>
    static constexpr T below(T x) {
        return (1 + erf(x * static_cast<T>(0.70710678118654752440))) / 2;
    }
};

/// GeluCurve with the probability (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, which many networks were
/// trained with; it differs by up to 5e-4.
/// Source  Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.
struct TanhGeluCurve {
    static constexpr void describe(auto print) { print("mote::nn::TanhGeluCurve"); }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        return x < -13 ? T{0} : static_cast<T>(0.5) * x * (1 + inner(x));  // also for -infinity
    }
    template <FloatingScalar T>
    static constexpr T slope(T x, T) {
        const T t = inner(x);
        return (1 + t + x * (1 - t * t) * root<T> * (1 + 3 * cubic<T> * x * x)) / 2;
    }
    static constexpr auto bytes(Affine in, Affine out) { return detail::ByteCurve<TanhGeluCurve>{in, out}; }

    using Int16 = int16::TableCurve;
    static constexpr Int16 words(Symmetric in, Symmetric out) { return Int16::of<TanhGeluCurve>(in, out); }

private:
    template <FloatingScalar T>
    static constexpr T root = static_cast<T>(0.79788456080286535588);
    template <FloatingScalar T>
    static constexpr T cubic = static_cast<T>(0.044715);

    template <FloatingScalar T>
    static constexpr T inner(T x) {
        return tanh(root<T> * (x + cubic<T> * x * x * x));
    }
};

}  // namespace mote::nn
