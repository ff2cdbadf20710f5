// SPDX-License-Identifier: MIT
#pragma once

#if defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/blocked.hpp"

/// The int8 layers for AArch64 without the dot-product extension. Weights are at most 127 in magnitude, so
/// the sum of two products fits 16 bits: SMULL and SMLAL make such sums, and SADALP adds them in pairs to
/// those of eight filters, three instructions for sixteen products.
namespace mote::kernels::impl {

namespace neon {

/// The output stage of eight filters, prepared once for all pixels.
struct Stage {
    int32x4_t multiplier[2], left[2], right[2];
    int16x8_t zero_point;
    int8x8_t lowest, highest;

    Stage(const StageView& stage, std::size_t filter) {
        const int16x8_t shift = vmovl_s8(vld1_s8(stage.shift + filter));
        const int32x4_t shifts[] = {vmovl_s16(vget_low_s16(shift)), vmovl_high_s16(shift)};
        for (std::size_t half = 0; half < 2; ++half) {
            multiplier[half] = vld1q_s32(stage.multiplier + filter + 4 * half);
            left[half] = vmaxq_s32(shifts[half], vdupq_n_s32(0));
            right[half] = vminq_s32(shifts[half], vdupq_n_s32(0));
        }
        zero_point = vdupq_n_s16(static_cast<std::int16_t>(stage.zero_point));
        lowest = vdup_n_s8(static_cast<std::int8_t>(stage.lowest));
        highest = vdup_n_s8(static_cast<std::int8_t>(stage.highest));
    }

    /// MultiplyByQuantizedMultiplier; see reference::rescale for (1) and (2). SRSHL rounds ties up: one less
    /// where negative sends those away from zero too, and changes nothing else.
    [[nodiscard]] int32x4_t rescale(int32x4_t x, std::size_t half) const {
        const int32x4_t high = vqrdmulhq_s32(vshlq_s32(x, left[half]), multiplier[half]);  // (1)
        const int32x4_t negative = vshrq_n_s32(vandq_s32(high, right[half]), 31);
        return vrshlq_s32(vqaddq_s32(high, negative), right[half]);  // (2)
    }

    /// What saturates on the way is beyond the clamp anyway.
    [[nodiscard]] int8x8_t bytes(int32x4_t low, int32x4_t high) const {
        const int16x8_t words = vqmovn_high_s32(vqmovn_s32(rescale(low, 0)), rescale(high, 1));
        return vmin_s8(vmax_s8(vqmovn_s16(vqaddq_s16(words, zero_point)), lowest), highest);
    }
};

[[gnu::always_inline]] inline void store_bytes(std::int8_t* y, int8x8_t bytes, std::size_t count) {
    if (count >= 8) {
        vst1_s8(y, bytes);
    } else {
        std::int8_t all[8];
        vst1_s8(all, bytes);
        std::memcpy(y, all, count);
    }
}

inline void copy_row(const std::int8_t* x, std::size_t n, std::int8_t* to) {
    std::memcpy(to, x, n);
}

[[gnu::noinline]] inline void paint(const blocked::Canvas& canvas, const std::int8_t* x,
                                    std::size_t image_width, std::int8_t zero_point, std::int8_t* to) {
    blocked::paint(canvas, x, image_width, zero_point, to, copy_row);
}

/// Two taps of a canvas for all eight filters.
[[gnu::always_inline]] inline int8x16_t broadcast_pair(const std::int8_t* x) {
    std::int16_t pair;
    std::memcpy(&pair, x, sizeof pair);
    return vreinterpretq_s8_s16(vdupq_n_s16(pair));
}

/// Adds the products of Pairs pairs of taps, one or two, to the sums of eight filters for each window.
template <std::size_t Pairs, std::size_t Pixels>
[[gnu::always_inline]] inline void accumulate_pairs(const std::int8_t* weights,
                                                    const std::int8_t* const (&windows)[Pixels],
                                                    std::size_t tap, int32x4_t (&sums)[Pixels][2]) {
    const int8x16_t first = vld1q_s8(weights);
    const int8x16_t second = Pairs == 2 ? vld1q_s8(weights + 16) : first;
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        const int8x16_t x = broadcast_pair(windows[p] + tap);
        int16x8_t low = vmull_s8(vget_low_s8(x), vget_low_s8(first));
        int16x8_t high = vmull_high_s8(x, first);
        if constexpr (Pairs == 2) {
            const int8x16_t next = broadcast_pair(windows[p] + tap + 2);
            low = vmlal_s8(low, vget_low_s8(next), vget_low_s8(second));
            high = vmlal_high_s8(high, next, second);
        }
        sums[p][0] = vpadalq_s16(sums[p][0], low);
        sums[p][1] = vpadalq_s16(sums[p][1], high);
    }
}

/// Adds the products of every tap in Pixels windows.
template <std::size_t Pixels>
[[gnu::always_inline]] inline void accumulate(const blocked::Walk& walk, const std::int8_t* weights,
                                              const std::int8_t* const (&windows)[Pixels],
                                              int32x4_t (&sums)[Pixels][2]) {
    for (std::size_t ky = 0; ky < walk.runs_y; ++ky) {
        for (std::size_t kx = 0; kx < walk.runs_x; ++kx) {
            const std::size_t run = ky * walk.step_y + kx * walk.step_x;
            std::size_t g = 0;
            for (; g + 2 <= walk.groups; g += 2, weights += 32) {
                accumulate_pairs<2>(weights, windows, run + 2 * g, sums);
            }
            if (g < walk.groups) {
                accumulate_pairs<1>(weights, windows, run + 2 * g, sums);
                weights += 16;
            }
        }
    }
}

/// The outputs of Pixels windows for the eight filters from `filter` on.
template <std::size_t Pixels>
[[gnu::always_inline]] inline void conv_tile(const blocked::Walk& walk, const blocked::ConvView& conv,
                                             const Stage& stage, blocked::Windows<std::int8_t>& next,
                                             std::size_t filter, std::int8_t* y) {
    const std::int8_t* windows[Pixels];
    int32x4_t sums[Pixels][2];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        windows[p] = next.next(walk);
        sums[p][0] = vld1q_s32(conv.bias + filter);
        sums[p][1] = vld1q_s32(conv.bias + filter + 4);
    }
    accumulate(walk, conv.weights + filter * walk.runs_y * walk.runs_x * walk.groups * 2, windows, sums);
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        store_bytes(y + p * walk.filters + filter, stage.bytes(sums[p][0], sums[p][1]),
                    walk.filters - filter);
    }
}

[[gnu::noinline]] inline void conv(const blocked::Walk& walk, const blocked::ConvView& view,
                                   const std::int8_t* canvas, std::int8_t* outputs) {
    for (std::size_t filter = 0; filter < walk.filters; filter += 8) {
        const Stage stage(view.output, filter);
        blocked::Windows<std::int8_t> windows{canvas};
        std::int8_t* y = outputs;
        std::size_t left = walk.pixels;
        for (; left >= 4; left -= 4, y += 4 * walk.filters)
            conv_tile<4>(walk, view, stage, windows, filter, y);
        for (; left > 0; --left, y += walk.filters) conv_tile<1>(walk, view, stage, windows, filter, y);
    }
}

template <ConvGeometry G>
using PackedConv = blocked::PackedConv<G, 8, 2, std::int8_t, 0>;

}  // namespace neon

inline void requantize(isa::Neon, const std::int32_t* accumulators, const StageView& stage, std::int8_t* y,
                       std::size_t n) {
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const neon::Stage eight(stage, i);
        vst1_s8(y + i, eight.bytes(vld1q_s32(accumulators + i), vld1q_s32(accumulators + i + 4)));
    }
    for (; i < n; ++i) y[i] = reference::requantize(accumulators[i], stage, i);
}

template <ConvGeometry G>
constexpr auto pack(isa::Neon, const QuantizedConv<G>& layer) {
    return neon::PackedConv<G>(layer);
}

template <ConvGeometry G>
void run(isa::Neon, const neon::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = neon::PackedConv<G>;
    auto* canvas = reinterpret_cast<std::int8_t*>(scratch);
    neon::paint(Packed::canvas, x, G.width, packed.input_zero_point, canvas);
    neon::conv(Packed::walk, blocked::view(packed), canvas, y);
}

}  // namespace mote::kernels::impl

#endif
