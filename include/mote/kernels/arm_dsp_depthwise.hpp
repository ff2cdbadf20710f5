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
#include "mote/kernels/arm_dsp_strip_of_six.hpp"
#include "mote/kernels/isa.hpp"

/// int8 depthwise convolution, 3x3 at stride 1 or 2 with one filter per channel and whole words of channels;
/// everything else goes to arm_dsp_quads.hpp. Four channels at a time: rows are paired into two planes,
/// which roll down the image, and strips of five outputs, or of six, read them.
namespace mote::kernels::impl::arm_dsp {

/// How many outputs of a row a strip has, and the code for them.
struct StripCode {
    std::size_t pixels;
    void (*multiply)(const Strip*);
};

inline constexpr StripCode by_five{strip_pixels, multiply_strip};
/// For rows of whole sixes at stride 1 where no channel ends in sums.
inline constexpr StripCode by_six{6, multiply_strip_of_six};

/// Runs a packed layer of any of these shapes, four channels after another.
class Strips {
public:
    Strips(const ConvGeometry& geometry, const std::uint32_t* stream, const LayerStage& stage, StripCode code,
           std::uint32_t* memory)
        : code_(code),
          planes_(geometry, stage.input_zero_point, memory),
          geometry_(geometry),
          stage_(stage),
          stream_(stream),
          by_one_(geometry.stride_width == 1),
          row_bytes_(geometry.output_width * geometry.channels) {
        const auto read = static_cast<std::int32_t>(4 * (by_one_ ? code.pixels + 2 : 2 * code.pixels + 1));
        const std::int32_t distance = planes_.distance();
        strips_[0].to_second = distance - read;
        strips_[0].to_next = planes_.pitch() - distance - read;
        strips_[1].to_second = -distance - read;
        strips_[1].to_next = planes_.pitch() + distance - read;
        planes_at_ = {memory, memory + distance / 4};
    }

    void run(const std::int8_t* x, std::int8_t* y) {
        for (std::size_t c = 0; c < geometry_.channels; c += strip_channels) {
            const bool directly = geometry_.output_width >= strip_pixels && !ends_in_sums();
            for (Strip& strip : strips_) {
                strip.channels = stream_;
                strip.channels_end = stream_ + strip_channels * channel_words;
                strip.pixel_stride = directly ? geometry_.channels : strip_channels;
                strip.step = by_one_ ? Step::one_from_first : Step::two;
            }
            planes_.begin(x + c);
            if (directly) {
                run_channels(y + c);
            } else {
                run_channels_by_way_of_a_copy(y + c);
            }
            stream_ += strip_channels * channel_words;
        }
    }

private:
    [[nodiscard]] bool ends_in_sums() const { return stage_of_channel(stream_).ending == StripEnding::sums; }

    /// At stride 1 two rows of outputs from the same planes, at stride 2 one.
    void run_channels(std::int8_t* y) {
        std::size_t older = 0;
        for (std::size_t rows = geometry_.output_height; rows != 0; older ^= 1) {
            planes_.add();
            const bool two_rows = by_one_ && rows > 1;
            run_rows(older, y, two_rows ? y + row_bytes_ : nullptr);
            y += two_rows ? 2 * row_bytes_ : row_bytes_;
            rows -= two_rows ? 2 : 1;
        }
    }

    /// A row, or two, strip after strip; the last one begins early enough to end with the row.
    [[gnu::always_inline]] void run_rows(std::size_t older, std::int8_t* y, std::int8_t* y_below) {
        Strip& strip = strips_[older];
        strip.plane = planes_at_[older];
        strip.output = y;
        strip.next_output = y_below;
        code_.multiply(&strip);
        for (std::size_t rest = geometry_.output_width - code_.pixels; rest != 0;) {
            const std::size_t step = std::min(code_.pixels, rest);
            rest -= step;
            strip.plane += by_one_ ? step : 2 * step;
            y += step * geometry_.channels;
            strip.output = y;
            if (y_below) strip.next_output = y_below += step * geometry_.channels;
            code_.multiply(&strip);
        }
    }

    void run_strip(std::size_t column, void* output) {
        Strip& strip = strips_[older_];
        strip.plane = planes_at_[older_] + (by_one_ ? column : 2 * column);
        strip.output = output;
        strip.next_output = nullptr;
        multiply_strip(&strip);
    }

    /// For rows narrower than a strip and for stages that need every rounding in full.
    [[gnu::noinline]] void run_channels_by_way_of_a_copy(std::int8_t* y) {
        older_ = 1;
        for (std::size_t row = 0; row < geometry_.output_height; ++row, y += row_bytes_) {
            const bool second = by_one_ && row % 2 != 0;
            if (!second) {
                planes_.add();
                older_ ^= 1;
            }
            if (by_one_) strips_[older_].step = second ? Step::one_from_second : Step::one_from_first;
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
            const FilterStage filter = stage_of_sums(stream_ + c * channel_words);
            for (std::size_t p = 0; p < strip_pixels; ++p) {
                bytes[p * strip_channels + c] = requantize(sums[c * strip_pixels + p], filter, stage_);
            }
        }
    }

    StripCode code_;
    Planes planes_;
    std::array<const std::uint32_t*, 2> planes_at_;
    std::array<Strip, 2> strips_{};  // by which plane is the older
    std::size_t older_ = 0;
    const ConvGeometry& geometry_;
    const LayerStage& stage_;
    const std::uint32_t* stream_;
    bool by_one_;  // stride
    std::size_t row_bytes_;
};

/// One copy of the code for all shapes.
[[gnu::noinline]] inline void run_strips(const ConvGeometry& geometry, const std::uint32_t* stream,
                                         const LayerStage& stage, const StripCode& code, const std::int8_t* x,
                                         std::int8_t* y, std::byte* scratch) {
    Strips(geometry, stream, stage, code, reinterpret_cast<std::uint32_t*>(scratch)).run(x, y);
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
    const auto run_by = [&](const arm_dsp::StripCode& code) {
        arm_dsp::run_strips(geometry, packed.stream.data(), packed.stage, code, x, y, scratch);
    };
    if constexpr (G.stride_width == 1 && G.output_width % arm_dsp::by_six.pixels == 0) {
        if (packed.stage.fast) return run_by(arm_dsp::by_six);
    }
    run_by(arm_dsp::by_five);
}

}  // namespace mote::kernels::impl
