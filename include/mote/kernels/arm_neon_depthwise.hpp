// SPDX-License-Identifier: MIT
#pragma once

#if defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_neon_conv.hpp"
#include "mote/kernels/blocked_depthwise.hpp"

/// The int8 depthwise layer for AArch64: eight filters at a time, two taps in each 16-bit sum.
namespace mote::kernels::impl {

namespace neon {

/// [block of eight filters][tap][lane]
struct DepthwiseLayout {
    using Element = std::int8_t;
    using Weight = std::int8_t;
    static constexpr std::size_t lanes = 8, unit = 1;
    static constexpr std::size_t slot(const ConvGeometry&, std::size_t tap) { return tap; }
    static constexpr std::size_t position(std::size_t tap, std::size_t lane) { return tap * lanes + lane; }
};

template <ConvGeometry G>
using PackedDepthwise = blocked::PackedDepthwise<G, DepthwiseLayout>;

/// Adds the products of Taps taps, one or two, in Pixels windows.
template <std::size_t Taps, std::size_t Pixels>
[[gnu::always_inline]] inline void accumulate_taps(const std::size_t* offsets, const std::int8_t* weights,
                                                   const std::int8_t* const (&windows)[Pixels],
                                                   int32x4_t (&sums)[Pixels][2]) {
    const int8x8_t first = vld1_s8(weights);
    const int8x8_t second = Taps == 2 ? vld1_s8(weights + 8) : first;
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        int16x8_t products = vmull_s8(vld1_s8(windows[p] + offsets[0]), first);
        if constexpr (Taps == 2) products = vmlal_s8(products, vld1_s8(windows[p] + offsets[1]), second);
        sums[p][0] = vaddw_s16(sums[p][0], vget_low_s16(products));
        sums[p][1] = vaddw_high_s16(sums[p][1], products);
    }
}

/// The outputs of Pixels windows for the eight filters from `filter` on.
template <std::size_t Pixels>
[[gnu::always_inline]] inline void depthwise_tile(const blocked::DepthwiseView<std::int8_t>& view,
                                                  const Stage& stage, blocked::Windows<std::int8_t>& next,
                                                  std::size_t filter, std::int8_t* y) {
    const std::int8_t* windows[Pixels];
    int32x4_t sums[Pixels][2];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        windows[p] = next.next(view.walk);
        sums[p][0] = vld1q_s32(view.bias + filter);
        sums[p][1] = vld1q_s32(view.bias + filter + 4);
    }
    const std::int8_t* weights = view.weights + filter * view.taps;
    std::size_t tap = 0;
    for (; tap + 2 <= view.taps; tap += 2) {
        accumulate_taps<2>(view.offsets + tap, weights + tap * 8, windows, sums);
    }
    if (tap < view.taps) accumulate_taps<1>(view.offsets + tap, weights + tap * 8, windows, sums);
#pragma GCC unroll 4
    for (std::size_t p = 0; p < Pixels; ++p) {
        store_bytes(y + p * view.walk.filters + filter, stage.bytes(sums[p][0], sums[p][1]),
                    view.walk.filters - filter);
    }
}

[[gnu::noinline]] inline void depthwise(const blocked::DepthwiseView<std::int8_t>& view,
                                        const std::int8_t* canvas, std::int8_t* outputs) {
    const std::size_t filters = view.walk.filters;
    for (std::size_t filter = 0; filter < filters; filter += 8) {
        const Stage stage(view.output, filter);
        blocked::Windows<std::int8_t> windows{canvas + filter};
        std::int8_t* y = outputs;
        std::size_t left = view.walk.pixels;
        for (; left >= 4; left -= 4, y += 4 * filters) depthwise_tile<4>(view, stage, windows, filter, y);
        for (; left > 0; --left, y += filters) depthwise_tile<1>(view, stage, windows, filter, y);
    }
}

}  // namespace neon

template <ConvGeometry G>
constexpr auto pack(isa::Neon, const QuantizedDepthwise<G>& layer) {
    return neon::PackedDepthwise<G>(layer);
}

template <ConvGeometry G>
void run(isa::Neon, const neon::PackedDepthwise<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = neon::PackedDepthwise<G>;
    auto* canvas = reinterpret_cast<std::int8_t*>(scratch);
    neon::paint(Packed::canvas, x, G.width, packed.input_zero_point, canvas);
    neon::depthwise(blocked::view(packed), canvas, y);
}

}  // namespace mote::kernels::impl

#endif
