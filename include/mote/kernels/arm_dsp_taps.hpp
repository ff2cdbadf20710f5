// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"
#include "mote/kernels/arm_dsp_depthwise_layout.hpp"
#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// int8 depthwise convolution of any window that stays within the image, with one filter per channel and
/// whole words of channels, such as those along time; arm_dsp_depthwise.hpp takes 3x3. Four channels at a
/// time, taps in pairs: two words of inputs become four of the same channel in two taps, which one SMLAD each
/// multiplies.
///
/// Rounding is that of arm_dsp_stage.hpp with t = 2^2 acc, k = n + 1 and so an offset of z 2^k + 2^(k-1) + 1,
/// less 2 where acc < 0; weights and biases are stored four times as large.
namespace mote::kernels::impl::arm_dsp {

constexpr bool has_pairs(const ConvGeometry& g) {
    return !has_strips(g) && !g.padded() && g.filters == g.channels && g.channels % 4 == 0;
}

/// The assembly loads the fields in this order.
struct PairsJob {
    const std::uint32_t* stream;
    const std::int8_t* x;
    std::int8_t* y;
    const std::int8_t* y_end;
    const std::uint32_t* offsets;  // of the taps from x, an even number
    const std::uint32_t* offsets_end;
};

// clang-format off
// r4 offset, r5 multiplier, r6 k
#define MOTE_TO_BYTE(sum)                \
    "ldm lr!, {r4-r6} \n"                \
    "asrs r7, " sum ", #31 \n"           \
    "add r7, r4, r7, lsl #1 \n"          \
    "smmla " sum ", " sum ", r5, r7 \n"  \
    "asrs " sum ", r6 \n"                \
    "ssat " sum ", #8, " sum " \n"       \
    "strb " sum ", [r8], #1 \n"

/// All channels of a pixel: 17 instructions for eight products.
/// r0-r3 sums, r4-r7 weights, r8, r9 and r12 inputs, r10 offsets, r11 x, lr stream.
/// Stack: 0 y, 4 y_end, 8 offsets, 12 offsets_end.
MOTE_ASSEMBLY inline void multiply_pairs(const PairsJob*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #20 \n"
        "ldm r0, {r1-r6} \n"
        "mov lr, r1 \n"
        "mov r11, r2 \n"
        "stm sp, {r3-r6} \n"

        "1: \n"  // next four channels
        "ldm lr!, {r0-r3} \n"
        "ldr r10, [sp, #8] \n"
        "2: \n"
        "ldm r10!, {r8, r9} \n"
        "ldr r8, [r11, r8] \n"
        "ldr r9, [r11, r9] \n"
        "ldm lr!, {r4-r7} \n"
        "pkhbt r12, r8, r9, lsl #16 \n"  // channels 0 and 1 of both taps
        "pkhtb r8, r9, r8, asr #16 \n"   // channels 2 and 3
        "sxtb16 r9, r12 \n"
        "smlad r0, r9, r4, r0 \n"
        "sxtb16 r12, r12, ror #8 \n"
        "smlad r1, r12, r5, r1 \n"
        "sxtb16 r9, r8 \n"
        "smlad r2, r9, r6, r2 \n"
        "sxtb16 r8, r8, ror #8 \n"
        "smlad r3, r8, r7, r3 \n"
        "ldr r12, [sp, #12] \n"
        "cmp r10, r12 \n"
        "bne 2b \n"
        "ldrd r8, r9, [sp] \n"
        MOTE_TO_BYTE("r0")
        MOTE_TO_BYTE("r1")
        MOTE_TO_BYTE("r2")
        MOTE_TO_BYTE("r3")
        "adds r11, #4 \n"
        "str r8, [sp] \n"
        "cmp r8, r9 \n"
        "bne 1b \n"
        "add sp, #20 \n"
        "pop {r4-r11, pc} \n");
}
// clang-format on

#undef MOTE_TO_BYTE

template <ConvGeometry G>
struct PackedPairs {
    using Layer = QuantizedDepthwise<G>;
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width, pairs = (taps + 1) / 2;
    /// Four biases, pairs of weights, and for each channel offset, multiplier and k; as arm_dsp_stage.hpp has
    /// them.
    static constexpr std::size_t words = 4 + 4 * pairs + 12;
    static constexpr std::size_t scratch_bytes = 0;
    static constexpr bool in_place = false;
    static constexpr bool in_order = true;  // channels do not look at each other

    std::array<std::uint32_t, G.channels / 4 * words> stream{};
    LayerStage stage{};

    /// What weights and biases are multiplied by, as a shift.
    [[nodiscard]] constexpr int scale() const { return stage.fast ? 2 : 0; }
    static constexpr std::size_t bias_place(std::size_t f) { return f / 4 * words + f % 4; }
    static constexpr std::size_t weight_place(std::size_t f, std::size_t tap) {
        return f / 4 * words + 4 + tap / 2 * 4 + f % 4;
    }
    static constexpr std::size_t stage_place(std::size_t f) {
        return f / 4 * words + 4 + 4 * pairs + f % 4 * 3;
    }
    [[nodiscard]] constexpr std::int32_t weight(std::size_t f, std::size_t tap) const {
        return static_cast<std::int16_t>(stream[weight_place(f, tap)] >> (tap % 2 * 16)) >> scale();
    }
    [[nodiscard]] constexpr FilterStage filter(std::size_t f) const {
        const std::uint32_t* const end = stream.data() + stage_place(f);
        const auto shift = stage.fast ? 1 - static_cast<int>(end[2]) : static_cast<int>(end[0]);
        return {static_cast<std::int32_t>(stream[bias_place(f)]) >> scale(),
                static_cast<std::int32_t>(end[1]), static_cast<std::int8_t>(shift), stage.fast};
    }
    constexpr Layer unpack() const;
};

/// Whether the short form is exact for a channel.
template <ConvGeometry G>
constexpr bool is_fast(const QuantizedDepthwise<G>& layer, std::size_t f) {
    std::int64_t magnitude = layer.bias[f] < 0 ? -std::int64_t{layer.bias[f]} : layer.bias[f];
    for (std::size_t tap = 0; tap < G.kernel_height * G.kernel_width; ++tap) {
        const std::int32_t weight = layer.weights[tap * G.filters + f];
        magnitude += 255 * (weight < 0 ? -weight : weight);
    }
    const int shift = layer.output.shift[f];
    return magnitude < (std::int64_t{1} << 29) && shift <= -2 && shift >= -21 &&
           layer.output.lowest == -128 && layer.output.highest == 127;
}

template <ConvGeometry G>
constexpr PackedPairs<G> pack_pairs(const QuantizedDepthwise<G>& layer) {
    PackedPairs<G> packed;
    const OutputStage<G.filters>& out = layer.output;
    packed.stage = {layer.input_zero_point, out.zero_point, out.lowest, out.highest, true};
    for (std::size_t f = 0; f < G.filters; ++f) packed.stage.fast = packed.stage.fast && is_fast(layer, f);
    const std::int32_t scale = 1 << packed.scale();
    for (std::size_t f = 0; f < G.filters; ++f) {
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < packed.taps; ++tap) {
            const std::int32_t weight = layer.weights[tap * G.filters + f];
            packed.stream[packed.weight_place(f, tap)] |=
                (static_cast<std::uint32_t>(weight * scale) & 0xFFFF) << (tap % 2 * 16);
            sum += weight;
        }
        const std::int32_t bias = subtract_product(layer.bias[f], layer.input_zero_point, sum);
        packed.stream[packed.bias_place(f)] = static_cast<std::uint32_t>(bias) << packed.scale();
        std::uint32_t* const end = packed.stream.data() + packed.stage_place(f);
        const int k = packed.stage.fast ? 1 - out.shift[f] : 0;
        end[0] = packed.stage.fast ? (static_cast<std::uint32_t>(out.zero_point) << k) + (1u << (k - 1)) + 1
                                   : static_cast<std::uint32_t>(std::int32_t{out.shift[f]});
        end[1] = static_cast<std::uint32_t>(out.multiplier[f]);
        end[2] = static_cast<std::uint32_t>(k);
    }
    return packed;
}

template <ConvGeometry G>
constexpr QuantizedDepthwise<G> PackedPairs<G>::unpack() const {
    Layer layer;
    layer.input_zero_point = stage.input_zero_point;
    layer.output.zero_point = stage.zero_point;
    layer.output.lowest = stage.lowest;
    layer.output.highest = stage.highest;
    for (std::size_t f = 0; f < G.filters; ++f) {
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < taps; ++tap) {
            layer.weights[tap * G.filters + f] = static_cast<std::int8_t>(weight(f, tap));
            sum += weight(f, tap);
        }
        const FilterStage end = filter(f);
        // 30 bits of a fast channel's folded bias are kept, all that the bias itself has.
        const auto bias =
            static_cast<std::uint32_t>(subtract_product(end.bias, -stage.input_zero_point, sum));
        layer.bias[f] = static_cast<std::int32_t>(bias << scale()) >> scale();
        layer.output.multiplier[f] = end.multiplier;
        layer.output.shift[f] = end.shift;
    }
    return layer;
}

/// Where the taps of a window lie, the last of an odd number twice: its weight is 0.
template <ConvGeometry G>
constexpr auto tap_offsets() {
    constexpr std::size_t count = G.kernel_height * G.kernel_width;
    std::array<std::uint32_t, (count + 1) / 2 * 2> offsets{};
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        const std::size_t tap = i < count ? i : count - 1, row = tap / G.kernel_width * G.dilation_height;
        const std::size_t pixel = row * G.width + tap % G.kernel_width * G.dilation_width;
        offsets[i] = static_cast<std::uint32_t>(pixel * G.channels);
    }
    return offsets;
}

/// A pixel with every rounding in full.
template <ConvGeometry G>
[[gnu::noinline]] void pairs_in_full(const PackedPairs<G>& packed, const std::uint32_t* offsets,
                                     const std::int8_t* x, std::int8_t* y) {
    for (std::size_t f = 0; f < G.filters; ++f) {
        const FilterStage end = packed.filter(f);
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < packed.taps; ++tap)
            sum += packed.weight(f, tap) * x[offsets[tap] + f];
        y[f] = requantize(subtract_product(end.bias, -1, sum), end, packed.stage);
    }
}

}  // namespace mote::kernels::impl::arm_dsp

namespace mote::kernels::impl {

template <ConvGeometry G>
requires(arm_dsp::has_pairs(G)) constexpr auto pack(isa::ArmDsp, const QuantizedDepthwise<G>& layer) {
    return arm_dsp::pack_pairs(layer);
}

template <ConvGeometry G>
void run(isa::ArmDsp, const arm_dsp::PackedPairs<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte*) {
    static constexpr auto offsets = arm_dsp::tap_offsets<G>();
    for (std::size_t row = 0; row < G.output_height; ++row) {
        const std::int8_t* window = x + row * G.stride_height * G.width * G.channels;
        for (std::size_t column = 0; column < G.output_width; ++column) {
            if (packed.stage.fast) {
                const arm_dsp::PairsJob job{
                    packed.stream.data(), window,         y,
                    y + G.filters,        offsets.data(), offsets.data() + offsets.size()};
                arm_dsp::multiply_pairs(&job);
            } else {
                arm_dsp::pairs_in_full(packed, offsets.data(), window, y);
            }
            window += G.stride_width * G.channels;
            y += G.filters;
        }
    }
}

}  // namespace mote::kernels::impl
