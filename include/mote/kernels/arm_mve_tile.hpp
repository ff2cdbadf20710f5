// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Convolution with Helium: VMLADAVA adds 16 products to a core register, so that sums need no reduction.
///
/// A tile is two pixels by four filters: 14 instructions for each 16 taps of all eight, six of them loads. It
/// wants every even core register for a sum, which is why its loop counts by an address and not by LE.
namespace mote::kernels::impl::arm_mve {

inline constexpr std::size_t tile = 4;          // filters
inline constexpr std::size_t unrolled = 4;      // vectors in the loop of two_pixels
inline constexpr std::size_t vector_code = 56;  // bytes of code for one of them

/// Four filters as the code below reads them. The biases come twice, so that one LDM sets all eight sums.
template <std::size_t Vectors>
struct Tile {
    std::array<std::int32_t, 2 * tile> bias{};                  // the zero point folded in
    std::array<std::int8_t, Vectors * tile * lanes> weights{};  // [vector][filter][lane]
    std::array<std::int32_t, tile> multiplier{};
    std::array<std::int32_t, tile> shift{};
};

constexpr std::size_t tile_bytes(std::size_t vectors) {
    return (vectors * lanes + 4 * sizeof(std::int32_t)) * tile;
}
static_assert(sizeof(Tile<3>) == tile_bytes(3));

/// The part of an output stage that all filters share.
struct Limits {
    std::int8_t zero_point = 0, lowest = 0, highest = 0;
    bool unusual = false;  // some filter shifts to the left, or not at all

    /// Whether it does not matter how ties below the zero point are rounded.
    [[nodiscard]] constexpr bool relu() const { return lowest == zero_point; }
};

/// A run of tiles and where their outputs go.
struct Job {
    const std::int8_t* tiles;
    const std::int8_t* end;
    std::size_t vectors;
    const Limits& limits;
};

// The functions with gnu::optimize have more operands than registers are left beside a frame pointer, which
// the compiler keeps when it does not optimise.

/// All tiles for two pixels: per tile 14 instructions for each 16 taps, and 30.
///
/// Registers  r0 r2 r4 r6 the first pixel's sums, r8 r10 r12 lr the second's; r1 and r3 their inputs, r5 the
///            tile, r7 the first output, r9 the end of the first pixel's inputs. The stack keeps what the
///            sums displace.
/// Entry      The loop holds four vectors; the first pass skips r11 bytes of code, so that what is left is a
///            multiple of four.
/// Rescaling  VQRDMULH is the specification's doubling high multiply, to the bit. VRSHL rounds ties up, the
///            specification away from zero: negative values are lowered by one unit first, which moves their
///            ties below the half and nothing else across it. That holds for shifts to the right. With a ReLU
///            both give the zero point or less, and are clamped to it.
template <bool Relu>
[[gnu::noinline, gnu::optimize("O2")]] inline void two_pixels(const std::int8_t* x0, const std::int8_t* x1,
                                                              const Job& job, std::int8_t* y0,
                                                              std::int8_t* y1) {
    const int32x4_t lowest = vdupq_n_s32(job.limits.lowest), highest = vdupq_n_s32(job.limits.highest);
    int32x4_t multiplier, shift, first, second;
    register std::ptrdiff_t r0 asm("r0") = y1 - y0;
    register const std::int8_t* r1 asm("r1") = x0;
    register const std::int8_t* r3 asm("r3") = x1;
    register const std::int8_t* r4 asm("r4") = job.end;
    register const std::int8_t* r5 asm("r5") = job.tiles;
    register std::int32_t r6 asm("r6") = job.limits.zero_point;
    register std::int8_t* r8 asm("r8") = y0;
    register const std::int8_t* r9 asm("r9") = x0 + job.vectors * lanes;
    register std::size_t r11 asm("r11") = (0 - job.vectors) % unrolled * vector_code;
    asm volatile(R"(
        push {r7}
        push {r0, r1, r3, r4, r6}
        mov r7, r8
    1:  ldm r5!, {r0, r2, r4, r6, r8, r10, r12, lr}
        add pc, r11
        nop
    2:  .rept 4
        vldrb.8 %q[x0], [r1], #16
        vldrb.8 %q[w0], [r5], #16
        vldrb.8 %q[x1], [r3], #16
        vmladava.s8 r0, %q[x0], %q[w0]
        vldrb.8 %q[w1], [r5], #16
        vmladava.s8 r8, %q[x1], %q[w0]
        vmladava.s8 r2, %q[x0], %q[w1]
        vldrb.8 %q[w0], [r5], #16
        vmladava.s8 r10, %q[x1], %q[w1]
        vmladava.s8 r4, %q[x0], %q[w0]
        vldrb.8 %q[w1], [r5], #16
        vmladava.s8 r12, %q[x1], %q[w0]
        vmladava.s8 r6, %q[x0], %q[w1]
        vmladava.s8 lr, %q[x1], %q[w1]
        .endr
        cmp r1, r9
        blo 2b

        vmov %q[x0][2], %q[x0][0], r0, r4
        vmov %q[x0][3], %q[x0][1], r2, r6
        vmov %q[x1][2], %q[x1][0], r8, r12
        vmov %q[x1][3], %q[x1][1], r10, lr
        ldm sp, {r0, r1, r3, r4, r6}
        vldrw.32 %q[w0], [r5], #16
        vqrdmulh.s32 %q[x0], %q[x0], %q[w0]
        vqrdmulh.s32 %q[x1], %q[x1], %q[w0]
        .if %c[relu] == 0
        vshr.s32 %q[w0], %q[x0], #31
        vshr.s32 %q[w1], %q[x1], #31
        vadd.i32 %q[x0], %q[x0], %q[w0]
        vadd.i32 %q[x1], %q[x1], %q[w1]
        .endif
        vldrw.32 %q[w0], [r5], #16
        vrshl.s32 %q[x0], %q[x0], %q[w0]
        vrshl.s32 %q[x1], %q[x1], %q[w0]
        vadd.i32 %q[x0], %q[x0], r6
        vadd.i32 %q[x1], %q[x1], r6
        vmax.s32 %q[x0], %q[x0], %q[lowest]
        vmax.s32 %q[x1], %q[x1], %q[lowest]
        vmin.s32 %q[x0], %q[x0], %q[highest]
        vmin.s32 %q[x1], %q[x1], %q[highest]
        add r0, r7
        vstrb.32 %q[x0], [r7], #4
        vstrb.32 %q[x1], [r0]
        cmp r5, r4
        bne 1b
        add sp, #20
        pop {r7}
    )"
                 : [x0] "=&w"(first), [x1] "=&w"(second), [w0] "=&w"(multiplier), [w1] "=&w"(shift), "+r"(r0),
                   "+r"(r1), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r8)
                 : "r"(r9), "r"(r11), [lowest] "w"(lowest), [highest] "w"(highest), [relu] "n"(Relu)
                 : "r2", "r10", "r12", "lr", "cc", "memory");
}

/// All tiles for one pixel, which leaves a register for LE: 10 instructions for each 16 taps, and 17 a tile.
///
/// Registers  r0 r2 r4 r6 the sums, r1 the inputs, r5 the tile; rescaling as above.
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
            const auto run = job.limits.relu() ? two_pixels<true> : two_pixels<false>;
            run(x0, x1, job, y0, y1);
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
