// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_stage.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/patch.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// Convolution for cores whose only multiply is 32 x 32 -> 32: two products for each.
///
/// The weights of two filters share a word, w = w1 * 2^16 + w0, so that x * w = (x * w1) * 2^16 + x * w0. The
/// sum of two such products still keeps its lanes apart, |s0| <= 2 * 128 * 127 = 32512 < 2^15, and is split
/// before a third could overflow:
///     total += s;  high += (s + 2^15) >> 16
/// where the shift yields s1 exactly, because s0 + 2^15 lies in [0, 2^16). In the end high is the sum of all
/// s1, and total - high * 2^16 (modulo 2^32) the sum of all s0.
///
/// A word holds two weights, so a layer takes two bytes of flash for each; unpack() gives them back. Inputs
/// are widened to words once for each pixel, so that LDM fills several registers at a time.
namespace mote::kernels::impl {

namespace arm_v6m {

inline constexpr std::size_t tile = 4;          // filters: two words of weights for each tap
inline constexpr std::size_t window = 2;        // taps that may be summed before a split
inline constexpr std::size_t unrolled = 4;      // windows in the loop below
inline constexpr std::size_t window_code = 32;  // bytes of code of one of them

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

/// Four filters as the code below reads them: for each window {a0, b0, a1, b1}, where a holds filters 0 and 1
/// and b filters 2 and 3, then what turns the four sums into bytes.
template <std::size_t Taps>
struct Tile {
    std::array<std::int32_t, Taps * tile / 2> weights{};
    std::array<Rescaler, tile> rescalers{};
};

/// What a tile leaves behind: its sums, and a bit for each output whose rounding is in doubt.
struct TileResult {
    const std::int32_t* next;
    std::uint32_t doubtful;
};

/// sums = products of one pixel's patch with a tile's four filters, 16 instructions for each 2 x 4 of them;
/// y = their output bytes.
///
/// Registers  r0 patch, r1 the tile, r2-r5 the window's weights and then products, r6-r7 its inputs, r8-r9
/// the
///            totals of a and b, r10-r11 their high sums, r12 2^15, lr the end of the patch.
///            Afterwards r0 sums, r2 y, r3 one sum, r4-r7 its rescaler, r12 the doubtful outputs.
/// Entry      The loop holds four windows; the first pass skips `r3` bytes of code, so that what is left is
///            a multiple of four.
[[gnu::always_inline]] inline TileResult multiply(const std::int32_t* patch, std::size_t taps,
                                                  const std::int32_t* weights, std::int32_t* sums,
                                                  std::int8_t* y) {
    register const std::int32_t* r0 asm("r0") = patch;
    register const std::int32_t* r1 asm("r1") = weights;
    register const std::int32_t* r2 asm("r2") = patch + taps;
    register std::size_t r3 asm("r3") = (0 - taps / window) % unrolled * window_code;
    register std::int32_t* r4 asm("r4") = sums;
    register std::int8_t* r5 asm("r5") = y;
    asm volatile(R"(
        .syntax unified
        push {r4, r5, r7}
        mov lr, r2
        movs r2, #0
        mov r8, r2
        mov r9, r2
        mov r10, r2
        mov r11, r2
        movs r2, #1
        lsls r2, r2, #15
        mov r12, r2
        add pc, r3
        nop
    1:  .rept 4
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
        cmp r0, lr
        blo 1b

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
                 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5)
                 :
                 : "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    return {r1, r3};
}

/// The exact bytes where a rescaler left doubt.
[[gnu::noinline]] inline void settle(std::uint32_t doubtful, const std::int32_t* sums,
                                     const std::int32_t* bias, const StageView& stage, std::size_t first,
                                     std::int8_t* y) {
    for (std::size_t i = 0; i < tile; ++i) {
        if ((doubtful >> i & 1) != 0) y[i] = exact(sums[i], bias[first + i], stage, first + i);
    }
}

/// The outputs of one pixel, tile by tile.
[[gnu::noinline]] inline void multiply_patch(const std::int32_t* patch, std::size_t taps,
                                             const std::int32_t* weights, const std::int32_t* bias,
                                             const StageView& stage, std::int8_t* y, std::size_t filters) {
    std::array<std::int32_t, tile> sums;
    std::size_t filter = 0;
    for (; filter + tile <= filters; filter += tile, y += tile) {
        const TileResult result = multiply(patch, taps, weights, sums.data(), y);
        if (result.doubtful != 0) settle(result.doubtful, sums.data(), bias, stage, filter, y);
        weights = result.next;
    }
    if (filter == filters) return;
    std::array<std::int8_t, tile> last;
    const TileResult result = multiply(patch, taps, weights, sums.data(), last.data());
    const std::uint32_t used = (1u << (filters - filter)) - 1;
    settle(result.doubtful & used, sums.data(), bias, stage, filter, last.data());
    std::copy_n(last.data(), filters - filter, y);
}

template <ConvGeometry G>
struct PackedConv {
    using Layer = QuantizedConv<G>;
    static constexpr std::size_t taps = round_up(G.taps(), window);
    static constexpr std::size_t scratch_bytes = taps * sizeof(std::int32_t);
    static constexpr bool in_place = pointwise(G) && G.filters <= G.channels;

    std::array<Tile<taps>, round_up(G.filters, tile) / tile> tiles{};
    std::array<std::int32_t, G.filters> bias{};  // the zero point folded in
    OutputStage<G.filters> output{};
    std::int8_t input_zero_point = 0;

    constexpr PackedConv() = default;

    constexpr explicit PackedConv(const Layer& layer)
        : output(layer.output), input_zero_point(layer.input_zero_point) {
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            std::int32_t sum = 0;
            for (std::size_t tap = 0; tap < G.taps(); ++tap) {
                const std::int32_t weight = layer.weights[filter * G.taps() + tap];
                word(*this, filter, tap) += filter % 2 == 0 ? weight : weight * 65536;
                sum += weight;
            }
            bias[filter] = subtract_product(layer.bias[filter], layer.input_zero_point, sum);
            tiles[filter / tile].rescalers[filter % tile] = rescaler(bias[filter], view(output), filter);
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{.output = output, .input_zero_point = input_zero_point};
        for (std::size_t filter = 0; filter < G.filters; ++filter) {
            std::int32_t sum = 0;
            for (std::size_t tap = 0; tap < G.taps(); ++tap) {
                const std::int32_t pair = word(*this, filter, tap);
                const auto weight = filter % 2 == 0 ? static_cast<std::int16_t>(pair) : (pair + 32768) >> 16;
                layer.weights[filter * G.taps() + tap] = static_cast<std::int8_t>(weight);
                sum += weight;
            }
            layer.bias[filter] = subtract_product(bias[filter], -input_zero_point, sum);
        }
        return layer;
    }

private:
    static constexpr auto& word(auto& packed, std::size_t filter, std::size_t tap) {
        return packed.tiles[filter / tile].weights[tap * (tile / 2) + filter % tile / 2];
    }
};

}  // namespace arm_v6m

template <ConvGeometry G>
constexpr auto pack(isa::ArmV6M, const QuantizedConv<G>& layer) {
    return arm_v6m::PackedConv<G>(layer);
}

template <ConvGeometry G>
void run(isa::ArmV6M, const arm_v6m::PackedConv<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    static constexpr ConvGeometry geometry = G;
    const StageView stage = view(packed.output);
    auto* patch = reinterpret_cast<std::int32_t*>(scratch);
    for (std::size_t row = 0; row < G.output_height; ++row) {
        for (std::size_t column = 0; column < G.output_width; ++column, y += G.filters) {
            auto* end = gather<arm_v6m::Widen>(geometry, x, row, column, packed.input_zero_point, patch);
            if (packed.taps > G.taps()) *end = 0;
            arm_v6m::multiply_patch(patch, packed.taps, packed.tiles[0].weights.data(), packed.bias.data(),
                                    stage, y, G.filters);
        }
    }
}

}  // namespace mote::kernels::impl
