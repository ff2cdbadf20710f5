// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/arm_mve_tile.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// What depthwise convolution with Helium does to a plane: fill it, sum its windows, rescale the sums.
namespace mote::kernels::impl::arm_mve {

inline constexpr std::size_t block = 8;  // channels transposed together
inline constexpr std::size_t planes_bytes =
    4096;  // scratch that their planes may take, unless one row takes more

/// How windows become lanes, and planes are cut into strips of rows.
struct Cut {
    bool square = false;          // 2x2 outputs to a patch; otherwise one
    std::size_t columns = 0;      // lanes to a row of the patch
    std::size_t vectors = 0;      // to a patch
    std::size_t line = 0;         // bytes of a row of a plane
    std::size_t reach = 0;        // rows under a window
    std::size_t output_rows = 0;  // of a strip
    std::size_t plane = 0;        // bytes

    constexpr explicit Cut(const ConvGeometry& g)
        : square(g.stride_height * g.stride_width * g.dilation_height * g.dilation_width == 1 &&
                 (g.kernel_height + 1) * (g.kernel_width + 1) <= lanes &&
                 g.kernel_height * line_of(g, true) + g.kernel_width <= 255),
          columns(g.kernel_width + (square ? 1 : 0)),
          vectors(square ? 1 : round_up(g.kernel_height * g.kernel_width, lanes) / lanes),
          line(line_of(g, square)),
          reach((g.kernel_height - 1) * g.dilation_height + 1) {
        const std::size_t step = square ? 2 : 1;
        output_rows = step;
        while (output_rows < g.output_height &&
               block * line * rows_for(g, output_rows + step) <= planes_bytes) {
            output_rows += step;
        }
        plane = rows_for(g, output_rows) * line;
    }

    static constexpr std::size_t line_of(const ConvGeometry& g, bool square) {
        const std::size_t width = square ? round_up(g.output_width, 2) : g.output_width;
        const std::size_t reach_x =
            (width - 1) * g.stride_width + (g.kernel_width - 1) * g.dilation_width + 1;
        return std::max(reach_x, g.padding_left + g.width);
    }
    [[nodiscard]] constexpr std::size_t rows_for(const ConvGeometry& g, std::size_t outputs) const {
        return (outputs - 1) * g.stride_height + reach;
    }
    /// The lane of a tap, and where it lies in a plane.
    [[nodiscard]] constexpr std::size_t lane(const ConvGeometry& g, std::size_t tap) const {
        return tap / g.kernel_width * columns + tap % g.kernel_width;
    }
    [[nodiscard]] constexpr std::size_t offset(const ConvGeometry& g, std::size_t of_lane) const {
        return of_lane / columns * g.dilation_height * line + of_lane % columns * g.dilation_width;
    }
    [[nodiscard]] constexpr std::size_t patch_lanes(const ConvGeometry& g) const {
        return (g.kernel_height + (square ? 1 : 0)) * columns;
    }
};

/// A row of pixels, some of their channels: one byte into each of the planes per pixel.
inline void transpose_row(const std::int8_t* x, std::size_t pixels, std::size_t step, std::size_t channels,
                          std::int8_t* to, std::size_t plane) {
    const uint16x8_t planes = vmulq_n_u16(vidupq_n_u16(0, 1), static_cast<std::uint16_t>(plane));
    asm volatile(R"(
        vctp.16 %[channels]
        wls lr, %[pixels], 2f
    1:  vpstt
        vldrbt.s16 q0, [%[x]]
        vstrbt.16 q0, [%[to], %q[planes]]
        add %[x], %[x], %[step]
        adds %[to], %[to], #1
        le lr, 1b
    2:
    )"
                 : [x] "+l"(x), [to] "+r"(to)
                 : [pixels] "r"(pixels), [step] "r"(step), [channels] "r"(channels), [planes] "w"(planes)
                 : "q0", "lr", "cc", "memory");
}

/// Sums of a pair of output rows by squares, from the right to the left, so that what an odd width writes
/// beyond its row is overwritten: 9 instructions for four sums.
[[gnu::optimize("O2")]] inline void square_row(const std::int8_t* plane, std::size_t squares,
                                               uint8x16_t offsets, const int8x16_t (&w)[4],
                                               std::int32_t* upper, std::int32_t* lower) {
    asm volatile(R"(
        dls lr, %[squares]
    1:  vldrb.u8 q0, [%[plane], %q[offsets]]
        subs %[plane], %[plane], #2
        vmladav.s8 r0, q0, %q[w0]
        vmladav.s8 r2, q0, %q[w1]
        vmladav.s8 r4, q0, %q[w2]
        vmladav.s8 r6, q0, %q[w3]
        strd r0, r2, [%[upper]], #-8
        strd r4, r6, [%[lower]], #-8
        le lr, 1b
    )"
                 : [plane] "+r"(plane), [upper] "+r"(upper), [lower] "+r"(lower)
                 : [squares] "r"(squares), [offsets] "w"(offsets), [w0] "w"(w[0]), [w1] "w"(w[1]),
                   [w2] "w"(w[2]), [w3] "w"(w[3])
                 : "q0", "r0", "r2", "r4", "r6", "lr", "cc", "memory");
}

/// Everything about one filter that is not its weights.
struct FilterStage {
    std::int32_t bias, multiplier, shift;
    const Limits& limits;
};

/// Output bytes `step` apart, four at a time; the rescaling is that of two_pixels.
template <bool Relu>
inline void requantize_run(const std::int32_t* sums, std::size_t n, const FilterStage& stage, std::int8_t* y,
                           std::size_t step) {
    const int32x4_t lowest = vdupq_n_s32(stage.limits.lowest), highest = vdupq_n_s32(stage.limits.highest);
    const uint32x4_t places = vmulq_n_u32(vidupq_n_u32(0, 1), static_cast<std::uint32_t>(step));
    asm volatile(
        R"(
        dlstp.32 lr, %[n]
    1:  vldrw.32 q0, [%[sums]], #16
        vadd.i32 q0, q0, %[bias]
        vqrdmulh.s32 q0, q0, %[multiplier]
        .if %c[relu] == 0
        vshr.s32 q1, q0, #31
        vadd.i32 q0, q0, q1
        .endif
        vrshl.s32 q0, %[shift]
        vadd.i32 q0, q0, %[zero_point]
        vmax.s32 q0, q0, %q[lowest]
        vmin.s32 q0, q0, %q[highest]
        vstrb.32 q0, [%[y], %q[places]]
        add %[y], %[y], %[step]
        letp lr, 1b
    )"
        : [sums] "+r"(sums), [y] "+r"(y)
        : [n] "r"(n), [bias] "r"(stage.bias), [multiplier] "r"(stage.multiplier), [shift] "r"(stage.shift),
          [zero_point] "r"(static_cast<std::int32_t>(stage.limits.zero_point)), [step] "r"(4 * step),
          [lowest] "w"(lowest), [highest] "w"(highest), [places] "w"(places), [relu] "n"(Relu)
        : "q0", "q1", "lr", "cc", "memory");
}

/// The same for scales of 1/2 and above.
inline void requantize_unusual(const std::int32_t* sums, std::size_t n, const FilterStage& stage,
                               std::int8_t* y, std::size_t step) {
    const auto shift = static_cast<std::int8_t>(stage.shift);
    const StageView view{&stage.multiplier, &shift, stage.limits.zero_point, stage.limits.lowest,
                         stage.limits.highest};
    for (std::size_t i = 0; i < n; ++i) y[i * step] = reference::requantize(sums[i] + stage.bias, view, 0);
}

}  // namespace mote::kernels::impl::arm_mve
