// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "mote/kernels/kernels.hpp"
#include "mote/nn/layer.hpp"

/// How two ways come together, of real numbers, bytes and 16 bits: for Residual, Parallel and Channelwise.
namespace mote::nn {

/// TensorFlow Lite's sum of two images of bytes on one scale each; out.scale must be above 2^-19 of the
/// larger.
constexpr kernels::QuantizedAdd quantized_add(Affine a, Affine b, Affine out, Activation activation) {
    const double twice_the_larger = 2 * static_cast<double>(max(a.scale, b.scale));
    const auto summand = [&](Affine in) {
        const Multiplier factor = multiplier_of(static_cast<double>(in.scale) / twice_the_larger);
        return kernels::QuantizedAdd::Summand{factor.multiplier, factor.shift, in.zero_point};
    };
    const Multiplier factor = multiplier_of(twice_the_larger / ((1 << 20) * static_cast<double>(out.scale)));
    const ByteRange range = byte_range(activation, out);
    return {{summand(a), summand(b)},
            {{factor.multiplier}, {factor.shift}, out.zero_point, range.lowest, range.highest}};
}

/// The same of 16 bits.
constexpr kernels::Int16Add quantized_add(Symmetric a, Symmetric b, Symmetric out, Activation activation) {
    const double twice_the_larger = 2 * static_cast<double>(max(a.scale, b.scale));
    const auto summand = [&](Symmetric in) {
        const Multiplier factor = multiplier_of(static_cast<double>(in.scale) / twice_the_larger);
        return kernels::Int16Add::Summand{factor.multiplier, factor.shift};
    };
    const double most = 1 - 0x1p-31;  // where the sum's scale is so fine that it saturates anyway
    const Multiplier factor =
        multiplier_of(min(twice_the_larger / ((1 << 15) * static_cast<double>(out.scale)), most));
    const Int16Range range = int16_range(activation, out);
    return {{summand(a), summand(b)}, {{factor.multiplier}, {factor.shift}, range.lowest, range.highest}};
}

/// TensorFlow Lite's product of two images of bytes, or of 16 bits, whose zero points are 0.
template <ActivationInteger T>
struct QuantizedProduct {
    Multiplier factor{};
    T first_zero = 0, second_zero = 0, zero = 0;
    T lowest = std::numeric_limits<T>::min(), highest = std::numeric_limits<T>::max();

    constexpr T operator()(T a, T b) const {
        const std::int32_t product = (a - first_zero) * (b - second_zero);
        const std::int32_t scaled =
            kernels::reference::rescale(product, factor.multiplier, factor.shift) + zero;
        return static_cast<T>(clamp<std::int32_t>(scaled, lowest, highest));
    }
};

/// out.scale must be above 2^-13 of the product of the scales, with 16 bits above all of it.
constexpr QuantizedProduct<std::int8_t> quantized_product(Affine a, Affine b, Affine out,
                                                          Activation activation) {
    const double product = static_cast<double>(a.scale) * static_cast<double>(b.scale);
    const Multiplier factor = multiplier_of(min(product / static_cast<double>(out.scale), 0x1p13));
    const ByteRange range = byte_range(activation, out);
    return {factor, a.zero_point, b.zero_point, out.zero_point, range.lowest, range.highest};
}
constexpr QuantizedProduct<std::int16_t> quantized_product(Symmetric a, Symmetric b, Symmetric out,
                                                           Activation activation) {
    const double product = static_cast<double>(a.scale) * static_cast<double>(b.scale);
    const Multiplier factor = multiplier_of(min(product / static_cast<double>(out.scale), 1 - 0x1p-31));
    const Int16Range range = int16_range(activation, out);
    return {factor, 0, 0, 0, range.lowest, range.highest};
}

/// How the ways of a Residual or a Parallel come together: added up, the second taken from the first, or
/// multiplied.
struct Add {
    static constexpr const char* name = "mote::nn::Add";
};
struct Subtract {
    static constexpr const char* name = "mote::nn::Subtract";
};
struct Multiply {
    static constexpr const char* name = "mote::nn::Multiply";
};

template <class Merge>
concept merges_number_by_number =
    std::is_same_v<Merge, Add> || std::is_same_v<Merge, Subtract> || std::is_same_v<Merge, Multiply>;

template <class Merge>
inline constexpr bool subtracts = std::is_same_v<Merge, Subtract>;
template <class Merge>
inline constexpr bool multiplies = std::is_same_v<Merge, Multiply>;

/// What merge() needs. A sum has the shortcut first.
template <class Merge, class Scale>
constexpr auto quantized_merge(Scale main, Scale side, Scale out, Activation activation) {
    if constexpr (multiplies<Merge>) {
        return quantized_product(main, side, out, activation);
    } else {
        return subtracts<Merge> ? quantized_add(main, side, out, activation)
                                : quantized_add(side, main, out, activation);
    }
}

/// y = main + side, main - side or main * side.
template <class Merge, class Isa, class T>
constexpr void merge(const auto& numbers, const T* main, const T* side, T* y, std::size_t n) {
    if constexpr (multiplies<Merge>) {
        for (std::size_t i = 0; i < n; ++i) y[i] = numbers(main[i], side[i]);
    } else if constexpr (subtracts<Merge>) {
        kernels::subtract<Isa>(numbers, main, side, y, n);
    } else {
        kernels::add<Isa>(numbers, side, main, y, n);
    }
}
template <class Merge, Activation Fused, FloatingScalar T>
constexpr void merge(const T* main, const T* side, T* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        if constexpr (multiplies<Merge>) {
            y[i] = main[i] * side[i];
        } else {
            y[i] = subtracts<Merge> ? main[i] - side[i] : main[i] + side[i];
        }
    }
    activate<Fused>(y, n);
}

/// Their numbers as C++ initialisers.
template <class Print>
constexpr void describe_add(const kernels::QuantizedAdd& add, Print print) {
    print("{{{");
    for (const auto& summand : add.summands) {
        print("{", summand.multiplier, ", ", summand.shift, ", ", summand.zero_point, "}, ");
    }
    print("}}, ");
    describe_stage(add.output, print);
    print("}");
}
template <class Print>
constexpr void describe_add(const kernels::Int16Add& add, Print print) {
    print("{{{");
    for (const auto& summand : add.summands) print("{", summand.multiplier, ", ", summand.shift, "}, ");
    const auto& out = add.output;
    print("}}, {", out.multiplier, ", ", out.shift, ", ", out.lowest, ", ", out.highest, "}}");
}

template <ActivationInteger T, class Print>
constexpr void describe_add(const QuantizedProduct<T>& product, Print print) {
    print("{{", product.factor.multiplier, ", ", product.factor.shift, "}, ", product.first_zero, ", ",
          product.second_zero, ", ", product.zero, ", ", product.lowest, ", ", product.highest, "}");
}

}  // namespace mote::nn
