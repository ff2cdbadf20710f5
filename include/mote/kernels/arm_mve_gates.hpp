// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/int8_gates.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_conv.hpp"

/// The gates of recurrent layers with Helium, whose units are whole fours: four rows at a time, sixteen
/// products to an instruction.
namespace mote::kernels::impl {

namespace arm_mve {

inline constexpr std::size_t gate_rows = 4;

/// Four rows as the code below reads them.
template <std::size_t Vectors>
struct GateTile {
    std::array<std::int32_t, gate_rows> bias{};                      // the zero point folded in
    std::array<std::int8_t, Vectors * gate_rows * lanes> weights{};  // [vector][row][lane]

    static constexpr std::size_t place(std::size_t row, std::size_t input) {
        return (input / lanes * gate_rows + row % gate_rows) * lanes + input % lanes;
    }
};

template <class LayerType>
struct PackedGates {
    using Layer = LayerType;
    static constexpr std::size_t vectors = round_up(Layer::inputs, lanes) / lanes;

    std::array<GateTile<vectors>, Layer::rows / gate_rows> tiles{};
    std::array<std::int32_t, Layer::gates> multiplier{};
    std::array<std::int8_t, Layer::gates> shift{};
    std::int8_t input_zero_point = 0;

    constexpr explicit PackedGates(const Layer& layer)
        : multiplier(layer.multiplier), shift(layer.shift), input_zero_point(layer.zero_point) {
        for (std::size_t row = 0; row < Layer::rows; ++row) {
            GateTile<vectors>& target = tiles[row / gate_rows];
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < Layer::inputs; ++i) {
                const std::int8_t weight = layer.weights[row * Layer::inputs + i];
                target.weights[target.place(row, i)] = weight;
                sum += weight;
            }
            target.bias[row % gate_rows] = subtract_product(layer.bias[row], input_zero_point, sum);
        }
    }

    [[nodiscard]] constexpr std::int8_t zero_point() const { return input_zero_point; }
    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{.multiplier = multiplier, .shift = shift, .zero_point = input_zero_point};
        for (std::size_t row = 0; row < Layer::rows; ++row) {
            const GateTile<vectors>& source = tiles[row / gate_rows];
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < Layer::inputs; ++i) {
                const std::int8_t weight = source.weights[source.place(row, i)];
                layer.weights[row * Layer::inputs + i] = weight;
                sum += weight;
            }
            layer.bias[row] = subtract_product(source.bias[row % gate_rows], -input_zero_point, sum);
        }
        return layer;
    }
};

/// The rows of one gate: 9 instructions for each 16 products of four rows, and 18. Returns the end of its
/// tiles.
///
/// Registers  r0 r2 r4 r6 the sums, r1 the inputs, r5 the tile; rescaling is that of two_pixels, after a
/// shift
///            to the left where there is one; then [rounded] is 0 and nothing is lowered.
[[gnu::noinline, gnu::optimize("O2")]] inline const std::int8_t* add_gate(
    const std::int8_t* tiles, const std::int8_t* x, std::size_t vectors, std::int32_t multiplier,
    std::int32_t shift, std::int16_t* y, std::size_t units) {
    const std::int32_t left = std::max<std::int32_t>(shift, 0), right = std::min<std::int32_t>(shift, 0);
    const int32x4_t rounded = vdupq_n_s32(right < 0 ? -1 : 0);
    int32x4_t inputs, a, b;
    register const std::int8_t* r1 asm("r1") = x;
    register const std::int8_t* r5 asm("r5") = tiles;
    asm volatile(R"(
    1:  ldm r5!, {r0, r2, r4, r6}
        dls lr, %[vectors]
    2:  vldrb.8 %q[x], [r1], #16
        vldrb.8 %q[a], [r5], #16
        vldrb.8 %q[b], [r5], #16
        vmladava.s8 r0, %q[x], %q[a]
        vldrb.8 %q[a], [r5], #16
        vmladava.s8 r2, %q[x], %q[b]
        vldrb.8 %q[b], [r5], #16
        vmladava.s8 r4, %q[x], %q[a]
        vmladava.s8 r6, %q[x], %q[b]
        le lr, 2b

        vmov %q[a][2], %q[a][0], r0, r4
        vmov %q[a][3], %q[a][1], r2, r6
        vshl.s32 %q[a], %[left]
        vqrdmulh.s32 %q[a], %q[a], %[multiplier]
        subs r1, r1, %[vectors], lsl #4
        vshr.s32 %q[b], %q[a], #31
        vand %q[b], %q[b], %q[rounded]
        vadd.i32 %q[a], %q[a], %q[b]
        vrshl.s32 %q[a], %[right]
        vqmovnb.s32 %q[a], %q[a]
        vldrh.s32 %q[b], [%[y]]
        vmovlb.s16 %q[a], %q[a]
        vadd.i32 %q[a], %q[a], %q[b]
        vqmovnb.s32 %q[a], %q[a]
        vstrh.32 %q[a], [%[y]], #8
        subs %[units], %[units], #4
        bne 1b
    )"
                 : [x] "=&w"(inputs), [a] "=&w"(a), [b] "=&w"(b), "+r"(r1),
                   "+r"(r5), [y] "+l"(y), [units] "+r"(units)
                 : [vectors] "r"(vectors), [left] "r"(left), [right] "r"(right), [multiplier] "r"(multiplier),
                   [rounded] "w"(rounded)
                 : "r0", "r2", "r4", "r6", "lr", "cc", "memory");
    return r5;
}

}  // namespace arm_mve

template <std::size_t Inputs, std::size_t Units, std::size_t Gates>
requires(Units % arm_mve::gate_rows ==
         0) constexpr auto pack(isa::ArmMve, const QuantizedGates<Inputs, Units, Gates>& layer) {
    return arm_mve::PackedGates<QuantizedGates<Inputs, Units, Gates>>(layer);
}

template <class Layer>
[[gnu::noinline]] void add_gates(isa::ArmMve, const arm_mve::PackedGates<Layer>& packed, const std::int8_t* x,
                                 std::int16_t* y) {
    using namespace arm_mve;
    std::array<std::int8_t, Layer::inputs % lanes == 0 ? 0 : packed.vectors * lanes> whole;
    if constexpr (Layer::inputs % lanes != 0) {  // lanes beyond the inputs may hold anything
        Copy::copy(x, Layer::inputs, whole.data());
        x = whole.data();
    }
    const auto* tiles = reinterpret_cast<const std::int8_t*>(packed.tiles.data());
    for (std::size_t gate = 0; gate < Layer::gates; ++gate, y += Layer::units) {
        tiles =
            add_gate(tiles, x, packed.vectors, packed.multiplier[gate], packed.shift[gate], y, Layer::units);
    }
}

}  // namespace mote::kernels::impl
