// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/nn/activation.hpp"

namespace mote::nn {

/// x itself, or what an activation lets through of it; for Elementwise. int8: TensorFlow Lite's Quantize from
/// bytes to bytes, Relu and Relu6.
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
};

/// Changes nothing but the scale of the bytes.
using Rescale = Elementwise<RescaleCurve<Activation::none>>;

/// y = max(0, min(x, 6)) as a layer of its own. After Dense or Conv2D write `.activation = Activation::relu6`
/// instead: the int8 network then gets it for nothing.
/// Source  Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10.
using ReLU6 = Elementwise<RescaleCurve<Activation::relu6>>;

}  // namespace mote::nn
