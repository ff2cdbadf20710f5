// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/kernels/sets.hpp"

/// The layers of integer networks. Each call takes the reference in constant expressions and otherwise the
/// best overload for Isa.
namespace mote::kernels {

/// One output byte for each accumulator, accumulator i by filter i of the stage.
template <class Isa = isa::Native, std::size_t N>
constexpr void requantize(std::span<const std::int32_t, N> accumulators, const OutputStage<N>& stage,
                          std::span<std::int8_t, N> y) {
    if (std::is_constant_evaluated()) {
        reference::requantize(accumulators.data(), view(stage), y.data(), N);
    } else {
        impl::requantize(Isa{}, accumulators.data(), view(stage), y.data(), N);
    }
}

/// y[i] = a[i] + b[i] for n integers on scales of their own, bytes of a QuantizedAdd or 16 bits of an
/// Int16Add; y may be a or b.
template <class Isa = isa::Native, class Sum, class T>
constexpr void add(const Sum& layer, const T* a, const T* b, T* y, std::size_t n) {
    if (std::is_constant_evaluated()) {
        reference::add(layer, a, b, y, n);
    } else {
        impl::add(Isa{}, layer, a, b, y, n);
    }
}

/// The same of a[i] - b[i].
template <class Isa = isa::Native, class Sum, class T>
constexpr void subtract(const Sum& layer, const T* a, const T* b, T* y, std::size_t n) {
    if (std::is_constant_evaluated()) {
        reference::add<-1>(layer, a, b, y, n);
    } else {
        impl::subtract(Isa{}, layer, a, b, y, n);
    }
}

/// x[i] = 1 / (1 + e^-x[i]) as Q0.15: int16_curves.hpp.
template <class Isa = isa::Native>
constexpr void integer_sigmoids(std::int16_t* x, std::size_t n, CurveScale scale = {}) {
    if (std::is_constant_evaluated()) return reference::integer_sigmoids(x, n, scale);
    impl::integer_sigmoids(Isa{}, x, n, scale);
}

/// x[i] = tanh(x[i]) as Q0.15: int16_curves.hpp.
template <class Isa = isa::Native>
constexpr void integer_tanhs(std::int16_t* x, std::size_t n, CurveScale scale = {}) {
    if (std::is_constant_evaluated()) return reference::integer_tanhs(x, n, scale);
    impl::integer_tanhs(Isa{}, x, n, scale);
}

/// The layer laid out for Isa: a trivially copyable value that goes into flash.
template <class Isa = isa::Native, class Layer>
constexpr auto pack(const Layer& layer) {
    return impl::pack(Isa{}, layer);
}

template <class Layer, class Isa = isa::Native>
using Packed = decltype(impl::pack(Isa{}, std::declval<const Layer&>()));

/// The canonical layer again, to the bit.
template <class PackedLayer>
constexpr typename PackedLayer::Layer unpack(const PackedLayer& packed) {
    return packed.unpack();
}

/// Scratch that run() needs, aligned to 16.
template <class Layer, class Isa = isa::Native>
inline constexpr std::size_t scratch_bytes = Packed<Layer, Isa>::scratch_bytes;

/// Whether run() may write over its own input, for layers whose output is as large.
template <class Layer, class Isa = isa::Native>
inline constexpr bool in_place = Packed<Layer, Isa>::in_place;

/// Whether run() takes pixel after pixel, and has read all that a pixel needs before it writes the pixel.
template <class Layer, class Isa = isa::Native>
inline constexpr bool in_order = requires {
    requires Packed<Layer, Isa>::in_order;
};

/// The output may begin this many elements before the input and overwrite it; no_lead where it may not. A
/// window reaches this far back from its pixel.
inline constexpr std::size_t no_lead = static_cast<std::size_t>(-1);
template <class Layer, class Isa = isa::Native>
inline constexpr std::size_t lead = [] {
    constexpr ConvGeometry g = Layer::geometry;
    const bool smaller = g.filters <= g.channels && g.output_width <= g.width && g.output_height <= g.height;
    return in_order<Layer, Isa> && smaller ? (g.padding_top * g.width + g.padding_left) * g.channels
                                           : no_lead;
}();

/// x: [height][width][channels], y: [output_height][output_width][filters].
/// All three are aligned: x and y to 4 bytes, scratch to 16.
template <class Isa = isa::Native, class PackedLayer, class T>
constexpr void run(const PackedLayer& packed, const T* x, T* y, std::byte* scratch) {
    if (std::is_constant_evaluated()) {
        std::array<T, PackedLayer::Layer::geometry.inputs()> input{};  // y may begin in x or before
        std::copy_n(x, input.size(), input.begin());
        reference::run(packed.unpack(), input.data(), y);
    } else {
        impl::run(Isa{}, packed, x, y, scratch);
    }
}

/// y += what gates are given, saturated; from packed QuantizedGates: int8_gates.hpp. x and y are aligned to 4
/// bytes.
template <class Isa, class PackedGates>
constexpr void add_gates(const PackedGates& packed, const std::int8_t* x, std::int16_t* y) {
    if (std::is_constant_evaluated()) {
        const auto layer = packed.unpack();
        reference::add_gates(layer, layer.zero_point, x, y);
    } else {
        impl::add_gates(Isa{}, packed, x, y);
    }
}

/// The same of x of 16 bits, from a packed dense layer of theirs.
template <class Isa, class PackedLayer>
constexpr void add_gates(const PackedLayer& packed, const std::int16_t* x, std::int16_t* y) {
    alignas(4) std::array<std::int16_t, PackedLayer::geometry.filters> sums{};
    kernels::run<Isa>(packed, x, sums.data(), nullptr);  // it sees all inputs at once: no scratch
    for (std::size_t row = 0; row < sums.size(); ++row) y[row] = saturate16(y[row] + sums[row]);
}

}  // namespace mote::kernels
