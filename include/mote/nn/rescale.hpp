// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/nn/activation.hpp"

namespace mote::nn {

/// From one scale to another, 16 bits, within a fused activation's range.
struct Int16Rescale {
    Multiplier factor{};
    Int16Range range{};
    constexpr std::int16_t operator()(std::int16_t x) const {
        return clamp(rescaled_int16(x, factor), range.lowest, range.highest);
    }
    constexpr void describe(auto print) const {
        print("{{", factor.multiplier, ", ", factor.shift, "}, {", range.lowest, ", ", range.highest, "}}");
    }
};

/// x itself, or what an activation lets through of it; for Elementwise. Integers: TensorFlow Lite's Quantize
/// from one scale to another, Relu and Relu6.
template <Activation Fused>
struct RescaleCurve {
    static constexpr void describe(auto print) { print("mote::nn::RescaleCurve<", name(Fused), ">"); }
    template <FloatingScalar T>
    static constexpr T value(T x) {
        activate<Fused>(&x, 1);
        return x;
    }
    template <FloatingScalar T>
    static constexpr T slope(T, T y) {
        T result = 1;
        deactivate<Fused>(&y, &result, 1);
        return result;
    }
    static constexpr auto bytes(Affine in, Affine out) {
        const double ratio = static_cast<double>(in.scale) / static_cast<double>(out.scale);
        return [in, out, factor = multiplier_of(ratio), range = byte_range(Fused, out)](std::int32_t x) {
            const std::int32_t steps =
                kernels::reference::rescale(x - in.zero_point, factor.multiplier, factor.shift);
            return static_cast<std::int8_t>(
                clamp<std::int32_t>(steps + out.zero_point, range.lowest, range.highest));
        };
    }

    using Int16 = Int16Rescale;
    static constexpr Int16 words(Symmetric in, Symmetric out) {
        const double ratio = static_cast<double>(in.scale) / static_cast<double>(out.scale);
        return {int16_multiplier(ratio), int16_range(Fused, out)};
    }
};

/// Changes nothing but the scale of the integers.
using Rescale = Elementwise<RescaleCurve<Activation::none>>;

/// y = max(0, min(x, 6)) as a layer of its own. After Dense or Conv2D write `.activation = Activation::relu6`
/// instead: the int8 network then gets it for nothing.
/// Source  Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10.
using ReLU6 = Elementwise<RescaleCurve<Activation::relu6>>;

}  // namespace mote::nn
