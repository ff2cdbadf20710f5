// SPDX-License-Identifier: MIT
#pragma once

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/blocked_depthwise.hpp"
#include "mote/kernels/x86_avx2_conv.hpp"

/// The int8 depthwise layer for AVX2: sixteen filters at a time, two taps in each VPMADDWD.
namespace mote::kernels::impl {

namespace avx2 {

/// Weights are 16 bits wide, [block of 16 filters][pair of taps][32] in the order in which unpacking two
/// registers of inputs interleaves them. Where windows are three taps wide, a pair is two rows' taps of one
/// column, and a last row without a partner pairs its own; an odd last tap has a zero weight beside it.
struct DepthwiseLayout {
    using Element = std::int16_t;
    using Weight = std::int16_t;
    static constexpr std::size_t lanes = 16, unit = 2;
    static constexpr std::size_t slot(const ConvGeometry& g, std::size_t tap) {
        const std::size_t row = tap / g.kernel_width, column = tap % g.kernel_width;
        const bool by_columns = g.kernel_width == 3 && row < g.kernel_height / 2 * 2;
        return by_columns ? row / 2 * 6 + column * 2 + row % 2 : tap;
    }
    static constexpr std::size_t position(std::size_t tap, std::size_t lane) {
        return tap / 2 * 32 + lane / 4 % 2 * 16 + lane / 8 * 8 + lane % 4 * 2 + tap % 2;
    }
};

template <ConvGeometry G>
using PackedDepthwise = blocked::PackedDepthwise<G, DepthwiseLayout>;

using DepthwiseView = blocked::DepthwiseView<std::int16_t>;

/// Numbers of sixteen filters as two registers, in the order in which unpacking leaves their sums: 0-3 and
/// 8-11, 4-7 and 12-15.
struct Crossed {
    __m256i even, odd;

    Crossed(__m256i first, __m256i second)
        : even(_mm256_permute2x128_si256(first, second, 0x20)),
          odd(_mm256_permute2x128_si256(first, second, 0x31)) {}
};

/// Two taps of sixteen filters.
struct TapPair {
    __m256i even, odd;

    [[gnu::always_inline]] TapPair(const std::int16_t* first, const std::int16_t* second) {
        const __m256i a = load_integers(first), b = load_integers(second);
        even = _mm256_unpacklo_epi16(a, b);
        odd = _mm256_unpackhi_epi16(a, b);
    }
    [[gnu::always_inline]] void add_to(__m256i (&sums)[2], const std::int16_t* weights) const {
        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(even, load_integers(weights)));
        sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(odd, load_integers(weights + 16)));
    }
};

/// Adds the products of every tap in Pixels windows, each `step` elements from the one before, to their sums.
template <std::size_t Pixels>
[[gnu::always_inline]] inline void accumulate(const DepthwiseView& view, const std::int16_t* weights,
                                              const std::int16_t* window, __m256i (&sums)[Pixels][2]) {
    for (std::size_t tap = 0; tap < view.taps; tap += 2, weights += 32) {
#pragma GCC unroll 3
        for (std::size_t p = 0; p < Pixels; ++p) {
            const std::int16_t* at = window + p * view.walk.pixel_step;
            TapPair(at + view.offsets[tap], at + view.offsets[tap + 1]).add_to(sums[p], weights);
        }
    }
}

/// The same for windows three taps wide that lie Step columns apart: each column is unpacked once for all
/// windows that see it.
template <std::size_t Step, std::size_t Pixels>
[[gnu::always_inline]] inline void accumulate_columns(const DepthwiseView& view, const std::int16_t* weights,
                                                      const std::int16_t* window,
                                                      __m256i (&sums)[Pixels][2]) {
    constexpr std::size_t columns = (Pixels - 1) * Step + 3;
    const std::size_t column = view.walk.step_x;
    const std::size_t* offsets = view.offsets;
    std::size_t taps = view.taps;
    const auto add = [&](const TapPair& pair, std::size_t c, std::size_t tap, const std::int16_t* w) {
        if (c >= tap && (c - tap) % Step == 0 && (c - tap) / Step < Pixels)
            pair.add_to(sums[(c - tap) / Step], w);
    };
    for (; taps >= 6; taps -= 6, offsets += 6, weights += 96) {  // two rows
        const std::int16_t *upper = window + offsets[0], *lower = window + offsets[1];
#pragma GCC unroll 7
        for (std::size_t c = 0; c < columns; ++c) {
            const TapPair pair(upper + c * column, lower + c * column);
#pragma GCC unroll 3
            for (std::size_t tap = 0; tap < 3; ++tap) add(pair, c, tap, weights + 32 * tap);
        }
    }
    if (taps == 0) return;
    const std::int16_t* row = window + offsets[0];
#pragma GCC unroll 7
    for (std::size_t c = 0; c < columns; c += Step) {
        const TapPair pair(row + c * column, row + std::min(c + 1, columns - 1) * column);
        add(pair, c, 0, weights);       // the first two taps
        add(pair, c, 2, weights + 32);  // the third
    }
}

/// What the tiles of sixteen filters share.
template <class Stage>
struct DepthwiseBlock {
    const DepthwiseView& view;
    Range range;
    std::size_t filter;
    const std::int16_t* weights;
    Stage stages[2];
    Crossed bias;

    DepthwiseBlock(const DepthwiseView& layer, std::size_t first)
        : view(layer),
          range(layer.output, _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7)),
          filter(first),
          weights(layer.weights + first * layer.taps),
          stages{stage(layer.output, first, 0), stage(layer.output, first, 1)},
          bias(load_integers(layer.bias + first), load_integers(layer.bias + first + 8)) {}

    static Stage stage(const StageView& output, std::size_t filter, int half) {
        const Factors low(output, filter), high(output, filter + 8);
        const Crossed multipliers(low.multiplier, high.multiplier), shifts(low.shift, high.shift);
        return half == 0 ? Stage({multipliers.even, shifts.even}) : Stage({multipliers.odd, shifts.odd});
    }

    /// The outputs of Pixels neighbouring windows; Step is 0 where columns are not shared.
    template <std::size_t Step, std::size_t Pixels>
    [[gnu::always_inline]] void tile(const std::int16_t* window, std::int8_t* y) const {
        __m256i sums[Pixels][2];
#pragma GCC unroll 3
        for (std::size_t p = 0; p < Pixels; ++p) sums[p][0] = bias.even, sums[p][1] = bias.odd;
        if constexpr (Step == 0) {
            accumulate(view, weights, window, sums);
        } else {
            accumulate_columns<Step>(view, weights, window, sums);
        }
        store_outputs(range, stages, sums, y, view.walk.filters, view.walk.filters - filter);
    }
};

template <class Stage, std::size_t Step>
[[gnu::noinline]] void depthwise(const DepthwiseView& view, const std::int16_t* canvas,
                                 std::int8_t* outputs) {
    const blocked::Walk& walk = view.walk;
    const std::size_t three = 3 * walk.pixel_step;
    for (std::size_t filter = 0; filter < walk.filters; filter += 16) {
        const DepthwiseBlock<Stage> block(view, filter);
        std::int8_t* y = outputs + filter;
        const std::int16_t* row = canvas + filter;
        for (std::size_t done = 0; done < walk.pixels; done += walk.output_width, row += walk.row_step) {
            const std::int16_t* window = row;
            std::size_t left = walk.output_width;
            for (; left >= 3; left -= 3, window += three, y += 3 * walk.filters)
                block.template tile<Step, 3>(window, y);
            if (left == 1) block.template tile<Step, 1>(window, y);
            if (left == 2) block.template tile<Step, 2>(window, y);
            y += left * walk.filters;
        }
    }
}

/// Windows three taps wide share columns where they lie one or two apart.
template <class Stage>
inline void depthwise(const DepthwiseView& view, const std::int16_t* canvas, std::int8_t* y) {
    const std::size_t columns = view.walk.runs_x == 3 ? view.walk.pixel_step : 0;
    if (columns == view.walk.step_x) return depthwise<Stage, 1>(view, canvas, y);
    if (columns == 2 * view.walk.step_x) return depthwise<Stage, 2>(view, canvas, y);
    depthwise<Stage, 0>(view, canvas, y);
}

}  // namespace avx2

template <ConvGeometry G>
constexpr auto pack(isa::Avx2, const QuantizedDepthwise<G>& layer) {
    return avx2::PackedDepthwise<G>(layer);
}

template <ConvGeometry G>
void run(isa::Avx2, const avx2::PackedDepthwise<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = avx2::PackedDepthwise<G>;
    auto* canvas = reinterpret_cast<std::int16_t*>(scratch);
    avx2::paint(Packed::canvas, x, G.width, packed.input_zero_point, canvas);
    const auto view = blocked::view(packed);
    if (avx2::rectifies(view.output, view.walk.filters)) {
        avx2::depthwise<avx2::RectifiedStage>(view, canvas, y);
    } else {
        avx2::depthwise<avx2::Stage>(view, canvas, y);
    }
}

}  // namespace mote::kernels::impl

#endif
