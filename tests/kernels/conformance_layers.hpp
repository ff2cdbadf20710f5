// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "tests/kernels/conformance.hpp"

/// The integer layers of an instruction set against their specification, to the bit.
namespace mote::testing {

namespace conformance {

/// What a layer is filled with; each aims at another way to be wrong.
enum class Fill : std::size_t {
    random,        // everything drawn
    largest_sums,  // weights +-127 and inputs at their ends, zero point -128
    one_sided,     // every product has one sign, zero point 127
    narrow_clamp,  // a fused ReLU6-like range above the output zero point, some factors just below a half
    odd_rescale,   // multipliers and shifts at the ends of their ranges
    left_shift,    // accumulators in -1 .. 1 and shifts up to 30
    count,
};

inline std::int8_t draw_byte(Random& random, int lowest = -128) {
    return static_cast<std::int8_t>(lowest +
                                    static_cast<int>(random.below(static_cast<std::uint32_t>(128 - lowest))));
}

/// A shift that brings sums of `taps` products into the range of a byte, or a little beyond it.
inline std::int8_t usual_shift(Random& random, std::size_t taps) {
    const int sum_bits = 12 + static_cast<int>(std::bit_width(taps)) / 2;
    return static_cast<std::int8_t>(8 - sum_bits - static_cast<int>(random.below(3)));
}

template <std::size_t Filters>
void draw_output(Random& random, kernels::OutputStage<Filters>& output, std::size_t taps, Fill fill) {
    constexpr std::int32_t half = std::int32_t{1} << 30;
    constexpr std::array<std::int32_t, 4> odd_multipliers = {0, half, half + 1, 0x7fffffff};
    constexpr std::array<std::int8_t, 6> odd_shifts = {-31, -30, -1, 0, 1, 3};
    for (std::size_t f = 0; f < Filters; ++f) {
        output.multiplier[f] = half + static_cast<std::int32_t>(random.next() >> 2);
        output.shift[f] = usual_shift(random, taps);
        if (fill == Fill::odd_rescale) {
            output.multiplier[f] = odd_multipliers[random.below(4)];
            output.shift[f] = odd_shifts[random.below(6)];
        }
        if (fill == Fill::narrow_clamp && random.below(2) == 0) {
            output.multiplier[f] = odd_multipliers[random.below(4)];
            output.shift[f] = static_cast<std::int8_t>(-1 - static_cast<int>(random.below(31)));
        }
        if (fill == Fill::left_shift) output.shift[f] = static_cast<std::int8_t>(random.below(31));
    }
    output.zero_point = draw_byte(random);
    if (fill == Fill::narrow_clamp) {
        output.lowest = output.zero_point;
        output.highest = static_cast<std::int8_t>(std::min(127, output.zero_point + 40));
    }
}

inline void draw_weights(Random& random, std::span<std::int8_t> weights, Fill fill) {
    for (auto& weight : weights) {
        weight = draw_byte(random, -127);
        if (fill == Fill::largest_sums) weight = weight < 0 ? -127 : 127;
        if (fill == Fill::one_sided) weight = -127;
        if (fill == Fill::left_shift) weight = 0;
    }
}

/// Sums stay below 2^27, so that a left shift of 3 cannot overflow.
template <class Layer>
void draw_layer(Random& random, Layer& layer, std::span<std::int8_t> x, std::size_t taps, Fill fill) {
    draw_weights(random, layer.weights, fill);
    for (auto& value : x) {
        value = draw_byte(random);
        if (fill == Fill::largest_sums) value = value < 0 ? -128 : 127;
        if (fill == Fill::one_sided) value = -128;
    }
    for (auto& bias : layer.bias) {
        bias = static_cast<std::int32_t>(random.below(1u << 15)) - (1 << 14);
        if (fill == Fill::left_shift) bias = static_cast<std::int32_t>(random.below(3)) - 1;
    }
    layer.input_zero_point = draw_byte(random);
    if (fill == Fill::largest_sums) layer.input_zero_point = -128;
    if (fill == Fill::one_sided) layer.input_zero_point = 127;
    if (fill == Fill::narrow_clamp) layer.input_zero_point = 0;
    draw_output(random, layer.output, taps, fill);
}

/// What a 16x8 layer is filled with in the same cases; sums stay below 2^47, and 2^27 where they have 32
/// bits.
template <std::size_t Filters>
void draw_output(Random& random, kernels::Int16Stage<Filters>& output, std::size_t taps, Fill fill) {
    constexpr std::int32_t half = std::int32_t{1} << 30;
    constexpr std::array<std::int32_t, 6> odd_multipliers = {0,          half,       half + 1,
                                                             0x7ffeffff, 0x7fff0000, 0x7fffffff};
    constexpr std::array<std::int8_t, 6> odd_shifts = {-31, -30, -1, 0, 1, 3};
    for (std::size_t f = 0; f < Filters; ++f) {
        output.multiplier[f] = half + static_cast<std::int32_t>(random.next() >> 2);
        output.shift[f] = usual_shift(random, taps);
        if (fill == Fill::odd_rescale) {
            output.multiplier[f] = odd_multipliers[random.below(6)];
            output.shift[f] = odd_shifts[random.below(6)];
        }
        if (fill == Fill::left_shift) output.shift[f] = static_cast<std::int8_t>(random.below(8));
    }
    output.bias32 = fill == Fill::narrow_clamp && taps <= 32;
    output.lowest = fill == Fill::narrow_clamp ? std::int16_t{0} : std::int16_t{-32768};
    output.highest = fill == Fill::narrow_clamp ? std::int16_t{9000} : std::int16_t{32767};
}

template <class Layer>
void draw_layer(Random& random, Layer& layer, std::span<std::int16_t> x, std::size_t taps, Fill fill) {
    draw_weights(random, layer.weights, fill);
    for (auto& value : x) {
        value = static_cast<std::int16_t>(random.next() >> 16);
        if (fill == Fill::largest_sums) value = value < 0 ? -32768 : 32767;
        if (fill == Fill::one_sided) value = -32768;
    }
    for (auto& bias : layer.bias) {
        bias = static_cast<std::int64_t>(random.next() >> 9) - (1 << 22);
        if (fill == Fill::one_sided) bias = std::int64_t{1} << 46;
        if (fill == Fill::left_shift) bias = static_cast<std::int64_t>(random.below(3)) - 1;
    }
    draw_output(random, layer.output, taps, fill);
}

template <class Layer>
requires requires(Layer layer) {
    layer.output.bias32;
}
bool same(const Layer& a, const Layer& b) {
    return a.weights == b.weights && a.bias == b.bias && a.output.multiplier == b.output.multiplier &&
           a.output.shift == b.output.shift && a.output.lowest == b.output.lowest &&
           a.output.highest == b.output.highest && a.output.bias32 == b.output.bias32;
}

/// What a layer reads and writes.
template <class Layer>
struct ElementOf {
    using Type = std::int8_t;
};
template <class Layer>
requires requires(Layer layer) {
    layer.output.bias32;
}
struct ElementOf<Layer> {
    using Type = std::int16_t;
};

template <class Layer>
bool same(const Layer& a, const Layer& b) {
    return a.weights == b.weights && a.bias == b.bias && a.input_zero_point == b.input_zero_point &&
           a.output.multiplier == b.output.multiplier && a.output.shift == b.output.shift &&
           a.output.zero_point == b.output.zero_point && a.output.lowest == b.output.lowest &&
           a.output.highest == b.output.highest;
}

/// The upper half of each weight, in -7 .. 7.
template <class Layer>
void narrow(Layer& layer) {
    for (auto& weight : layer.weights) weight = static_cast<std::int8_t>(std::max(weight >> 4, -7));
}

/// Integers with a guard on both sides that shows whether something wrote beyond them. The payload is
/// aligned to Alignment bytes and to no more.
template <std::size_t Size, std::size_t Alignment, class T = std::int8_t>
struct Guarded {
    static constexpr T canary = 0x5a;
    static constexpr std::size_t before = Alignment / sizeof(T);
    alignas(2 * Alignment) std::array<T, 2 * before + Size + 16> bytes;

    Guarded() { bytes.fill(canary); }
    T* data() { return bytes.data() + before; }
    std::span<T> payload() { return {data(), Size}; }
    bool intact() const {
        const auto is_canary = [](T element) { return element == canary; };
        return std::all_of(bytes.begin(), bytes.begin() + before, is_canary) &&
               std::all_of(bytes.begin() + before + Size, bytes.end(), is_canary);
    }
};

/// One layer filled in one way: packed as Form and back, run beside the specification, and over its own input
/// where the set allows it.
template <class Isa, class Form, class Layer>
void check_filled(Conformance& report, Random& random, Layer& layer, std::size_t taps, Fill fill) {
    constexpr kernels::ConvGeometry geometry = Layer::geometry;
    using T = typename ElementOf<Layer>::Type;
    const auto which = static_cast<std::size_t>(fill);
    Guarded<geometry.inputs(), 4, T> x;
    Guarded<geometry.outputs(), 4, T> y;
    Guarded<kernels::scratch_bytes<Form, Isa>, 16> scratch;
    std::array<T, geometry.outputs()> expected;

    draw_layer(random, layer, x.payload(), taps, fill);
    if constexpr (!std::is_same_v<Form, Layer>) narrow(layer);
    kernels::reference::run(layer, x.data(), expected.data());
    const auto packed = kernels::pack<Isa>(Form{layer});
    report.expect(same(kernels::unpack(packed), layer), "unpack", which);

    auto* workspace = reinterpret_cast<std::byte*>(scratch.data());
    const auto input = x.bytes;
    kernels::run<Isa>(packed, x.data(), y.data(), workspace);
    report.expect(std::equal(expected.begin(), expected.end(), y.data()), "run", which);
    report.expect(x.bytes == input, "run keeps its input", which);
    report.expect(y.intact() && scratch.intact(), "run stays in its buffers", which);
    if constexpr (kernels::in_place<Form, Isa> && geometry.inputs() == geometry.outputs()) {
        kernels::run<Isa>(packed, x.data(), x.data(), workspace);
        report.expect(std::equal(expected.begin(), expected.end(), x.data()), "run in place", which);
        report.expect(x.intact() && scratch.intact(), "run in place stays in its buffers", which);
    }
    if constexpr (kernels::lead<Form, Isa> != kernels::no_lead) {
        constexpr std::size_t lead = (kernels::lead<Form, Isa> + 15) / 16 * 16;
        Guarded<lead + geometry.inputs(), 16, T> both;
        std::copy_n(input.begin() + (x.data() - x.bytes.data()), geometry.inputs(), both.data() + lead);
        kernels::run<Isa>(packed, both.data() + lead, both.data(), workspace);
        report.expect(std::equal(expected.begin(), expected.end(), both.data()), "run over its input", which);
        report.expect(both.intact() && scratch.intact(), "run over its input stays in its buffers", which);
    }
}

template <class Isa, class Form, class Layer = Form>
void check_layer(Conformance& report, std::size_t taps, std::uint64_t seed) {
    Random random(seed);
    Layer layer;
    for (std::size_t fill = 0; fill < static_cast<std::size_t>(Fill::count); ++fill) {
        check_filled<Isa, Form>(report, random, layer, taps, static_cast<Fill>(fill));
    }
}

}  // namespace conformance

template <class Isa, kernels::ConvGeometry G>
void check_conv(Conformance& report, std::uint64_t seed = 1) {
    conformance::check_layer<Isa, kernels::QuantizedConv<G>>(report, G.taps(), seed);
}

template <class Isa, kernels::ConvGeometry G>
void check_depthwise(Conformance& report, std::uint64_t seed = 1) {
    conformance::check_layer<Isa, kernels::QuantizedDepthwise<G>>(report, G.kernel_height * G.kernel_width,
                                                                  seed);
}

template <class Isa, kernels::ConvGeometry G>
void check_four_bits(Conformance& report, std::uint64_t seed = 1) {
    using Conv = kernels::QuantizedConv<G>;
    conformance::check_layer<Isa, kernels::FourBits<Conv>, Conv>(report, G.taps(), seed);
}

template <class Isa, kernels::ConvGeometry G>
void check_four_bits_depthwise(Conformance& report, std::uint64_t seed = 1) {
    using Depthwise = kernels::QuantizedDepthwise<G>;
    conformance::check_layer<Isa, kernels::FourBits<Depthwise>, Depthwise>(
        report, G.kernel_height * G.kernel_width, seed);
}

template <class Isa, kernels::ConvGeometry G>
void check_int16_conv(Conformance& report, std::uint64_t seed = 1) {
    conformance::check_layer<Isa, kernels::Int16Conv<G>>(report, G.taps(), seed);
}

template <class Isa, kernels::ConvGeometry G>
void check_int16_depthwise(Conformance& report, std::uint64_t seed = 1) {
    conformance::check_layer<Isa, kernels::Int16Depthwise<G>>(report, G.kernel_height * G.kernel_width, seed);
}

/// The sum of two images, of lengths that leave every remainder.
template <class Isa>
void check_int16_add(Conformance& report, std::uint64_t seed = 1) {
    Random random(seed);
    conformance::Guarded<67, 4, std::int16_t> a, b, y;
    std::array<std::int16_t, 67> expected;
    for (const std::size_t n : {std::size_t{67}, std::size_t{8}, std::size_t{3}}) {
        kernels::Int16Add layer;
        layer.summands[random.below(2)] = {(1 << 30) + static_cast<std::int32_t>(random.next() >> 2),
                                           static_cast<std::int8_t>(-static_cast<int>(random.below(9)))};
        layer.output.multiplier[0] = (1 << 30) + static_cast<std::int32_t>(random.next() >> 2);
        layer.output.shift[0] = static_cast<std::int8_t>(-11 - static_cast<int>(random.below(5)));
        if (n == 8) layer.output.lowest = 0;
        for (auto& value : a.payload()) value = static_cast<std::int16_t>(random.next() >> 16);
        for (auto& value : b.payload()) value = random.below(4) > 0 ? a.data()[0] : std::int16_t{-32768};
        kernels::reference::add(layer, a.data(), b.data(), expected.data(), n);
        kernels::add<Isa>(layer, a.data(), b.data(), y.data(), n);
        report.expect(
            std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(n), y.data()),
            "add of 16 bits", n);
        report.expect(y.intact(), "add of 16 bits stays in its buffers", n);
        std::array<std::int16_t, 67> difference;
        kernels::reference::add<-1>(layer, a.data(), b.data(), difference.data(), n);
        kernels::subtract<Isa>(layer, a.data(), b.data(), y.data(), n);
        report.expect(
            std::equal(difference.begin(), difference.begin() + static_cast<std::ptrdiff_t>(n), y.data()),
            "subtract of 16 bits", n);
        kernels::add<Isa>(layer, a.data(), b.data(), a.data(), n);
        report.expect(
            std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(n), a.data()),
            "add of 16 bits in place", n);
    }
}

}  // namespace mote::testing
