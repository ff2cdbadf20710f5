// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_stage.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Convolution for cores whose only multiply is 32 x 32 -> 32: two products for each.
///
/// The weights of two filters share a word, w = w1 * 2^16 + w0, so that x * w = (x * w1) * 2^16 + x * w0. A
/// sum s of such products keeps its lanes apart as long as the weights of each lane add up to 255 at most,
/// sign aside: then |s0| <= 128 * 255 < 2^15. It is split before more could overflow:
///     total += s;  high += (s + 2^15) >> 16
/// where the shift yields s1 exactly, because s0 + 2^15 lies in [0, 2^16). In the end high is the sum of all
/// s1, and total - high * 2^16 (modulo 2^32) the sum of all s0.
///
/// Two taps may always be summed before a split. pack() looks at the weights and sums four where it may: a
/// block of sixteen taps says which, in the word before its weights.
///
/// A word holds two weights, so a layer takes two bytes of flash for each; unpack() gives them back. Inputs
/// are widened to words once for each pixel, so that LDM fills several registers at a time.
namespace mote::kernels::impl::arm_v6m {

inline constexpr std::size_t tile = 4;    // filters: two words of weights for each tap
inline constexpr std::size_t quad = 4;    // taps that are summed before a split where the weights allow
inline constexpr std::size_t block = 16;  // taps
inline constexpr std::int32_t most_of_a_lane = 255;

constexpr std::size_t round_up(std::size_t n, std::size_t unit) {
    return (n + unit - 1) / unit * unit;
}

/// Moves inputs into words; by fours, as single bytes cost more for counting than for moving.
struct Widen {
    using Element = std::int32_t;

    [[gnu::noinline]] static Element* copy(const std::int8_t* from, std::size_t n, Element* to) {
        for (; n >= 4; n -= 4, from += 4, to += 4) {
            const Element a = from[0], b = from[1], c = from[2], d = from[3];
            to[0] = a, to[1] = b, to[2] = c, to[3] = d;
        }
        while (n-- > 0) *to++ = *from++;
        return to;
    }
    static Element* fill(Element* to, std::size_t n, Element value) { return std::fill_n(to, n, value); }
};

/// Bytes of the code below, from where it goes for a block of quads to where it goes for other cases.
inline constexpr std::size_t quad_code = 54, pair_code = 32, branch_code = 2;
inline constexpr std::size_t pairs_code = block / quad * quad_code + branch_code;
inline constexpr std::size_t end_code = pairs_code + block / 2 * pair_code + branch_code;

/// Where to go for so many taps, a multiple of four.
constexpr std::size_t entry(std::size_t taps, bool quads) {
    return quads ? (block - taps) / quad * quad_code : pairs_code + (block - taps) / 2 * pair_code;
}

/// Four filters as the code below reads them: blocks of taps, each an entry and for every two taps {a0, b0,
/// a1, b1}, where a holds filters 0 and 1 and b filters 2 and 3; the last entry; what turns the four sums
/// into bytes.
template <std::size_t Taps>
struct Tile {
    static constexpr std::size_t blocks = (Taps + block - 1) / block;
    static constexpr std::size_t place(std::size_t filter, std::size_t tap) {
        return tap / block + 1 + tap * (tile / 2) + filter % tile / 2;
    }

    std::array<std::int32_t, blocks + Taps * tile / 2 + 1> stream{};
    std::array<Rescaler, tile> rescalers{};

    /// Adds a filter's weights, and one to `wide` of each block that has too much in a quad; returns their
    /// sum. Compilers evaluate this for every layer that is a constant: hence plain pointers.
    constexpr std::int32_t add_filter(std::size_t filter, const std::int8_t* weights, std::size_t n,
                                      std::array<bool, blocks>& wide) {
        const std::int32_t lane = filter % 2 == 0 ? 1 : 65536;
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < n; tap += quad) {
            const std::size_t end = tap + quad < n ? tap + quad : n, first = place(filter, tap);
            std::int32_t magnitude = 0;
            for (std::size_t i = tap; i < end; ++i) {
                const std::int32_t weight = weights[i];
                stream[first + (i - tap) * (tile / 2)] += weight * lane;
                sum += weight;
                magnitude += weight < 0 ? -weight : weight;
            }
            if (magnitude > most_of_a_lane) wide[tap / block] = true;
        }
        return sum;
    }

    constexpr void set_entries(const std::array<bool, blocks>& wide) {
        for (std::size_t i = 0; i < blocks; ++i) {
            const std::size_t taps = std::min(block, Taps - i * block);
            stream[i * (1 + block * tile / 2)] = static_cast<std::int32_t>(entry(taps, !wide[i]));
        }
        stream[blocks + Taps * tile / 2] = end_code;
    }
};

/// What a tile leaves behind: its sums, and a bit for each output whose rounding is in doubt.
struct TileResult {
    const std::int32_t* next;
    std::uint32_t doubtful;
};

/// sums = products of one pixel's patch with a tile's four filters, 27 instructions for each 4 x 4 of them,
/// or 32; y = their output bytes.
///
/// Registers  r0 patch, r1 the tile, r2-r5 weights and then products, r6-r7 inputs, r8-r9 the totals of a and
///            b, r10-r11 their high sums, r12 2^15. Afterwards r0 sums, r2 y, r3 one sum, r4-r7 its rescaler,
///            r12 the doubtful outputs.
[[gnu::always_inline]] inline TileResult multiply(const std::int32_t* patch, const std::int32_t* weights,
                                                  std::int32_t* sums, std::int8_t* y) {
    register const std::int32_t* r0 asm("r0") = patch;
    register const std::int32_t* r1 asm("r1") = weights;
    register std::int32_t* r2 asm("r2") = sums;
    register std::int8_t* r3 asm("r3") = y;
    asm volatile(R"(
        .syntax unified
        push {r2, r3, r7}
        movs r2, #0
        mov r8, r2
        mov r9, r2
        mov r10, r2
        mov r11, r2
        movs r2, #1
        lsls r2, r2, #15
        mov r12, r2
    1:  ldmia r1!, {r2}
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
        b 1b

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
        b 1b

        mov r3, r10
        lsls r4, r3, #16
        mov r2, r8
        subs r2, r2, r4
        mov r5, r11
        lsls r6, r5, #16
        mov r4, r9
        subs r4, r4, r6
        ldr r0, [sp]
        stmia r0!, {r2, r3, r4, r5}
        movs r2, #0
        mov r12, r2
        pop {r0, r2}
        .irp i, 0, 1, 2, 3
        ldmia r0!, {r3}
        ldmia r1!, {r4, r5, r6, r7}
        cmp r3, r4
        bge 2f
        mov r3, r4
    2:  cmp r3, r5
        ble 3f
        mov r3, r5
    3:  muls r3, r6, r3
        adds r3, r3, r7
        ldmia r1!, {r4}
        lsls r5, r3, #8
        asrs r3, r3, #24
        strb r3, [r2, #\i]
        cmp r5, r4
        bhi 4f
        movs r5, #(1 << \i)
        add r12, r5
    4:
        .endr
        mov r3, r12
        pop {r7}
    )"
                 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
                 :
                 : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
    return {r1, reinterpret_cast<std::uint32_t>(r3)};
}

/// The exact bytes where a rescaler left doubt.
[[gnu::noinline]] inline void settle(std::uint32_t doubtful, const std::int32_t* sums,
                                     const std::int32_t* bias, const StageView& stage, std::size_t first,
                                     std::int8_t* y) {
    for (std::size_t i = 0; i < tile; ++i) {
        if ((doubtful >> i & 1) != 0) y[i] = exact(sums[i], bias[first + i], stage, first + i);
    }
}

/// The outputs of one pixel, tile by tile; the last may have filters that do not exist.
[[gnu::noinline]] inline void multiply_patch(const std::int32_t* patch, const std::int32_t* weights,
                                             const std::int32_t* bias, const StageView& stage, std::int8_t* y,
                                             std::size_t filters) {
    std::array<std::int32_t, tile> sums;
    std::array<std::int8_t, tile> last;
    for (std::size_t filter = 0; filter < filters; filter += tile, y += tile) {
        const std::size_t left = filters - filter;
        std::int8_t* const outputs = left >= tile ? y : last.data();
        const TileResult result = multiply(patch, weights, sums.data(), outputs);
        weights = result.next;
        const std::uint32_t doubtful = left >= tile ? result.doubtful : result.doubtful & ((1u << left) - 1);
        if (doubtful != 0) settle(doubtful, sums.data(), bias, stage, filter, outputs);
        if (left < tile) std::copy_n(last.data(), left, y);
    }
}

}  // namespace mote::kernels::impl::arm_v6m
