// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/arm_mve_patches.hpp"
#include "mote/kernels/arm_mve_planes.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Depthwise convolution with Helium where squares and planes do not pay: windows one column wide, large
/// strides, small images. Sixteen channels at a time stay where they are. Products of bytes have 16 bits, as
/// have the sums of two, 2 * 128 * 127; taps are therefore taken in pairs, whose sums are widened to 32 bits.
namespace mote::kernels::impl {

namespace arm_mve {

/// The last sixteen channels overlap those before where they are no multiple.
constexpr bool has_channels(const ConvGeometry& g) {
    const bool wide = has_squares(g) || (Cut(g).square && g.output_width >= 5);
    return g.filters == g.channels && g.channels >= lanes && !wide;
}

/// Sixteen channels as the code below reads them. Sums, multipliers and shifts are in the order in which
/// products are widened: even channels of the first eight, odd ones, and the same of the second eight.
template <std::size_t Pairs>
struct ChannelBlock {
    std::array<std::int32_t, lanes> bias{};  // the zero point folded in
    std::array<std::int8_t, 2 * Pairs * lanes> weights{};
    std::array<std::int32_t, 2 * lanes> stage{};  // by fours: multipliers, then shifts

    static constexpr std::size_t place(std::size_t lane) {
        return lane / 8 * 8 + lane % 2 * 4 + lane % 8 / 2;
    }
    /// First eight channels of two taps, then their second eight.
    static constexpr std::size_t place(std::size_t tap, std::size_t lane) {
        return tap / 2 * 2 * lanes + lane / 8 * lanes + tap % 2 * 8 + lane % 8;
    }
    static constexpr std::size_t stage_place(std::size_t lane) {
        return place(lane) / 4 * 8 + place(lane) % 4;
    }
};

template <ConvGeometry G>
struct PackedChannels {
    using Layer = QuantizedDepthwise<G>;
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width, pairs = (taps + 1) / 2;
    static constexpr std::size_t blocks = (G.channels + lanes - 1) / lanes;
    static constexpr std::size_t taps_bytes = 2 * pairs * sizeof(std::uintptr_t);
    static constexpr std::size_t scratch_bytes = G.padded() ? taps_bytes + G.channels : 0;
    static constexpr bool in_place = false;
    static constexpr bool in_order = G.channels % lanes == 0;  // blocks do not look at each other's channels

    std::array<ChannelBlock<pairs>, blocks> channels{};
    Limits limits{};
    std::int8_t input_zero_point = 0;

    /// Where a block begins.
    static constexpr std::size_t first(std::size_t i) {
        return i + 1 < blocks ? i * lanes : G.channels - lanes;
    }

    constexpr PackedChannels() = default;

    constexpr explicit PackedChannels(const Layer& layer)
        : limits{layer.output.zero_point, layer.output.lowest, layer.output.highest},
          input_zero_point(layer.input_zero_point) {
        const auto sums = portable::weight_sums(layer);
        limits.unusual = limits.lowest != -128 || limits.highest != 127;
        for (std::size_t i = 0; i < blocks; ++i) {
            auto& to = channels[i];
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const std::size_t f = first(i) + lane, at = to.stage_place(lane);
                for (std::size_t tap = 0; tap < taps; ++tap) {
                    to.weights[to.place(tap, lane)] = layer.weights[tap * G.filters + f];
                }
                to.bias[to.place(lane)] = subtract_product(layer.bias[f], input_zero_point, sums[f]);
                to.stage[at] = layer.output.multiplier[f];
                to.stage[at + 4] = layer.output.shift[f];
                limits.unusual |= layer.output.shift[f] >= 0;
            }
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{
            .output = {.zero_point = limits.zero_point, .lowest = limits.lowest, .highest = limits.highest},
            .input_zero_point = input_zero_point};
        for (std::size_t i = 0; i < blocks; ++i) {
            const auto& from = channels[i];
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const std::size_t f = first(i) + lane, at = from.stage_place(lane);
                std::int32_t sum = 0;
                for (std::size_t tap = 0; tap < taps; ++tap) {
                    const std::int8_t weight = from.weights[from.place(tap, lane)];
                    layer.weights[tap * G.filters + f] = weight;
                    sum += weight;
                }
                layer.bias[f] = subtract_product(from.bias[from.place(lane)], -input_zero_point, sum);
                layer.output.multiplier[f] = from.stage[at];
                layer.output.shift[f] = static_cast<std::int8_t>(from.stage[at + 4]);
            }
        }
        return layer;
    }
};

/// Where the window of an output pixel begins, modulo 2^32.
template <ConvGeometry G>
struct Corner {
    std::size_t y, x;

    constexpr Corner(std::size_t row, std::size_t column)
        : y(row * G.stride_height - G.padding_top), x(column * G.stride_width - G.padding_left) {}
    [[nodiscard]] constexpr bool window_within() const {
        constexpr std::size_t reach_y = (G.kernel_height - 1) * G.dilation_height + 1;
        constexpr std::size_t reach_x = (G.kernel_width - 1) * G.dilation_width + 1;
        constexpr std::size_t rows = reach_y <= G.height ? G.height - reach_y + 1 : 0;
        constexpr std::size_t columns = reach_x <= G.width ? G.width - reach_x + 1 : 0;
        return y < rows && x < columns;
    }
};

/// Where the taps of a window lie, from the address of its first or from anything else.
using TapOffset = std::uintptr_t;

/// So many blocks of one pixel: 27 instructions for each pair of taps, 52 a block.
///
/// Registers  r0 the taps' offsets, r1 where they count from, r2 and r3 taps, r4 the block, r5 y; rescaling
/// is
///            that of two_pixels.
[[gnu::noinline, gnu::optimize("O2")]] inline void channel_blocks(const TapOffset* taps, std::size_t pairs,
                                                                  TapOffset from, const void* stream,
                                                                  std::size_t blocks, std::int8_t* y,
                                                                  std::int32_t zero_point) {
    register const TapOffset* r0 asm("r0") = taps;
    register TapOffset r1 asm("r1") = from;
    register const void* r4 asm("r4") = stream;
    register std::int8_t* r5 asm("r5") = y;
    asm volatile(R"(
    1:  vldrw.32 q0, [r4]
        vldrw.32 q1, [r4, #16]
        vldrw.32 q2, [r4, #32]
        vldrw.32 q3, [r4, #48]
        adds r4, r4, #64
        mov r0, %[taps]
        dls lr, %[pairs]
    2:  ldrd r2, r3, [r0], #8
        add r2, r1
        add r3, r1
        vldrb.s16 q4, [r2]
        vldrb.s16 q5, [r4]
        vmul.i16 q4, q4, q5
        vldrb.s16 q5, [r3]
        vldrb.s16 q6, [r4, #8]
        vmul.i16 q5, q5, q6
        vadd.i16 q4, q4, q5
        vmovlb.s16 q5, q4
        vmovlt.s16 q4, q4
        vadd.i32 q0, q0, q5
        vadd.i32 q1, q1, q4
        vldrb.s16 q4, [r2, #8]
        vldrb.s16 q5, [r4, #16]
        vmul.i16 q4, q4, q5
        vldrb.s16 q5, [r3, #8]
        vldrb.s16 q6, [r4, #24]
        vmul.i16 q5, q5, q6
        vadd.i16 q4, q4, q5
        vmovlb.s16 q5, q4
        vmovlt.s16 q4, q4
        vadd.i32 q2, q2, q5
        vadd.i32 q3, q3, q4
        adds r4, r4, #32
        le lr, 2b

        .irp q, q0, q1, q2, q3
        vldrw.32 q4, [r4], #16
        vqrdmulh.s32 \q, \q, q4
        vshr.s32 q4, \q, #31
        vadd.i32 \q, \q, q4
        vldrw.32 q4, [r4], #16
        vrshl.s32 \q, \q, q4
        .endr
        vqmovnb.s32 q4, q0
        vqmovnt.s32 q4, q1
        vqmovnb.s32 q5, q2
        vqmovnt.s32 q5, q3
        vqadd.s16 q4, q4, %[zero_point]
        vqadd.s16 q5, q5, %[zero_point]
        vqmovnb.s16 q4, q4
        vqmovnb.s16 q5, q5
        vstrb.16 q4, [r5], #8
        vstrb.16 q5, [r5], #8
        adds r1, r1, #16
        subs %[blocks], %[blocks], #1
        bne 1b
    )"
                 : "+r"(r0), "+r"(r1), "+r"(r4), "+r"(r5), [blocks] "+r"(blocks)
                 : [taps] "r"(taps), [pairs] "r"(pairs), [zero_point] "r"(zero_point)
                 : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "r2", "r3", "lr", "cc", "memory");
}

/// The same for other ranges and for scales of 1/2 and above, by the specification itself.
template <ConvGeometry G>
[[gnu::noinline]] void unusual_channels(const PackedChannels<G>& packed, const TapOffset* taps,
                                        TapOffset from, std::int8_t* y) {
    for (std::size_t i = 0; i < packed.blocks; ++i) {
        const auto& sixteen = packed.channels[i];
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const std::size_t f = packed.first(i) + lane, at = sixteen.stage_place(lane);
            std::int32_t sum = sixteen.bias[sixteen.place(lane)];
            for (std::size_t tap = 0; tap < packed.taps; ++tap) {
                sum += sixteen.weights[sixteen.place(tap, lane)] *
                       reinterpret_cast<const std::int8_t*>(from + taps[tap])[f];
            }
            const auto shift = static_cast<std::int8_t>(sixteen.stage[at + 4]);
            const StageView view{&sixteen.stage[at], &shift, packed.limits.zero_point, packed.limits.lowest,
                                 packed.limits.highest};
            y[f] = reference::requantize(sum, view, 0);
        }
    }
}

/// The offsets of a window that lies within the image, the last of an odd number twice: its weight is 0.
template <ConvGeometry G>
constexpr auto inner_taps() {
    constexpr std::size_t count = G.kernel_height * G.kernel_width;
    std::array<TapOffset, (count + 1) / 2 * 2> taps{};
    for (std::size_t i = 0; i < taps.size(); ++i) {
        const std::size_t tap = i < count ? i : count - 1;
        const std::size_t row = tap / G.kernel_width * G.dilation_height;
        taps[i] = (row * G.width + tap % G.kernel_width * G.dilation_width) * G.channels;
    }
    return taps;
}

/// The addresses of the taps of an output pixel; of those outside the image, a pixel of padding's.
template <ConvGeometry G>
[[gnu::noinline]] void find_taps(const std::int8_t* x, std::size_t pixel, const std::int8_t* padding,
                                 TapOffset* taps) {
    constexpr std::size_t count = G.kernel_height * G.kernel_width;
    std::fill_n(taps, count, reinterpret_cast<TapOffset>(padding));
    reference::for_each_tap<G>(
        pixel / G.output_width, pixel % G.output_width,
        [&](std::size_t from, std::size_t tap) { taps[tap] = reinterpret_cast<TapOffset>(x + from); });
    if constexpr (count % 2 == 1) taps[count] = taps[count - 1];
}

/// All channels of the pixel at y.
template <ConvGeometry G>
void run_pixel(const PackedChannels<G>& packed, const TapOffset* taps, TapOffset from, std::int8_t* y) {
    constexpr std::size_t pairs = packed.pairs, whole = G.channels / lanes, last = packed.blocks - 1;
    const std::int32_t zero_point = packed.limits.zero_point;
    if (packed.limits.unusual) return unusual_channels(packed, taps, from, y);
    channel_blocks(taps, pairs, from, packed.channels.data(), whole, y, zero_point);
    if constexpr (whole <= last) {
        constexpr std::size_t first = packed.first(last);
        channel_blocks(taps, pairs, from + first, &packed.channels[last], 1, y + first, zero_point);
    }
}

}  // namespace arm_mve

template <ConvGeometry G>
requires(arm_mve::has_channels(G)) constexpr auto pack(isa::ArmMve, const QuantizedDepthwise<G>& layer) {
    return arm_mve::PackedChannels<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmMve, const arm_mve::PackedChannels<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using arm_mve::TapOffset;
    static constexpr auto inner = arm_mve::inner_taps<G>();
    auto* const taps = reinterpret_cast<TapOffset*>(scratch);
    auto* const padding = reinterpret_cast<std::int8_t*>(scratch + packed.taps_bytes);
    if constexpr (G.padded()) arm_mve::Copy::fill(padding, G.channels, packed.input_zero_point);
    for (std::size_t row = 0, pixel = 0; row < G.output_height; ++row) {
        for (std::size_t column = 0; column < G.output_width; ++column, ++pixel, y += G.filters) {
            const arm_mve::Corner<G> corner(row, column);
            if (corner.window_within()) {
                const std::int8_t* const from = x + (corner.y * G.width + corner.x) * G.channels;
                arm_mve::run_pixel(packed, inner.data(), reinterpret_cast<TapOffset>(from), y);
            } else {
                arm_mve::find_taps<G>(x, pixel, padding, taps);
                arm_mve::run_pixel(packed, taps, 0, y);
            }
        }
    }
}

}  // namespace mote::kernels::impl
