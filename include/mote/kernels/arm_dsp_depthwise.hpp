// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/kernels/arm_dsp_depthwise_layout.hpp"
#include "mote/kernels/arm_dsp_planes.hpp"
#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/arm_dsp_strip.hpp"
#include "mote/kernels/isa.hpp"

/// int8 depthwise convolution, 3x3 at stride 1 or 2 with one filter per channel and whole words of channels;
/// everything else goes to arm_dsp_quads.hpp. Four channels at a time: rows are paired into two planes,
/// which roll down the image, and strips of five outputs read them.
namespace mote::kernels::impl::arm_dsp {

/// Runs a packed layer of any of these shapes, four channels after another.
class Strips {
public:
    Strips(const ConvGeometry& geometry, const std::uint32_t* stream, const LayerStage& stage,
           std::uint32_t* memory)
        : planes_(geometry, stage.input_zero_point, memory),
          geometry_(geometry),
          stage_(stage),
          by_one_(geometry.stride_width == 1),
          row_bytes_(geometry.output_width * geometry.channels) {
        const std::int32_t read = by_one_ ? 28 : 44;
        const std::int32_t distance = planes_.distance();
        links_[0] = {distance - read, planes_.pitch() - distance - read};
        links_[1] = {-distance - read, planes_.pitch() + distance - read};
        strip_.channels = stream;
    }

    void run(const std::int8_t* x, std::int8_t* y) {
        for (std::size_t c = 0; c < geometry_.channels; c += strip_channels) {
            strip_.channels_end = strip_.channels + strip_channels * channel_words;
            planes_.begin(x + c);
            if (geometry_.output_width >= strip_pixels && !ends_in_sums()) {
                run_channels(y + c);
            } else {
                run_channels_by_way_of_a_copy(y + c);
            }
            strip_.channels = strip_.channels_end;
        }
    }

private:
    [[nodiscard]] bool ends_in_sums() const {
        return stage_of_channel(strip_.channels).ending == StripEnding::sums;
    }

    /// The planes for the next rows of outputs.
    [[gnu::always_inline]] void add_plane() {
        planes_.add();
        strip_.to_second = links_[planes_.older()].to_second;
        strip_.to_next = links_[planes_.older()].to_next;
    }

    /// At stride 1 two rows of outputs from the same planes, at stride 2 one.
    void run_channels(std::int8_t* y) {
        strip_.pixel_stride = geometry_.channels;
        strip_.step = by_one_ ? Step::one_from_first : Step::two;
        for (std::size_t rows = geometry_.output_height; rows != 0;) {
            const bool two_rows = by_one_ && rows > 1;
            add_plane();
            run_rows(y, two_rows ? row_bytes_ : 0);
            y += two_rows ? 2 * row_bytes_ : row_bytes_;
            rows -= two_rows ? 2 : 1;
        }
    }

    /// A row, or two, as strips of five; the last strip begins early enough to end with the row.
    void run_rows(std::int8_t* y, std::size_t to_next_row) {
        const std::size_t last = geometry_.output_width - strip_pixels;
        strip_.plane = planes_.plane(planes_.older());
        for (std::size_t column = 0;;) {
            strip_.output = y;
            strip_.next_output = to_next_row == 0 ? nullptr : y + to_next_row;
            multiply_strip(&strip_);
            if (column == last) return;
            const std::size_t step = std::min(strip_pixels, last - column);
            column += step;
            strip_.plane += by_one_ ? step : 2 * step;
            y += step * geometry_.channels;
        }
    }

    void run_strip(std::size_t column, void* output) {
        strip_.plane = planes_.plane(planes_.older()) + (by_one_ ? column : 2 * column);
        strip_.output = output;
        strip_.next_output = nullptr;
        multiply_strip(&strip_);
    }

    /// For rows narrower than a strip and for stages that need every rounding in full.
    [[gnu::noinline]] void run_channels_by_way_of_a_copy(std::int8_t* y) {
        strip_.pixel_stride = strip_channels;
        for (std::size_t row = 0; row < geometry_.output_height; ++row, y += row_bytes_) {
            const bool first = !by_one_ || row % 2 == 0;
            if (first) add_plane();
            strip_.step = !by_one_ ? Step::two : first ? Step::one_from_first : Step::one_from_second;
            for (std::size_t column = 0; column < geometry_.output_width; column += strip_pixels) {
                copy_strip(column, y + column * geometry_.channels);
            }
        }
    }

    void copy_strip(std::size_t column, std::int8_t* y) {
        std::array<std::int32_t, strip_channels * strip_pixels> sums;
        std::array<std::int8_t, strip_channels * strip_pixels> bytes;
        const std::size_t pixels = std::min(strip_pixels, geometry_.output_width - column);
        const std::size_t early = column == 0 ? 0 : strip_pixels - pixels;  // to end with the row
        if (ends_in_sums()) {
            run_strip(column - early, sums.data());
            requantize_sums(sums, bytes);
        } else {
            run_strip(column - early, bytes.data());
        }
        for (std::size_t p = 0; p < pixels; ++p) {
            std::memcpy(y + p * geometry_.channels, bytes.data() + (early + p) * strip_channels,
                        strip_channels);
        }
    }

    void requantize_sums(const std::array<std::int32_t, strip_channels * strip_pixels>& sums,
                         std::array<std::int8_t, strip_channels * strip_pixels>& bytes) const {
        for (std::size_t c = 0; c < strip_channels; ++c) {
            const ChannelStage channel = stage_of_channel(strip_.channels + c * channel_words);
            const FilterStage filter{channel.bias, channel.multiplier, channel.shift, false};
            for (std::size_t p = 0; p < strip_pixels; ++p) {
                bytes[p * strip_channels + c] = requantize(sums[c * strip_pixels + p], filter, stage_);
            }
        }
    }

    struct Link {
        std::int32_t to_second;
        std::int32_t to_next;
    };

    Planes planes_;
    std::array<Link, 2> links_;  // by which plane is the older
    const ConvGeometry& geometry_;
    const LayerStage& stage_;
    bool by_one_;  // stride
    std::size_t row_bytes_;
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
