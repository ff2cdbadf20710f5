// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"
#include "mote/kernels/arm_dsp_depthwise_layout.hpp"
#include "mote/kernels/arm_dsp_strip.hpp"

/// The planes that arm_dsp_strip.hpp reads: rows of four channels of an image in pairs, the last two pairs.
namespace mote::kernels::impl::arm_dsp {

/// Two rows and the plane they go to. The assembly loads the fields in this order; it leaves the rows two
/// further down and the planes exchanged.
struct RowPair {
    const std::int8_t* lower;  // four channels of the first pixel; one word of padding outside the image
    const std::int8_t* upper;
    std::size_t lower_step;  // to the next pixel; 0 outside the image
    std::size_t upper_step;
    std::uint32_t* plane;
    std::uint32_t* next_plane;
    std::size_t pitch;  // bytes from channel to channel of the plane
    std::size_t columns;
    std::size_t row_bytes;
};

// clang-format off
/// r0 and r1 rows, r2 and r3 their steps, r4 plane of channels 0 and 2, r5 of 1 and 3, r6 pitch, r7 columns.
MOTE_ASSEMBLY inline void pair_rows(RowPair*) {
    asm("push {r0, r4-r10, lr} \n"
        "ldm r0, {r0-r7} \n"
        "add r5, r4, r6 \n"
        "1: \n"
        "ldr r8, [r0] \n"
        "ldr r9, [r1] \n"
        "add r0, r2 \n"
        "add r1, r3 \n"
        "pkhbt r10, r8, r9, lsl #16 \n"  // channels 0 and 1 of both rows
        "pkhtb r8, r9, r8, asr #16 \n"   // channels 2 and 3
        "sxtb16 r9, r8 \n"
        "sxtb16 r8, r8, ror #8 \n"
        "str r9, [r4, r6, lsl #1] \n"
        "str r8, [r5, r6, lsl #1] \n"
        "sxtb16 r9, r10 \n"
        "sxtb16 r10, r10, ror #8 \n"
        "str r9, [r4], #4 \n"
        "str r10, [r5], #4 \n"
        "subs r7, #1 \n"
        "bne 1b \n"
        "pop {r2} \n"
        "ldr r0, [r2, #32] \n"
        "ldrd r3, r4, [r2, #16] \n"
        "add r0, r1 \n"  // the upper row's end is where the next lower one begins
        "strd r1, r0, [r2] \n"
        "strd r4, r3, [r2, #16] \n"
        "pop {r4-r10, pc} \n");
}
// clang-format on

/// Two planes that roll down an image, each new one in the place of the older. Their edges hold padding,
/// which is written once.
class Planes {
public:
    Planes(const ConvGeometry& geometry, std::int8_t padding, std::uint32_t* memory)
        : height_(geometry.height),
          channels_(geometry.channels),
          padding_top_(geometry.padding_top),
          padding_(static_cast<std::uint8_t>(padding) * 0x01010101u) {
        const std::size_t columns = plane_columns(geometry);
        std::fill(memory, memory + 2 * strip_channels * columns, pair_of(padding, padding));
        memory_ = memory + geometry.padding_left;
        pair_.pitch = sizeof(std::uint32_t) * columns;
        pair_.columns = geometry.width;
        pair_.row_bytes = geometry.width * geometry.channels;
    }

    /// Begins with the rows of the first window in the four channels at x, which go to plane 0.
    void begin(const std::int8_t* x) {
        image_ = x;
        row_ = 0 - padding_top_;  // wraps above the image
        pairs_within_ = 0;
        pair_.plane = memory_;
        pair_.next_plane = memory_ + distance() / 4;
        add();
    }

    /// The next two rows.
    [[gnu::always_inline]] void add() {
        if (pairs_within_ == 0) {
            find_rows();
        } else {
            --pairs_within_;
        }
        pair_rows(&pair_);
    }

    /// Bytes from channel to channel, and from plane 0 to plane 1.
    [[nodiscard]] std::int32_t pitch() const { return static_cast<std::int32_t>(pair_.pitch); }
    [[nodiscard]] std::int32_t distance() const {
        return static_cast<std::int32_t>(strip_channels) * pitch();
    }

private:
    /// Where the next two rows are, and how many pairs after them lie within the image, one below the other.
    [[gnu::noinline]] void find_rows() {
        const auto* padding = reinterpret_cast<const std::int8_t*>(&padding_);
        const bool lower = row_ < height_, upper = row_ + 1 < height_;
        const std::int8_t* rows = image_ + static_cast<std::ptrdiff_t>(row_ * pair_.row_bytes);
        pair_.lower = lower ? rows : padding;
        pair_.upper = upper ? rows + pair_.row_bytes : padding;
        pair_.lower_step = lower ? channels_ : 0;
        pair_.upper_step = upper ? channels_ : 0;
        if (lower && upper) pairs_within_ = (height_ - row_) / 2 - 1;
        row_ += 2 + 2 * pairs_within_;
    }

    const std::int8_t* image_ = nullptr;
    std::size_t row_ = 0;
    std::size_t pairs_within_ = 0;
    std::size_t height_;
    std::size_t channels_;
    std::size_t padding_top_;
    std::uint32_t padding_;  // the input zero point, four times
    std::uint32_t* memory_;
    RowPair pair_{};
};

}  // namespace mote::kernels::impl::arm_dsp
