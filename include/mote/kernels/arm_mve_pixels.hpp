// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/arm_mve_tile.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Convolution with Helium of one pixel, or of two by arm_mve_tile.hpp.
namespace mote::kernels::impl::arm_mve {

/// All tiles for one pixel, which leaves a register for LE: 10 instructions for each 16 taps, and 17 a tile.
///
/// Registers  r0 r2 r4 r6 the sums, r1 the inputs, r5 the tile; rescaling is that of two_pixels.
[[gnu::noinline, gnu::optimize("O2")]] inline void one_pixel(const std::int8_t* x, const Job& job,
                                                             std::int8_t* y) {
    const int32x4_t lowest = vdupq_n_s32(job.limits.lowest), highest = vdupq_n_s32(job.limits.highest);
    int32x4_t multiplier, shift, sums;
    register const std::int8_t* r1 asm("r1") = x;
    register const std::int8_t* r5 asm("r5") = job.tiles;
    asm volatile(R"(
    1:  ldm r5!, {r0, r2, r4, r6}
        adds r5, r5, #16
        dls lr, %[vectors]
    2:  vldrb.8 %q[x], [r1], #16
        vldrb.8 %q[w0], [r5], #16
        vldrb.8 %q[w1], [r5], #16
        vmladava.s8 r0, %q[x], %q[w0]
        vldrb.8 %q[w0], [r5], #16
        vmladava.s8 r2, %q[x], %q[w1]
        vldrb.8 %q[w1], [r5], #16
        vmladava.s8 r4, %q[x], %q[w0]
        vmladava.s8 r6, %q[x], %q[w1]
        le lr, 2b

        vmov %q[x][2], %q[x][0], r0, r4
        vmov %q[x][3], %q[x][1], r2, r6
        vldrw.32 %q[w0], [r5], #16
        vqrdmulh.s32 %q[x], %q[x], %q[w0]
        subs r1, r1, %[vectors], lsl #4
        vshr.s32 %q[w0], %q[x], #31
        vldrw.32 %q[w1], [r5], #16
        vadd.i32 %q[x], %q[x], %q[w0]
        vrshl.s32 %q[x], %q[x], %q[w1]
        cmp r5, %[end]
        vadd.i32 %q[x], %q[x], %[zero_point]
        vmax.s32 %q[x], %q[x], %q[lowest]
        vmin.s32 %q[x], %q[x], %q[highest]
        vstrb.32 %q[x], [%[y]], #4
        bne 1b
    )"
                 : [x] "=&w"(sums), [w0] "=&w"(multiplier), [w1] "=&w"(shift), "+r"(r1), "+r"(r5), [y] "+l"(y)
                 : [vectors] "r"(job.vectors), [end] "r"(job.end),
                   [zero_point] "r"(static_cast<std::int32_t>(job.limits.zero_point)), [lowest] "w"(lowest),
                   [highest] "w"(highest)
                 : "r0", "r2", "r4", "r6", "lr", "cc", "memory");
}

/// The same for scales of 1/2 and above, which layers hardly have: by the specification itself.
[[gnu::noinline]] inline void one_unusual_pixel(const std::int8_t* x, const Job& job, std::int8_t* y) {
    for (const std::int8_t* start = job.tiles; start != job.end;
         start += tile_bytes(job.vectors), y += tile) {
        const auto* bias = reinterpret_cast<const std::int32_t*>(start);
        const std::int8_t* weights = start + sizeof(Tile<1>::bias);
        const auto* stage = reinterpret_cast<const std::int32_t*>(weights + job.vectors * tile * lanes);
        for (std::size_t filter = 0; filter < tile; ++filter) {
            std::int32_t sum = bias[filter];
            for (std::size_t i = 0; i < job.vectors; ++i) {
                sum = vmladavaq_s8(sum, vldrbq_s8(x + i * lanes),
                                   vldrbq_s8(weights + (i * tile + filter) * lanes));
            }
            const auto shift = static_cast<std::int8_t>(stage[tile + filter]);
            const StageView view{stage + filter, &shift, job.limits.zero_point, job.limits.lowest,
                                 job.limits.highest};
            y[filter] = reference::requantize(sum, view, 0);
        }
    }
}

/// All filters of one pixel, or of two neighbours; the last tile may have filters that do not exist.
[[gnu::noinline]] inline void pixels(const std::int8_t* x0, const std::int8_t* x1, Job job, std::int8_t* y,
                                     std::size_t filters) {
    const auto work = [&](std::int8_t* y0, std::int8_t* y1) {
        if (job.limits.unusual) {
            one_unusual_pixel(x0, job, y0);
            if (x1 != nullptr) one_unusual_pixel(x1, job, y1);
        } else if (x1 != nullptr) {
            job.two_pixels(x0, x1, job, y0, y1);
        } else {
            one_pixel(x0, job, y0);
        }
    };
    const std::size_t whole = filters - filters % tile;
    const std::int8_t* const end = job.end;
    if (whole != filters) job.end = end - tile_bytes(job.vectors);
    if (whole != 0) work(y, y + filters);
    if (whole == filters) return;
    job.tiles = job.end;
    job.end = end;
    std::array<std::int8_t, 2 * tile> last;
    work(last.data(), last.data() + tile);
    std::copy_n(last.data(), filters - whole, y + whole);
    if (x1 != nullptr) std::copy_n(last.data() + tile, filters - whole, y + filters + whole);
}

}  // namespace mote::kernels::impl::arm_mve
