// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/arm_dsp_depthwise_layout.hpp"
#include "mote/kernels/arm_dsp_strip.hpp"
#include "mote/kernels/isa.hpp"

/// int8 depthwise convolution, 3x3 at stride 1 or 2 with one filter per channel and whole words of channels;
/// everything else goes to the portable loops. Four channels at a time: rows are paired into two planes,
/// which roll down the image, and strips of five outputs read them.
namespace mote::kernels::impl::arm_dsp {

/// The rows that become a plane: where the elements of four channels lie and how far apart. A row outside the
/// image is one word of padding, over and over.
struct RowPair {
    const std::int8_t* lower;
    const std::int8_t* upper;
    std::size_t lower_step;
    std::size_t upper_step;
};

/// Words of (lower, upper) for every column, channel after channel at a distance of `pitch` bytes.
[[gnu::noinline]] inline void pair_rows(RowPair rows, std::uint32_t* plane, std::size_t pitch,
                                        std::size_t columns) {
    std::uint32_t* odd_channels = plane + pitch / 4;
    for (; columns != 0; --columns) {
        std::uint32_t a, b, c;
        asm volatile(
            "ldr %[a], [%[lower]] \n"
            "ldr %[b], [%[upper]] \n"
            "add %[lower], %[lower_step] \n"
            "add %[upper], %[upper_step] \n"
            "pkhbt %[c], %[a], %[b], lsl #16 \n"  // two channels of both rows
            "pkhtb %[a], %[b], %[a], asr #16 \n"  // the other two
            "sxtb16 %[b], %[a] \n"
            "sxtb16 %[a], %[a], ror #8 \n"
            "str %[b], [%[even], %[pitch], lsl #1] \n"
            "str %[a], [%[odd], %[pitch], lsl #1] \n"
            "sxtb16 %[b], %[c] \n"
            "sxtb16 %[c], %[c], ror #8 \n"
            "str %[b], [%[even]], #4 \n"
            "str %[c], [%[odd]], #4 \n"
            : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [lower] "+r"(rows.lower), [upper] "+r"(rows.upper),
              [even] "+r"(plane), [odd] "+r"(odd_channels)
            : [lower_step] "r"(rows.lower_step), [upper_step] "r"(rows.upper_step), [pitch] "r"(pitch)
            : "memory");
    }
}

/// Runs a packed layer of any of these shapes, four channels after another.
class Strips {
public:
    Strips(const ConvGeometry& geometry, const std::uint32_t* stream, const LayerStage& stage,
           std::uint32_t* planes)
        : geometry_(geometry),
          stage_(stage),
          channels_(stream),
          planes_(planes),
          pitch_(plane_columns(geometry)),
          padding_(static_cast<std::uint8_t>(stage.input_zero_point) * 0x01010101u) {}

    void run(const std::int8_t* x, std::int8_t* y) {
        const std::uint32_t padding = pair_of(stage_.input_zero_point, stage_.input_zero_point);
        std::fill(planes_, planes_ + 2 * strip_channels * pitch_, padding);
        for (std::size_t c = 0; c < geometry_.channels; c += strip_channels) {
            run_channels(x + c, y + c);
            channels_ += strip_channels * channel_words;
        }
    }

private:
    void run_channels(const std::int8_t* x, std::int8_t* y) {
        choose_ending();
        const bool by_one = geometry_.stride_height == 1;
        const std::size_t row_bytes = geometry_.output_width * geometry_.channels;
        build_plane(x, 0);
        for (std::size_t row = 0, plane = 0; row < geometry_.output_height; ++row, ++plane) {
            build_plane(x, plane + 1);
            run_row(plane, by_one ? Step::one_from_first : Step::two, y);
            y += row_bytes;
            if (!by_one || ++row == geometry_.output_height) continue;
            run_row(plane, Step::one_from_second, y);
            y += row_bytes;
        }
    }

    void choose_ending() {
        ending_ = stage_.lowest == stage_.zero_point ? Ending::relu : Ending::bytes;
        if (stage_.fast) return;
        for (std::size_t c = 0; c < strip_channels; ++c) {
            if (!stage_of_channel(channels_ + c * channel_words).fast) ending_ = Ending::sums;
        }
    }

    std::uint32_t* plane(std::size_t index) const { return planes_ + (index % 2) * strip_channels * pitch_; }

    /// Plane i pairs the rows 2 i and 2 i + 1, counted from the first window's.
    void build_plane(const std::int8_t* x, std::size_t index) {
        const std::size_t row = 2 * index - geometry_.padding_top;  // wraps above the image
        const auto* padding = reinterpret_cast<const std::int8_t*>(&padding_);
        const std::size_t row_bytes = geometry_.width * geometry_.channels;
        RowPair rows{padding, padding, 0, 0};
        if (row < geometry_.height) {
            rows.lower = x + row * row_bytes;
            rows.lower_step = geometry_.channels;
        }
        if (row + 1 < geometry_.height) {
            rows.upper = x + (row + 1) * row_bytes;
            rows.upper_step = geometry_.channels;
        }
        pair_rows(rows, plane(index) + geometry_.padding_left, 4 * pitch_, geometry_.width);
    }

    /// A row as strips of five; the last begins early enough to end with the row.
    void run_row(std::size_t index, Step step, std::int8_t* y) {
        const std::size_t width = geometry_.output_width;
        if (ending_ == Ending::sums || width < strip_pixels) return run_row_by_way_of_a_copy(index, step, y);
        std::size_t column = 0;
        for (; column + strip_pixels <= width; column += strip_pixels) {
            run_strip(index, step, column, y + column * geometry_.channels, geometry_.channels);
        }
        if (column == width) return;
        column = width - strip_pixels;
        run_strip(index, step, column, y + column * geometry_.channels, geometry_.channels);
    }

    void run_strip(std::size_t index, Step step, std::size_t column, void* output, std::size_t pixel_stride) {
        const std::uint32_t* first = plane(index);
        const auto distance = static_cast<std::int32_t>(4 * strip_channels * pitch_);
        const std::int32_t to_second = first == planes_ ? distance : -distance;
        const std::int32_t read = step == Step::two ? 44 : 28;
        const Strip strip{.channels = channels_,
                          .channels_end = channels_ + strip_channels * channel_words,
                          .plane = first + column * geometry_.stride_width,
                          .zero_point = stage_.zero_point,
                          .output = output,
                          .pixel_stride = pixel_stride,
                          .to_second = to_second - read,
                          .to_next = static_cast<std::int32_t>(4 * pitch_) - to_second - read,
                          .step = step,
                          .ending = ending_};
        multiply_strip(&strip);
    }

    /// For rows narrower than a strip and for stages that need every rounding in full.
    [[gnu::noinline]] void run_row_by_way_of_a_copy(std::size_t index, Step step, std::int8_t* y) {
        std::array<std::int32_t, strip_channels * strip_pixels> sums;
        std::array<std::int8_t, strip_channels * strip_pixels> bytes;
        for (std::size_t column = 0; column < geometry_.output_width; column += strip_pixels) {
            const std::size_t pixels = std::min(strip_pixels, geometry_.output_width - column);
            const std::size_t from = pixels == strip_pixels || column == 0 ? 0 : strip_pixels - pixels;
            if (ending_ == Ending::sums) {
                run_strip(index, step, column - from, sums.data(), 0);
                requantize_sums(sums, bytes);
            } else {
                run_strip(index, step, column - from, bytes.data(), strip_channels);
            }
            for (std::size_t p = 0; p < pixels; ++p) {
                std::memcpy(y + (column + p) * geometry_.channels, bytes.data() + (from + p) * strip_channels,
                            strip_channels);
            }
        }
    }

    void requantize_sums(const std::array<std::int32_t, strip_channels * strip_pixels>& sums,
                         std::array<std::int8_t, strip_channels * strip_pixels>& bytes) const {
        for (std::size_t c = 0; c < strip_channels; ++c) {
            const std::uint32_t* words = channels_ + c * channel_words;
            const FilterStage filter = stage_of_channel(words);
            for (std::size_t p = 0; p < strip_pixels; ++p) {
                // The assembly added words[0], as it stands, to twice the sum of products.
                const std::uint32_t twice = static_cast<std::uint32_t>(sums[c * strip_pixels + p]) - words[0];
                const std::int32_t products = static_cast<std::int32_t>(twice) / 2;
                const std::uint32_t total =
                    static_cast<std::uint32_t>(products) + static_cast<std::uint32_t>(filter.bias);
                bytes[p * strip_channels + c] = requantize(static_cast<std::int32_t>(total), filter, stage_);
            }
        }
    }

    const ConvGeometry& geometry_;
    const LayerStage& stage_;
    const std::uint32_t* channels_;  // the four in work
    std::uint32_t* planes_;
    std::size_t pitch_;      // words from channel to channel in a plane
    std::uint32_t padding_;  // the input zero point, four times
    Ending ending_ = Ending::bytes;
};

/// One copy of the code for all shapes.
[[gnu::noinline]] inline void run_strips(const ConvGeometry& geometry, const std::uint32_t* stream,
                                         const LayerStage& stage, const std::int8_t* x, std::int8_t* y,
                                         std::byte* scratch) {
    Strips(geometry, stream, stage, reinterpret_cast<std::uint32_t*>(scratch)).run(x, y);
}

}  // namespace mote::kernels::impl::arm_dsp

namespace mote::kernels::impl {

template <ConvGeometry G>
requires(arm_dsp::has_strips(G)) constexpr auto pack(isa::ArmDsp, const QuantizedDepthwise<G>& layer) {
    return arm_dsp::pack_depthwise(layer);
}

template <ConvGeometry G>
void run(isa::ArmDsp, const arm_dsp::PackedDepthwise<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    static constexpr ConvGeometry geometry = G;
    arm_dsp::run_strips(geometry, packed.stream.data(), packed.stage, x, y, scratch);
}

}  // namespace mote::kernels::impl
