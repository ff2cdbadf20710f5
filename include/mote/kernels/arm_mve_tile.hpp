// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"

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
    /// The same where narrowing to bytes is all of the clamp.
    [[nodiscard]] constexpr bool whole_relu() const { return relu() && lowest == -128 && highest == 127; }
};

/// A run of tiles, and what does two pixels of them where a layer has as many.
struct Job {
    const std::int8_t* tiles;
    const std::int8_t* end;
    std::size_t vectors;
    const Limits& limits;
    void (*two_pixels)(const std::int8_t* x0, const std::int8_t* x1, const Job& job, std::int8_t* y0,
                       std::int8_t* y1);
};

// The functions with gnu::optimize have more operands than registers are left beside a frame pointer, which
// the compiler keeps when it does not optimise.

/// All tiles for two pixels. Per tile 14 instructions for each vector of 16 taps, and 19 where Vectors is
/// their number, up to four; a single vector of inputs stays in its register and saves two. Where Vectors is
/// 0 there are any number: 21 a tile, and two for every four vectors.
///
/// Registers  r0 r2 r4 r6 the first pixel's sums, r8 r10 r12 lr the second's; r1 and r3 their inputs, r5 the
///            tile, r7 the first output, r9 the last tile's end and r11 the zero point, or else r9 the end of
///            the first pixel's inputs and r11 the bytes of code to skip. Then the stack keeps what the sums
///            displace.
/// Entry      The loop holds four vectors; the first pass skips r11 bytes of code, so that what is left is a
///            multiple of four.
/// Rescaling  VQRDMULH is the specification's doubling high multiply, to the bit. VRSHL rounds ties up, the
///            specification away from zero: negative values are lowered by one unit first, which moves their
///            ties below the half and nothing else across it. That holds for shifts to the right. With a ReLU
///            both give the zero point or less, and are clamped to it; where Relu is true, by narrowing.
/// Outputs    Narrowing puts both pixels' filters by turns: [places] says where they go.
template <std::size_t Vectors, bool Relu>
[[gnu::noinline, gnu::optimize("O2")]] inline void two_pixels(const std::int8_t* x0, const std::int8_t* x1,
                                                              const Job& job, std::int8_t* y0,
                                                              std::int8_t* y1) {
    constexpr bool any = Vectors == 0;
    const int16x8_t lowest = vdupq_n_s16(job.limits.lowest), highest = vdupq_n_s16(job.limits.highest);
    const uint32x4_t apart = vdupq_n_u32(static_cast<std::uint32_t>(y1 - y0) << 16);
    const uint16x8_t places = vaddq_u16(vshrq_n_u16(vidupq_n_u16(0, 1), 1), uint16x8_t(apart));
    const std::int32_t zero_point = job.limits.zero_point;
    int8x16_t inputs0, inputs1, first, second, multiplier;
    register const std::int8_t* r1 asm("r1") = x0;
    register const std::int8_t* r3 asm("r3") = x1;
    register const std::int8_t* r4 asm("r4") = job.end;
    register const std::int8_t* r5 asm("r5") = job.tiles;
    register std::int32_t r6 asm("r6") = zero_point;
    register std::int8_t* r8 asm("r8") = y0;
    register const std::int8_t* r9 asm("r9") = any ? x0 + job.vectors * lanes : job.end;
    register std::size_t r11 asm("r11") =
        any ? (0 - job.vectors) % unrolled * vector_code : static_cast<std::size_t>(zero_point);
    asm volatile(R"(
        push {r7}
        .if %c[vectors] == 0
        push {r1, r3, r4, r6}
        .elseif %c[vectors] == 1
        vldrb.8 %q[x0], [r1]
        vldrb.8 %q[x1], [r3]
        .endif
        mov r7, r8
    1:  ldm r5!, {r0, r2, r4, r6, r8, r10, r12, lr}
        .if %c[vectors] == 0
        add pc, r11
        nop
        .endif
    2:  .irp at, 0, 16, 32, 48
        .if %c[vectors] == 0
        vldrb.8 %q[x0], [r1], #16
        vldrb.8 %q[a], [r5], #16
        vldrb.8 %q[x1], [r3], #16
        .elseif \at < 16 * %c[vectors]
        .if %c[vectors] > 1
        vldrb.8 %q[x0], [r1, #\at]
        vldrb.8 %q[x1], [r3, #\at]
        .endif
        vldrb.8 %q[a], [r5], #16
        .endif
        .if %c[vectors] == 0 || \at < 16 * %c[vectors]
        vmladava.s8 r0, %q[x0], %q[a]
        vldrb.8 %q[b], [r5], #16
        vmladava.s8 r8, %q[x1], %q[a]
        vmladava.s8 r2, %q[x0], %q[b]
        vldrb.8 %q[a], [r5], #16
        vmladava.s8 r10, %q[x1], %q[b]
        vmladava.s8 r4, %q[x0], %q[a]
        vldrb.8 %q[b], [r5], #16
        vmladava.s8 r12, %q[x1], %q[a]
        vmladava.s8 r6, %q[x0], %q[b]
        vmladava.s8 lr, %q[x1], %q[b]
        .endif
        .endr
        .if %c[vectors] == 0
        cmp r1, r9
        blo 2b
        .endif

        vmov %q[a][2], %q[a][0], r0, r4
        vmov %q[a][3], %q[a][1], r2, r6
        vmov %q[b][2], %q[b][0], r8, r12
        vmov %q[b][3], %q[b][1], r10, lr
        vldrw.32 %q[m], [r5], #16
        vqrdmulh.s32 %q[a], %q[a], %q[m]
        vqrdmulh.s32 %q[b], %q[b], %q[m]
        .if %c[relu] == 0
        vshr.s32 %q[m], %q[a], #31
        vadd.i32 %q[a], %q[a], %q[m]
        vshr.s32 %q[m], %q[b], #31
        vadd.i32 %q[b], %q[b], %q[m]
        .endif
        vldrw.32 %q[m], [r5], #16
        vrshl.s32 %q[a], %q[a], %q[m]
        vrshl.s32 %q[b], %q[b], %q[m]
        vqmovnb.s32 %q[a], %q[a]
        vqmovnt.s32 %q[a], %q[b]
        .if %c[vectors] == 0
        ldm sp, {r1, r3, r4, r6}
        vqadd.s16 %q[a], %q[a], r6
        .else
        vqadd.s16 %q[a], %q[a], r11
        .endif
        .if %c[relu] == 0
        vmax.s16 %q[a], %q[a], %q[lowest]
        vmin.s16 %q[a], %q[a], %q[highest]
        .else
        vqmovnb.s16 %q[a], %q[a]
        .endif
        vstrb.16 %q[a], [r7, %q[places]]
        adds r7, r7, #4
        .if %c[vectors] == 0
        cmp r5, r4
        .else
        cmp r5, r9
        .endif
        bne 1b
        .if %c[vectors] == 0
        add sp, #16
        .endif
        pop {r7}
    )"
                 : [x0] "=&w"(inputs0), [x1] "=&w"(inputs1), [a] "=&w"(first), [b] "=&w"(second),
                   [m] "=&w"(multiplier), "+r"(r1), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r8)
                 : "r"(r9), "r"(r11), [places] "w"(places), [lowest] "w"(lowest), [highest] "w"(highest),
                   [vectors] "n"(Vectors), [relu] "n"(Relu)
                 : "r0", "r2", "r10", "r12", "lr", "cc", "memory");
}

}  // namespace mote::kernels::impl::arm_mve
