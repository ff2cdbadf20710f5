// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/kernels/arm_dsp_vectors.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/reference_conv.hpp"

/// int8 depthwise convolution of any geometry, for what arm_dsp_depthwise.hpp does not take: four
/// neighbouring filters at a time, tap after tap. A word of inputs and a word of weights are widened to
/// halves, even bytes and odd ones (SXTAB16, which takes the zero point off as well), and multiplied by
/// SMLABB and SMLATT. Layers of fewer than four filters stay with the portable loops.
namespace mote::kernels::impl::arm_dsp {

inline constexpr std::size_t quad = 4;

/// The halves of x plus bytes 0 and 2 of y; odd: plus bytes 1 and 3.
[[gnu::always_inline]] inline std::uint32_t sxtab16(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("sxtab16 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}
[[gnu::always_inline]] inline std::uint32_t sxtab16_odd(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(x), "r"(y));
    return result;
}
/// sum + the product of the lower halves; smlatt: of the upper.
[[gnu::always_inline]] inline std::int32_t smlabb(std::uint32_t x, std::uint32_t y, std::int32_t sum) {
    asm("smlabb %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}
[[gnu::always_inline]] inline std::int32_t smlatt(std::uint32_t x, std::uint32_t y, std::int32_t sum) {
    asm("smlatt %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}

/// A tap of a window that lies in the image: elements from its start, and from the start of the weights.
struct Tap {
    std::size_t input;
    std::size_t weight;
};

/// What all pixels of a layer share.
struct QuadLayer {
    const std::int8_t* weights;
    const std::int32_t* bias;
    StageView stage;
    std::int32_t zero_point;  // what is left to take off the inputs
    std::size_t filters;
    std::size_t filters_per_channel;
};

/// The inputs of four filters: those of four channels, of one channel, or of some.
struct OfFourChannels {
    constexpr OfFourChannels(std::size_t, std::size_t) {}
    std::uint32_t operator()(const std::int8_t* x) const { return load(x); }
};

struct OfOneChannel {
    constexpr OfOneChannel(std::size_t, std::size_t) {}
    std::uint32_t operator()(const std::int8_t* x) const {
        return static_cast<std::uint8_t>(*x) * 0x01010101u;
    }
};

struct OfSomeChannels {
    std::array<std::size_t, quad> offset{};
    constexpr OfSomeChannels(std::size_t filter, std::size_t filters_per_channel) {
        for (std::size_t i = 0; i < quad; ++i) {
            offset[i] = (filter + i) / filters_per_channel - filter / filters_per_channel;
        }
    }
    std::uint32_t operator()(const std::int8_t* x) const {
        const auto byte = [&](std::size_t i) {
            return std::uint32_t{static_cast<std::uint8_t>(x[offset[i]])};
        };
        return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
    }
};

template <std::size_t FiltersPerChannel>
using Inputs =
    std::conditional_t<FiltersPerChannel == 1, OfFourChannels,
                       std::conditional_t<FiltersPerChannel % quad == 0, OfOneChannel, OfSomeChannels>>;

/// reference::requantize, shorter where the shift is to the right: negative values less one have their ties
/// rounded like positive ones.
[[gnu::always_inline]] inline std::int8_t requantize_quickly(std::int32_t sum, const StageView& stage,
                                                             std::size_t filter) {
    const int shift = stage.shift[filter];
    if (shift >= 0) return reference::requantize(sum, stage, filter);
    const std::int64_t product = std::int64_t{sum} * stage.multiplier[filter];
    const auto high = static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
    const std::int32_t scaled = (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1;
    return static_cast<std::int8_t>(std::clamp(scaled + stage.zero_point, stage.lowest, stage.highest));
}

/// All filters of the output pixel at y; the last four may overlap the four before.
template <class QuadInputs>
[[gnu::noinline]] void run_quads(const QuadLayer& layer, std::span<const Tap> taps, const std::int8_t* x,
                                 std::int8_t* y) {
    const StageView stage = layer.stage;
    const auto minus = static_cast<std::uint32_t>(-layer.zero_point);
    const std::uint32_t minus_zero_point = (minus & 0xFFFF) | minus << 16;
    for (std::size_t f = 0;; f = std::min(f + quad, layer.filters - quad)) {
        const QuadInputs inputs(f, layer.filters_per_channel);
        const std::int8_t* from = x + f / layer.filters_per_channel;
        const std::int8_t* weights = layer.weights + f;
        std::array<std::int32_t, quad> sums;
        std::copy_n(layer.bias + f, quad, sums.begin());
        for (const Tap& tap : taps) {
            const std::uint32_t values = inputs(from + tap.input), factors = load(weights + tap.weight);
            const std::uint32_t even = sxtab16(minus_zero_point, values), even_factors = sxtb16(factors);
            sums[0] = smlabb(even, even_factors, sums[0]);
            sums[2] = smlatt(even, even_factors, sums[2]);
            const std::uint32_t odd = sxtab16_odd(minus_zero_point, values),
                                odd_factors = sxtb16_odd(factors);
            sums[1] = smlabb(odd, odd_factors, sums[1]);
            sums[3] = smlatt(odd, odd_factors, sums[3]);
        }
        for (std::size_t i = 0; i < quad; ++i) y[f + i] = requantize_quickly(sums[i], stage, f + i);
        if (f == layer.filters - quad) return;
    }
}

}  // namespace mote::kernels::impl::arm_dsp

namespace mote::kernels::impl {

template <ConvGeometry G>
requires(G.filters >= arm_dsp::quad) void run(isa::ArmDsp,
                                              const portable::Packed<QuantizedDepthwise<G>>& packed,
                                              const std::int8_t* x, std::int8_t* y, std::byte*) {
    constexpr std::size_t filters_per_channel = G.filters / G.channels;
    const auto& layer = packed.layer;
    const arm_dsp::QuadLayer view{layer.weights.data(),
                                  layer.bias.data(),
                                  kernels::view(layer.output),
                                  portable::remaining_zero_point(packed),
                                  G.filters,
                                  filters_per_channel};
    std::array<arm_dsp::Tap, G.kernel_height * G.kernel_width> taps;
    for (std::size_t pixel = 0; pixel < G.output_height * G.output_width; ++pixel, y += G.filters) {
        std::size_t count = 0;
        reference::for_each_tap<G>(pixel / G.output_width, pixel % G.output_width,
                                   [&](std::size_t from, std::size_t tap) {
                                       taps[count++] = {from, tap * G.filters};
                                   });
        arm_dsp::run_quads<arm_dsp::Inputs<filters_per_channel>>(view, {taps.data(), count}, x, y);
    }
}

}  // namespace mote::kernels::impl
