// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/arm_mve_patches.hpp"
#include "mote/kernels/arm_mve_square_filters.hpp"
#include "mote/kernels/arm_mve_tile.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Depthwise convolution by windows of up to 3x3 with Helium, at strides of one and two. VST4 turns four
/// neighbouring pixels of sixteen channels into a word of each channel; four words below one another are the
/// patch under a square of 2x2 outputs, one vector that serves VMLADAV four times.
namespace mote::kernels::impl {

namespace arm_mve {

/// A filter's weights as lanes of a patch. A square's other three outputs read them so many lanes earlier
/// that zeros come first.
template <ConvGeometry G>
struct PackedSquares {
    using Layer = QuantizedDepthwise<G>;
    static constexpr SquareCut cut{G};
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width;
    static constexpr std::size_t patches_bytes = round_up(cut.bytes(), 16);
    static constexpr std::size_t sums_bytes = (cut.output_rows() * G.output_width + 2) * sizeof(std::int32_t);
    static constexpr std::size_t scratch_bytes = patches_bytes + sums_bytes;
    /// Rows are in scratch before the outputs of their place are written, and what the next strip shares
    /// stays.
    static constexpr bool in_place = G.filters == G.channels && G.output_height == G.height &&
                                     G.output_width == G.width && G.padding_top < G.kernel_height;

    std::array<std::int8_t, (1 + G.filters) * lanes> weights{};
    std::array<SquareStage, G.filters> stages{};
    Limits limits{};
    std::int8_t input_zero_point = 0;

    constexpr PackedSquares() = default;

    constexpr explicit PackedSquares(const Layer& layer)
        : limits{layer.output.zero_point, layer.output.lowest, layer.output.highest},
          input_zero_point(layer.input_zero_point) {
        const auto sums = portable::weight_sums(layer);
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            for (std::size_t tap = 0; tap < taps; ++tap) {
                weights[place(filter, tap)] = layer.weights[tap * G.filters + filter];
            }
            stages[filter] = {subtract_product(layer.bias[filter], input_zero_point, sums[filter]),
                              layer.output.multiplier[filter], layer.output.shift[filter]};
            limits.unusual |= layer.output.shift[filter] >= 0;
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{
            .output = {.zero_point = limits.zero_point, .lowest = limits.lowest, .highest = limits.highest},
            .input_zero_point = input_zero_point};
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            for (std::size_t tap = 0; tap < taps; ++tap) {
                layer.weights[tap * G.filters + filter] = weights[place(filter, tap)];
            }
        }
        const auto sums = portable::weight_sums(layer);
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            const SquareStage& stage = stages[filter];
            layer.bias[filter] = subtract_product(stage.bias, -input_zero_point, sums[filter]);
            layer.output.multiplier[filter] = stage.multiplier;
            layer.output.shift[filter] = static_cast<std::int8_t>(stage.shift);
        }
        return layer;
    }

    [[nodiscard]] const std::int8_t* weights_of(std::size_t filter) const {
        return weights.data() + lanes + filter * lanes;
    }

private:
    static constexpr std::size_t place(std::size_t filter, std::size_t tap) {
        return lanes + filter * lanes + tap / G.kernel_width * side + tap % G.kernel_width;
    }
};

/// The squares of a strip, from the right to the left.
template <ConvGeometry G>
SquareJob job_of(const Limits& limits, std::size_t outputs, std::int32_t* sums) {
    constexpr SquareCut cut{G};
    constexpr auto across = static_cast<std::ptrdiff_t>(cut.across);
    constexpr auto right = static_cast<std::ptrdiff_t>(cut.right),
                   below = static_cast<std::ptrdiff_t>(cut.below);
    constexpr std::ptrdiff_t sums_right = 4 * cut.outputs, sums_below = sums_right * G.output_width;
    const std::size_t down = (outputs + cut.outputs - 1) / cut.outputs, n = outputs * G.output_width;
    const auto rows = static_cast<std::ptrdiff_t>(down);
    SquareJob job{.first_sum = sums + sums_right / 4 * (across - 1),
                  .outer = down,
                  .patch_jump = across * right + 2 * below,
                  .sums_jump = across * sums_right + sums_below,
                  .sums = sums,
                  .eights = n / 8,
                  .zero_point = limits.zero_point,
                  .step = 8 * G.filters,
                  .sums_end = sums + n,
                  .overlap = (8 - n % 8) * G.filters,
                  .inner = cut.across};
    if (cut.downwards) {
        job.outer = cut.across, job.inner = down;
        job.patch_jump = -right - 2 * below * rows;
        job.sums_jump = -sums_right - sums_below * rows;
    }
    job.lowest.fill(limits.lowest);
    job.highest.fill(limits.highest);
    return job;
}

/// The outputs of a strip's channel, for scales of 1/2 and above and for very few outputs.
template <ConvGeometry G>
[[gnu::noinline]] void unusual_squares(const PackedSquares<G>& packed, std::size_t filter,
                                       std::size_t outputs, const std::int8_t* words, std::int8_t* y) {
    constexpr SquareCut cut{G};
    const SquareStage& stage = packed.stages[filter];
    const auto shift = static_cast<std::int8_t>(stage.shift);
    const StageView view{&stage.multiplier, &shift, packed.limits.zero_point, packed.limits.lowest,
                         packed.limits.highest};
    for (std::size_t i = 0; i < outputs * G.output_width; ++i, y += G.filters) {
        std::int32_t sum = stage.bias;
        for (std::size_t tap = 0; tap < packed.taps; ++tap) {
            const std::size_t row = i / G.output_width * G.stride_height + tap / G.kernel_width;
            const std::size_t column = i % G.output_width * G.stride_width + tap % G.kernel_width,
                              square = std::min(column / 2, cut.across - 1);
            sum += packed.weights_of(filter)[tap / G.kernel_width * side + tap % G.kernel_width] *
                   words[row * cut.below + square * cut.right + column - 2 * square];
        }
        *y = reference::requantize(sum, view, 0);
    }
}

/// The outputs of a strip for the channels [first, last), whose words begin at `words`.
template <ConvGeometry G>
void run_strip(const PackedSquares<G>& packed, std::size_t first, std::size_t last, std::size_t outputs,
               const std::int8_t* words, std::int8_t* y, std::int32_t* sums) {
    constexpr SquareCut cut{G};
    constexpr std::size_t per_channel = G.filters / G.channels, together = per_channel == 1 ? lanes : 1;
    constexpr auto right = static_cast<std::ptrdiff_t>(cut.right),
                   below = static_cast<std::ptrdiff_t>(cut.below);
    constexpr std::ptrdiff_t step = cut.downwards ? 2 * below : -right;
    constexpr std::ptrdiff_t sums_right = 4 * cut.outputs;
    constexpr std::ptrdiff_t sums_step = cut.downwards ? sums_right * G.output_width : -sums_right;
    constexpr std::size_t lower = cut.outputs == 2 ? 4 * G.output_width : 0;
    constexpr std::ptrdiff_t before = (static_cast<std::ptrdiff_t>(cut.across) - 1) * right - step;
    const Limits& limits = packed.limits;
    const auto run = limits.whole_relu() ? square_filters<step, sums_step, lower, true>
                                         : square_filters<step, sums_step, lower, false>;
    const SquareJob job = job_of<G>(limits, outputs, sums);
    const uint32x4_t rows = vmulq_n_u32(vidupq_n_u32(0, 1), cut.below);
    const uint16x8_t order{0, 4, 1, 5, 2, 6, 3, 7};  // in which eight sums are narrowed
    const uint16x8_t places = vmulq_n_u16(order, G.filters);
    const std::size_t end = last * per_channel;
    for (std::size_t filter = first * per_channel; filter < end; filter += together) {
        const std::int8_t* const channel = words + (filter / per_channel - first) * side;
        const std::size_t filters = std::min(together, end - filter);
        if (limits.unusual || job.eights == 0) {
            for (std::size_t i = 0; i < filters; ++i) {
                unusual_squares(packed, filter + i, outputs, channel + i * side, y + filter + i);
            }
        } else {
            run(job, packed.weights_of(filter), &packed.stages[filter], filters,
                vaddq_n_u32(rows, reinterpret_cast<std::uintptr_t>(channel + before)), places, y + filter);
        }
    }
}

/// All outputs of up to sixteen channels, strip by strip.
template <ConvGeometry G>
void run_channels(const PackedSquares<G>& packed, std::size_t first_channel, const std::int8_t* x,
                  std::int8_t* y, std::int8_t* patches, std::int32_t* sums) {
    constexpr SquareCut cut{G};
    const std::size_t begin = std::min(first_channel, G.channels - cut.channels);
    const std::size_t end = begin + cut.channels;
    std::size_t kept = 0;  // rows of the strip that the one before has left
    for (std::size_t first = 0; first < G.output_height; first += cut.output_rows()) {
        const std::size_t outputs = std::min(cut.output_rows(), G.output_height - first);
        const std::size_t rows = (outputs - 1) * G.stride_height + G.kernel_height;
        const auto top =
            static_cast<std::ptrdiff_t>(first * G.stride_height) - static_cast<std::ptrdiff_t>(G.padding_top);
        fill_strip<G>(x + begin, top, kept, rows, packed.input_zero_point, patches);
        run_strip(packed, first_channel, end, outputs, patches + (first_channel - begin) * side,
                  y + first * G.output_width * G.filters, sums);
        const std::size_t advance = std::min(outputs * G.stride_height, rows);
        kept = rows - advance;
        for (std::size_t i = 0; i < (cut.downwards ? cut.across : 1) && kept > 0; ++i) {
            std::int8_t* const words = patches + i * cut.right;
            Copy::copy(words + advance * cut.below, kept * cut.below, words);
        }
    }
}

}  // namespace arm_mve

template <ConvGeometry G>
requires(arm_mve::has_squares(G)) constexpr auto pack(isa::ArmMve, const QuantizedDepthwise<G>& layer) {
    return arm_mve::PackedSquares<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmMve, const arm_mve::PackedSquares<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    auto* const patches = reinterpret_cast<std::int8_t*>(scratch);
    auto* const sums = reinterpret_cast<std::int32_t*>(scratch + packed.patches_bytes);
    for (std::size_t channel = 0; channel < G.channels; channel += arm_mve::lanes) {
        arm_mve::run_channels(packed, channel, x, y, patches, sums);
    }
}

}  // namespace mote::kernels::impl
