// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// The int8 layers for any processor and any geometry: what a set's own packing does not take lands here.
///
/// A packed layer is a trivially copyable struct with `Layer`, `scratch_bytes`, `in_place` and unpack();
/// a set adds one by overloading pack(tag, layer), constrained on the geometry where it must be, and
/// run(tag, packed, x, y, scratch).
namespace mote::kernels::impl {

inline void requantize(isa::Portable, const std::int32_t* accumulators, const StageView& stage,
                       std::int8_t* y, std::size_t n) {
    reference::requantize(accumulators, stage, y, n);
}

/// a - b * c modulo 2^32: folding and unfolding undo each other even where a bias would overflow.
constexpr std::int32_t subtract_product(std::int32_t a, std::int32_t b, std::int32_t c) {
    const auto product = static_cast<std::uint32_t>(b) * static_cast<std::uint32_t>(c);
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - product);
}

namespace portable {

/// Sums of each filter's weights, the coefficients of the input zero point.
template <ConvGeometry G>
constexpr std::array<std::int32_t, G.filters> weight_sums(const QuantizedConv<G>& layer) {
    std::array<std::int32_t, G.filters> sums{};
    for (std::size_t i = 0; i < layer.weights.size(); ++i) sums[i / G.taps()] += layer.weights[i];
    return sums;
}

template <ConvGeometry G>
constexpr std::array<std::int32_t, G.filters> weight_sums(const QuantizedDepthwise<G>& layer) {
    std::array<std::int32_t, G.filters> sums{};
    for (std::size_t i = 0; i < layer.weights.size(); ++i) sums[i % G.filters] += layer.weights[i];
    return sums;
}

/// The canonical layer; its zero point is folded into the bias unless windows hang over the edge, where
/// the taps that fall away differ from pixel to pixel.
template <class LayerType>
struct Packed {
    using Layer = LayerType;
    static constexpr std::size_t scratch_bytes = 0;
    static constexpr bool in_place = false;
    static constexpr bool folded = !Layer::geometry.padded();

    Layer layer;

    constexpr Layer unpack() const {
        Layer canonical = layer;
        if (folded) add_zero_points(canonical, -layer.input_zero_point);
        return canonical;
    }

    static constexpr void add_zero_points(Layer& target, std::int32_t zero_point) {
        const auto sums = weight_sums(target);
        for (std::size_t i = 0; i < sums.size(); ++i) {
            target.bias[i] = subtract_product(target.bias[i], zero_point, sums[i]);
        }
    }
};

/// What each input still has to lose before it is multiplied.
template <class Layer>
constexpr std::int32_t remaining_zero_point(const Packed<Layer>& packed) {
    return Packed<Layer>::folded ? 0 : packed.layer.input_zero_point;
}

}  // namespace portable

template <ConvGeometry G>
constexpr auto pack(isa::Portable, const QuantizedConv<G>& layer) {
    portable::Packed<QuantizedConv<G>> packed{layer};
    if (packed.folded) packed.add_zero_points(packed.layer, layer.input_zero_point);
    return packed;
}

template <ConvGeometry G>
constexpr auto pack(isa::Portable, const QuantizedDepthwise<G>& layer) {
    portable::Packed<QuantizedDepthwise<G>> packed{layer};
    if (packed.folded) packed.add_zero_points(packed.layer, layer.input_zero_point);
    return packed;
}

template <ConvGeometry G>
void run(isa::Portable, const portable::Packed<QuantizedConv<G>>& packed, const std::int8_t* x,
         std::int8_t* y, std::byte*) {
    const auto& layer = packed.layer;
    const std::int32_t zero_point = remaining_zero_point(packed);
    for (std::size_t pixel = 0; pixel < G.output_height * G.output_width; ++pixel) {
        const std::int8_t* weights = layer.weights.data();
        for (std::size_t filter = 0; filter < G.filters; ++filter, weights += G.taps()) {
            std::int32_t total = layer.bias[filter];
            reference::for_each_tap<G>(
                pixel / G.output_width, pixel % G.output_width, [&](std::size_t from, std::size_t tap) {
                    for (std::size_t c = 0; c < G.channels; ++c) {
                        total += weights[tap * G.channels + c] * (x[from + c] - zero_point);
                    }
                });
            *y++ = reference::requantize(total, view(layer.output), filter);
        }
    }
}

template <ConvGeometry G>
void run(isa::Portable, const portable::Packed<QuantizedDepthwise<G>>& packed, const std::int8_t* x,
         std::int8_t* y, std::byte*) {
    constexpr std::size_t filters_per_channel = G.filters / G.channels;
    const auto& layer = packed.layer;
    const std::int32_t zero_point = remaining_zero_point(packed);
    for (std::size_t pixel = 0; pixel < G.output_height * G.output_width; ++pixel, y += G.filters) {
        std::array<std::int32_t, G.filters> totals = layer.bias;
        reference::for_each_tap<G>(
            pixel / G.output_width, pixel % G.output_width, [&](std::size_t from, std::size_t tap) {
                const std::int8_t* weights = layer.weights.data() + tap * G.filters;
                for (std::size_t f = 0; f < G.filters; ++f) {
                    totals[f] += weights[f] * (x[from + f / filters_per_channel] - zero_point);
                }
            });
        reference::requantize(totals.data(), view(layer.output), y, G.filters);
    }
}

}  // namespace mote::kernels::impl
