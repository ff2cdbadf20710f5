// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_stage.hpp"
#include "mote/kernels/arm_v6m_tile.hpp"
#include "mote/kernels/reference_conv.hpp"

/// A patch of inputs times the filters of arm_v6m_tile.hpp, and their output bytes.
namespace mote::kernels::impl::arm_v6m {

/// What a run of tiles leaves behind: where the next begins, the end of its outputs, and a bit for each
/// output of the last tile whose rounding is in doubt.
struct TileResult {
    const std::int32_t* next;
    std::int8_t* y;
    std::uint32_t doubtful;
};

/// y = the output bytes of one pixel's patch, tile by tile up to `end` or to one with an output in doubt;
/// then totals = those of its a and b, and their high sums. 27 instructions for each 4 x 4 products, or 32,
/// and about 70 a tile.
///
/// Registers  r0 patch, r1 the tile, r2-r5 weights and then products, r6-r7 inputs, r8-r9 the totals of a and
///            b, r10-r11 their high sums, r12 2^15, lr y. For rescaling r0 y, r2 work, r3 one sum, r4-r7 its
///            rescaler. On the stack the patch, the end of y, the doubtful outputs and where totals go.
[[gnu::always_inline]] inline TileResult multiply(const std::int32_t* patch, const std::int32_t* tiles,
                                                  std::int8_t* y, const std::int8_t* end,
                                                  std::int32_t* totals) {
    register const std::int32_t* r0 asm("r0") = patch;
    register const std::int32_t* r1 asm("r1") = tiles;
    register std::int8_t* r2 asm("r2") = y;
    register const std::int8_t* r3 asm("r3") = end;
    register std::int32_t* r4 asm("r4") = totals;
    asm volatile(R"(
        .syntax unified
        push {r4, r7}
        movs r5, #0
        push {r0, r3, r5}
        mov lr, r2
        movs r2, #1
        lsls r2, r2, #15
        mov r12, r2
    1:  ldmia r1!, {r2, r3, r4, r5}
        mov r8, r2
        mov r9, r3
        mov r10, r4
        mov r11, r5
    2:  ldmia r1!, {r2}
        add pc, r2
        nop

        .rept 4
        ldmia r0!, {r6, r7}
        ldmia r1!, {r2, r3, r4, r5}
        muls r2, r6, r2
        muls r3, r6, r3
        muls r4, r7, r4
        muls r5, r7, r5
        adds r2, r2, r4
        adds r3, r3, r5
        ldmia r0!, {r6, r7}
        ldmia r1!, {r4, r5}
        muls r4, r6, r4
        muls r5, r6, r5
        adds r2, r2, r4
        adds r3, r3, r5
        ldmia r1!, {r4, r5}
        muls r4, r7, r4
        muls r5, r7, r5
        adds r2, r2, r4
        adds r3, r3, r5
        add r8, r2
        add r2, r12
        asrs r2, r2, #16
        add r10, r2
        add r9, r3
        add r3, r12
        asrs r3, r3, #16
        add r11, r3
        .endr
        b 2b

        .rept 8
        ldmia r0!, {r6, r7}
        ldmia r1!, {r2, r3, r4, r5}
        muls r2, r6, r2
        muls r3, r6, r3
        muls r4, r7, r4
        muls r5, r7, r5
        adds r2, r2, r4
        adds r3, r3, r5
        add r8, r2
        add r2, r12
        asrs r2, r2, #16
        add r10, r2
        add r9, r3
        add r3, r12
        asrs r3, r3, #16
        add r11, r3
        .endr
        b 2b

        mov r0, lr
        .irp i, 0, 1, 2, 3
        .if \i < 2
        mov r3, r10
        .else
        mov r3, r11
        .endif
        .if \i == 0
        lsls r2, r3, #16
        mov r3, r8
        subs r3, r3, r2
        .elseif \i == 2
        lsls r2, r3, #16
        mov r3, r9
        subs r3, r3, r2
        .endif
        ldmia r1!, {r4, r5, r6, r7}
        cmp r3, r4
        bls 3f
        asrs r2, r3, #31
        mov r3, r4
        bics r3, r3, r2
    3:  muls r3, r5, r3
        adds r3, r3, r6
        lsls r2, r3, #8
        asrs r3, r3, #24
        strb r3, [r0, #\i]
        cmp r2, r7
        blo 2\i\()f
    1\i:
        .endr
        adds r1, r1, #16
        adds r0, r0, #4
        mov lr, r0
        ldr r2, [sp, #4]
        cmp r0, r2
        beq 4f
        ldr r0, [sp]
        b 1b

        .irp i, 0, 1, 2, 3
    2\i:
        movs r2, #(1 << \i)
        ldr r3, [sp, #8]
        adds r2, r2, r3
        adds r3, r0, #4
        str r3, [sp, #4]
        str r2, [sp, #8]
        b 1\i\()b
        .endr

    4:  mov r4, r8
        mov r5, r9
        mov r6, r10
        mov r7, r11
        add sp, #8
        pop {r2, r3}
        stmia r3!, {r4, r5, r6, r7}
        mov r3, r0
        pop {r7}
    )"
                 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4)
                 :
                 : "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return {r1, y + (r3 - y), reinterpret_cast<std::uintptr_t>(r2)};
}

/// The exact bytes where a rescaler left doubt.
[[gnu::noinline]] inline void settle(std::uint32_t doubtful, const std::int32_t* totals,
                                     const std::int32_t* lowest, const StageView& stage, std::size_t first,
                                     std::int8_t* y) {
    for (std::size_t i = 0; i < tile; ++i) {
        if ((doubtful >> i & 1) != 0) y[i] = exact(lane_sum(totals, i), lowest[i], stage, first + i);
    }
}

/// The outputs of one pixel from filter `first` on, until `end`. Returns the end of their tiles.
[[gnu::noinline]] inline const std::int32_t* multiply_tiles(const std::int32_t* patch,
                                                            const std::int32_t* tiles, const StageView& stage,
                                                            std::size_t first, std::int8_t* y,
                                                            const std::int8_t* end) {
    std::array<std::int32_t, tile> totals;
    while (y != end) {
        const TileResult result = multiply(patch, tiles, y, end, totals.data());
        first += static_cast<std::size_t>(result.y - y);
        if (result.doubtful != 0) {
            settle(result.doubtful, totals.data(), result.next - tile, stage, first - tile, result.y - tile);
        }
        tiles = result.next;
        y = result.y;
    }
    return tiles;
}

/// The outputs of one pixel; the last tile may have filters that do not exist.
[[gnu::noinline]] inline void multiply_patch(const std::int32_t* patch, const std::int32_t* tiles,
                                             const StageView& stage, std::int8_t* y, std::size_t filters) {
    const std::size_t whole = filters - filters % tile;
    tiles = multiply_tiles(patch, tiles, stage, 0, y, y + whole);
    if (whole == filters) return;
    std::array<std::int8_t, tile> last;
    multiply_tiles(patch, tiles, stage, whole, last.data(), last.data() + tile);
    std::copy_n(last.data(), filters - whole, y + whole);
}

}  // namespace mote::kernels::impl::arm_v6m
