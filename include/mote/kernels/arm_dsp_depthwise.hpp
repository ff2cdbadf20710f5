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
          planes_(planes),
          pitch_(plane_columns(geometry)),
          padding_(static_cast<std::uint8_t>(stage.input_zero_point) * 0x01010101u),
          by_one_(geometry.stride_width == 1) {
        strip_.zero_point = stage.zero_point;
        strip_.channels = stream;
    }

    void run(const std::int8_t* x, std::int8_t* y) {
        const std::uint32_t padding = pair_of(stage_.input_zero_point, stage_.input_zero_point);
        std::fill(planes_, planes_ + 2 * strip_channels * pitch_, padding);
        for (std::size_t c = 0; c < geometry_.channels; c += strip_channels) {
            strip_.channels_end = strip_.channels + strip_channels * channel_words;
            strip_.ending = ending();
            run_channels(x + c, y + c);
            strip_.channels = strip_.channels_end;
        }
    }

private:
    Ending ending() const {
        const Ending bytes = stage_.lowest == stage_.zero_point ? Ending::relu : Ending::bytes;
        if (stage_.fast) return bytes;
        for (std::size_t c = 0; c < strip_channels; ++c) {
            if (!stage_of_channel(strip_.channels + c * channel_words).fast) return Ending::sums;
        }
        return bytes;
    }

    /// At stride 1 two rows of outputs from the same planes, at stride 2 one.
    void run_channels(const std::int8_t* x, std::int8_t* y) {
        const bool direct = geometry_.output_width >= strip_pixels && strip_.ending != Ending::sums;
        const std::size_t row_bytes = geometry_.output_width * geometry_.channels;
        const std::size_t rows_at_once = by_one_ ? 2 : 1;
        build_plane(x, 0);
        for (std::size_t row = 0, plane = 0; row < geometry_.output_height; row += rows_at_once, ++plane) {
            build_plane(x, plane + 1);
            choose_planes(plane);
            const bool two_rows = by_one_ && row + 1 < geometry_.output_height;
            if (direct) {
                run_rows(y, two_rows ? row_bytes : 0);
            } else {
                strip_.step = by_one_ ? Step::one_from_first : Step::two;
                run_row_by_way_of_a_copy(y);
                strip_.step = Step::one_from_second;
                if (two_rows) run_row_by_way_of_a_copy(y + row_bytes);
            }
            y += rows_at_once * row_bytes;
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

    void choose_planes(std::size_t first) {
        const auto distance = static_cast<std::int32_t>(4 * strip_channels * pitch_);
        const std::int32_t to_second = first % 2 == 0 ? distance : -distance;
        const std::int32_t read = by_one_ ? 28 : 44;
        first_plane_ = plane(first);
        strip_.to_second = to_second - read;
        strip_.to_next = static_cast<std::int32_t>(4 * pitch_) - to_second - read;
    }

    /// Rows as strips of five; the last strip begins early enough to end with the row.
    void run_rows(std::int8_t* y, std::size_t to_next_row) {
        strip_.pixel_stride = geometry_.channels;
        strip_.step = by_one_ ? Step::one_from_first : Step::two;
        const std::size_t last = geometry_.output_width - strip_pixels;
        for (std::size_t column = 0;; column = std::min(column + strip_pixels, last)) {
            std::int8_t* output = y + column * geometry_.channels;
            run_strip(column, output, to_next_row == 0 ? nullptr : output + to_next_row);
            if (column == last) return;
        }
    }

    [[gnu::always_inline]] void run_strip(std::size_t column, void* output, void* next_output) {
        strip_.plane = first_plane_ + (by_one_ ? column : 2 * column);
        strip_.output = output;
        strip_.next_output = next_output;
        multiply_strip(&strip_);
    }

    /// For rows narrower than a strip and for stages that need every rounding in full.
    [[gnu::noinline]] void run_row_by_way_of_a_copy(std::int8_t* y) {
        std::array<std::int32_t, strip_channels * strip_pixels> sums;
        std::array<std::int8_t, strip_channels * strip_pixels> bytes;
        strip_.pixel_stride = strip_channels;
        for (std::size_t column = 0; column < geometry_.output_width; column += strip_pixels) {
            const std::size_t pixels = std::min(strip_pixels, geometry_.output_width - column);
            const std::size_t early = column == 0 ? 0 : strip_pixels - pixels;
            if (strip_.ending == Ending::sums) {
                run_strip(column - early, sums.data(), nullptr);
                requantize_sums(sums, bytes);
            } else {
                run_strip(column - early, bytes.data(), nullptr);
            }
            for (std::size_t p = 0; p < pixels; ++p) {
                std::memcpy(y + (column + p) * geometry_.channels,
                            bytes.data() + (early + p) * strip_channels, strip_channels);
            }
        }
    }

    void requantize_sums(const std::array<std::int32_t, strip_channels * strip_pixels>& sums,
                         std::array<std::int8_t, strip_channels * strip_pixels>& bytes) const {
        for (std::size_t c = 0; c < strip_channels; ++c) {
            const std::uint32_t* words = strip_.channels + c * channel_words;
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
    std::uint32_t* planes_;
    const std::uint32_t* first_plane_ = nullptr;
    std::size_t pitch_;      // words from channel to channel in a plane
    std::uint32_t padding_;  // the input zero point, four times
    bool by_one_;            // stride
    Strip strip_{};
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
