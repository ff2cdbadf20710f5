// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"
#include "mote/kernels/arm_dsp_layout.hpp"
#include "mote/kernels/arm_dsp_quads.hpp"
#include "mote/kernels/arm_dsp_vectors.hpp"
#include "mote/kernels/int8_gates.hpp"
#include "mote/kernels/isa.hpp"

/// The gates of recurrent layers whose inputs and units are whole fours: four units at a time, their weights
/// side by side, a word of each in turn as arm_dsp_assembly.hpp tells. The inputs are widened once for all.
namespace mote::kernels::impl {

namespace arm_dsp {

inline constexpr std::size_t gate_units = 4;
inline constexpr std::size_t gate_code = 56;  // bytes of code for four taps

/// How a sum of one gate becomes Q3.12 where it is held 2^8 times: h = SMMULR(sum >> right, multiplier),
/// whose operand is twice the sum shifted left as the specification does, then h / 2^n with ties away from
/// zero.
struct GateStage {
    std::int32_t multiplier;
    std::int32_t right;  // 7 less the shift to the left
    std::int32_t n;
    std::int32_t half;     // 2^(n-1), or 0
    std::int32_t rounded;  // 1 where n > 0, or 0

    static constexpr int most_left = 7;
    constexpr GateStage(std::int32_t factor, int shift)
        : multiplier(factor),
          right(most_left - std::max(shift, 0)),
          n(std::max(-shift, 0)),
          half(n > 0 ? std::int32_t{1} << (n - 1) : 0),
          rounded(n > 0) {}
};

/// One gate. The assembly reads the fields in this order, and keeps in the last where its loop begins.
struct GateJob {
    const std::uint32_t* stream;
    const std::uint32_t* x;
    const std::uint32_t* x_end;
    std::int16_t* y;
    const std::int16_t* y_end;
    GateStage stage;
    std::size_t skip;  // bytes of code that the first pass leaves out
};

// clang-format off
// r0-r3 accumulators, r4-r7 weights, r8 odd and r9 even inputs, r10 input pointer, r11 its end, r12 the job, lr
// stream: 14 instructions for 16 products.
#define MOTE_GATE_TAPS            \
    "ldm lr!, {r4-r7} \n"         \
    "ldrd r8, r9, [r10], #8 \n"   \
    "smlad r0, r8, r4, r0 \n"     \
    "smlad r1, r8, r5, r1 \n"     \
    "smlad r2, r8, r6, r2 \n"     \
    "smlad r3, r8, r7, r3 \n"     \
    "sxtb16.w r4, r4 \n"          \
    "sxtb16.w r5, r5 \n"          \
    "sxtb16.w r6, r6 \n"          \
    "sxtb16.w r7, r7 \n"          \
    "smlad r0, r9, r4, r0 \n"     \
    "smlad r1, r9, r5, r1 \n"     \
    "smlad r2, r9, r6, r2 \n"     \
    "smlad r3, r9, r7, r3 \n"
// r4 multiplier, r5 right, r6 n, r7 half, r8 rounded
#define MOTE_TO_GATE(sum)                     \
    "asr " sum ", " sum ", r5 \n"             \
    "smmulr " sum ", " sum ", r4 \n"          \
    "and r10, r8, " sum ", lsr #31 \n"        \
    "sub " sum ", " sum ", r10 \n"            \
    "add " sum ", " sum ", r7 \n"             \
    "asr " sum ", " sum ", r6 \n"             \
    "ssat " sum ", #16, " sum " \n"

MOTE_ASSEMBLY inline void add_gate(GateJob*) {
    asm("push {r4-r11, lr} \n"
        "mov r12, r0 \n"
        "ldr lr, [r12] \n"
        "ldr r0, [r12, #40] \n"
        "adr.w r1, 2f \n"
        "add r0, r1 \n"
        "orr r0, r0, #1 \n"
        "str r0, [r12, #40] \n"

        "1: \n"  // next four units
        "ldm lr!, {r0-r3} \n"
        "ldrd r10, r11, [r12, #4] \n"
        "ldr pc, [r12, #40] \n"
        ".balign 4 \n"
        "2: \n" MOTE_GATE_TAPS MOTE_GATE_TAPS MOTE_GATE_TAPS MOTE_GATE_TAPS
        "cmp r10, r11 \n"
        "bne 2b \n"
        "add r9, r12, #20 \n"
        "ldm r9, {r4-r8} \n"
        "ldr r9, [r12, #12] \n"
        MOTE_TO_GATE("r0")
        MOTE_TO_GATE("r1")
        MOTE_TO_GATE("r2")
        MOTE_TO_GATE("r3")
        "pkhbt r0, r0, r1, lsl #16 \n"
        "pkhbt r2, r2, r3, lsl #16 \n"
        "ldrd r4, r5, [r9] \n"
        "qadd16 r0, r0, r4 \n"
        "qadd16 r2, r2, r5 \n"
        "strd r0, r2, [r9], #8 \n"
        "str r9, [r12, #12] \n"
        "ldr r10, [r12, #16] \n"
        "cmp r9, r10 \n"
        "bne 1b \n"
        "pop {r4-r11, pc} \n");
}
// clang-format on

#undef MOTE_GATE_TAPS
#undef MOTE_TO_GATE

/// Bytes by fours as the assembly takes them: x1 - 127 and x3 - 127, then 256 x0 and 256 x2 less these.
inline void widen_for_gates(const std::int8_t* x, std::size_t words, std::uint32_t* to) {
    for (std::size_t i = 0; i < words; ++i, x += 4, to += 2) {
        const std::uint32_t four = load(x);
        to[0] = sxtab16_odd(0xff81ff81, four);
        to[1] = ssub16(four << 8 & 0xff00ff00, to[0]);
    }
}

template <class LayerType>
struct PackedGates {
    using Layer = LayerType;
    static constexpr std::size_t words = Layer::inputs / 4, group = gate_units * (1 + words);

    std::array<std::uint32_t, Layer::rows / gate_units * group> stream{};
    std::array<std::int32_t, Layer::gates> multiplier{};
    std::array<std::int8_t, Layer::gates> shift{};
    std::int8_t input_zero_point = 0;
    bool fast = true;  // all sums fit 24 bits; then the biases in the stream are 2^8 times themselves

    constexpr explicit PackedGates(const Layer& layer)
        : multiplier(layer.multiplier), shift(layer.shift), input_zero_point(layer.zero_point) {
        for (const std::int8_t left : shift) fast = fast && left <= GateStage::most_left;
        for (std::size_t row = 0; row < Layer::rows; ++row) {
            std::array<std::uint32_t, words> packed{};
            const FilterSums sums =
                pack_filter(layer.weights.data() + row * Layer::inputs, Layer::inputs, packed.data());
            const Reach reach = sums.reach(layer.bias[row], layer.zero_point);
            constexpr std::int64_t limit = std::int64_t{1} << 23;
            fast = fast && reach.lowest >= -limit && reach.highest < limit;
            std::uint32_t* const to = stream.data() + place(row);
            *to = static_cast<std::uint32_t>(sums.fold(layer.bias[row], layer.zero_point));
            for (std::size_t word = 0; word < words; ++word) to[gate_units * (1 + word)] = packed[word];
        }
        for (std::size_t row = 0; fast && row < Layer::rows; ++row) stream[place(row)] <<= 8;
    }

    [[nodiscard]] constexpr std::int8_t zero_point() const { return input_zero_point; }
    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer{.multiplier = multiplier, .shift = shift, .zero_point = input_zero_point};
        for (std::size_t row = 0; row < Layer::rows; ++row) {
            FilterSums sums;
            for (std::size_t i = 0; i < Layer::inputs; ++i) {
                const std::int8_t weight =
                    unpack_weights(stream[place(row) + gate_units * (1 + i / 4)])[i % 4];
                layer.weights[row * Layer::inputs + i] = weight;
                i % 2 == 0 ? sums.add(weight, 0) : sums.add(0, weight);
            }
            const auto kept = static_cast<std::int32_t>(stream[place(row)]);
            const std::int32_t bias = sums.unfold(fast ? kept >> 8 : kept, input_zero_point);
            layer.bias[row] =
                fast ? static_cast<std::int32_t>(static_cast<std::uint32_t>(bias) << 8) >> 8 : bias;
        }
        return layer;
    }

    /// Where a row's bias stands; its weights follow, every fourth word.
    static constexpr std::size_t place(std::size_t row) {
        return row / gate_units * group + row % gate_units;
    }
};

/// Sums that do not fit, at any speed.
template <class Layer>
[[gnu::noinline]] void add_gates_in_full(const PackedGates<Layer>& packed, const std::int8_t* x,
                                         std::int16_t* y) {
    for (std::size_t row = 0; row < Layer::rows; ++row) {
        const std::uint32_t* const words = packed.stream.data() + packed.place(row);
        auto sum = static_cast<std::int32_t>(*words);
        if (packed.fast) sum >>= 8;
        for (std::size_t i = 0; i < Layer::inputs; ++i) {
            const std::int32_t weight = unpack_weights(words[gate_units * (1 + i / 4)])[i % 4];
            sum += weight * (i % 2 == 0 ? x[i] : x[i] - 127);
        }
        const std::size_t gate = row / Layer::units;
        const std::int32_t value = reference::rescale(sum, packed.multiplier[gate], packed.shift[gate]);
        y[row] = saturate16(y[row] + saturate16(value));
    }
}

}  // namespace arm_dsp

template <std::size_t Inputs, std::size_t Units, std::size_t Gates>
requires(Inputs % 4 == 0 &&
         Units % 4 == 0) constexpr auto pack(isa::ArmDsp, const QuantizedGates<Inputs, Units, Gates>& layer) {
    return arm_dsp::PackedGates<QuantizedGates<Inputs, Units, Gates>>(layer);
}

template <class Layer>
[[gnu::noinline]] void add_gates(isa::ArmDsp, const arm_dsp::PackedGates<Layer>& packed, const std::int8_t* x,
                                 std::int16_t* y) {
    using namespace arm_dsp;
    if (!packed.fast) return add_gates_in_full(packed, x, y);
    constexpr std::size_t words = Layer::inputs / 4;
    alignas(8) std::array<std::uint32_t, 2 * words> inputs;
    widen_for_gates(x, words, inputs.data());
    const std::uint32_t* stream = packed.stream.data();
    for (std::size_t gate = 0; gate < Layer::gates; ++gate, y += Layer::units) {
        GateJob job{stream,
                    inputs.data(),
                    inputs.data() + inputs.size(),
                    y,
                    y + Layer::units,
                    GateStage(packed.multiplier[gate], packed.shift[gate]),
                    (0 - words) % 4 * gate_code};
        add_gate(&job);
        stream += Layer::units / gate_units * packed.group;
    }
}

}  // namespace mote::kernels::impl
