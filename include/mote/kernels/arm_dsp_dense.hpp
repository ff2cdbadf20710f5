// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_assembly.hpp"
#include "mote/kernels/arm_dsp_layout.hpp"
#include "mote/kernels/arm_dsp_stage.hpp"
#include "mote/kernels/isa.hpp"

/// int8 dense layers whose inputs are whole words: four filters at a time read and widen the inputs where the
/// caller has them, so that no scratch is needed. Their weights lie side by side, a word of each in turn.
namespace mote::kernels::impl::arm_dsp {

constexpr bool is_dense(const ConvGeometry& g) {
    return g.taps() == g.inputs() && g.output_height * g.output_width == 1 && !g.padded() &&
           g.channels % 4 == 0;
}

inline constexpr std::size_t dense_filters = 4;
inline constexpr std::size_t dense_code = 68;  // bytes of code for four taps

/// The assembly loads the fields in this order.
struct DenseJob {
    const std::uint32_t* stream;
    const std::int8_t* x;
    const std::int8_t* x_end;
    std::int8_t* output;
    const std::int8_t* output_end;
    std::size_t skip;  // bytes of code that the first pass leaves out
};

// clang-format off
// r0-r3 accumulators, r4-r7 weights, r8 odd and r9 even inputs, r10 input pointer, r11 and r12 constants, lr
// stream: a load and three instructions for four inputs, 13 for their 16 products.
#define MOTE_FOUR_FILTERS(op, inputs)    \
    op " r0, " inputs ", r4, r0 \n"      \
    op " r1, " inputs ", r5, r1 \n"      \
    op " r2, " inputs ", r6, r2 \n"      \
    op " r3, " inputs ", r7, r3 \n"
#define MOTE_FOUR_TAPS                   \
    "ldr r9, [r10], #4 \n"               \
    "ldm lr!, {r4-r7} \n"                \
    "sxtab16 r8, r11, r9, ror #8 \n"     \
    "and r9, r12, r9, lsl #8 \n"         \
    "ssub16 r9, r9, r8 \n"               \
    MOTE_FOUR_FILTERS("smlad", "r8")     \
    "sxtb16 r4, r4 \n"                   \
    "sxtb16 r5, r5 \n"                   \
    "sxtb16 r6, r6 \n"                   \
    "sxtb16 r7, r7 \n"                   \
    MOTE_FOUR_FILTERS("smlad", "r9")
// r4 offset, r5 multiplier, r6 k
#define MOTE_TO_BYTE(sum)                \
    "ldm lr!, {r4-r6} \n"                \
    "asrs r7, " sum ", #31 \n"           \
    "add r7, r4, r7, lsl #7 \n"          \
    "smmla " sum ", " sum ", r5, r7 \n"  \
    "asrs " sum ", r6 \n"                \
    "ssat " sum ", #8, " sum " \n"       \
    "strb " sum ", [r8], #1 \n"

/// Stack: 0 x, 4 x_end, 8 output, 12 output_end, 16 entry to the loop.
MOTE_ASSEMBLY inline void multiply_dense(const DenseJob*) {
    asm("push {r4-r11, lr} \n"
        "sub sp, #20 \n"
        "ldm r0, {r1-r6} \n"
        "mov lr, r1 \n"
        "adr.w r1, 2f \n"
        "add r6, r1 \n"
        "orr r6, r6, #1 \n"
        "stm sp, {r2-r6} \n"
        "mov r11, #0xff81ff81 \n"
        "mov r12, #0xff00ff00 \n"

        "1: \n"  // next four filters
        "ldm lr!, {r0-r3} \n"
        "ldr r10, [sp] \n"
        "ldr pc, [sp, #16] \n"
        ".balign 4 \n"
        "2: \n" MOTE_FOUR_TAPS MOTE_FOUR_TAPS MOTE_FOUR_TAPS MOTE_FOUR_TAPS
        "ldr r4, [sp, #4] \n"
        "cmp r10, r4 \n"
        "bne 2b \n"
        "ldrd r8, r9, [sp, #8] \n"
        MOTE_TO_BYTE("r0")
        MOTE_TO_BYTE("r1")
        MOTE_TO_BYTE("r2")
        MOTE_TO_BYTE("r3")
        "str r8, [sp, #8] \n"
        "cmp r8, r9 \n"
        "bne 1b \n"
        "add sp, #20 \n"
        "pop {r4-r11, pc} \n");
}
// clang-format on

#undef MOTE_FOUR_FILTERS
#undef MOTE_FOUR_TAPS
#undef MOTE_TO_BYTE

/// Four filters in the stream: their biases, their weights word by word in turn, and of each how it ends.
struct DenseFilters {
    const std::uint32_t* words;
    std::size_t taps;

    [[nodiscard]] static constexpr std::size_t size(std::size_t taps) {
        return dense_filters * FilterStage::words + taps;
    }
    [[nodiscard]] constexpr std::array<std::int8_t, 4> weights(std::size_t filter, std::size_t word) const {
        return unpack_weights(words[dense_filters * (1 + word) + filter]);
    }
    [[nodiscard]] constexpr FilterStage stage(std::size_t filter) const {
        const std::uint32_t* const behind = words + dense_filters + taps + 3 * filter;
        const std::array<std::uint32_t, FilterStage::words> alone{words[filter], behind[0], behind[1],
                                                                  behind[2]};
        return load_stage(alone.data(), 0);
    }
    /// The sum of products and bias, at any speed.
    [[nodiscard]] std::int32_t accumulate(std::size_t filter, const std::int8_t* x) const {
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const std::int32_t input = tap % 2 == 0 ? x[tap] : x[tap] - 127;
            sum += weights(filter, tap / 4)[tap % 4] * input;
        }
        const FilterStage end = stage(filter);
        const std::uint32_t total = static_cast<std::uint32_t>(end.bias) + static_cast<std::uint32_t>(sum);
        // What is fast fits 24 bits, which is all that its bias has.
        return end.fast ? static_cast<std::int32_t>(total << 8) >> 8 : static_cast<std::int32_t>(total);
    }
};

template <ConvGeometry G>
struct PackedDense {
    using Layer = QuantizedConv<G>;
    static constexpr std::size_t scratch_bytes = 0;
    static constexpr bool in_place = false;
    static constexpr std::size_t taps = G.taps();
    static constexpr std::size_t rounds = (G.filters + dense_filters - 1) / dense_filters;

    std::array<std::uint32_t, rounds * DenseFilters::size(taps)> stream{};
    LayerStage stage{};

    [[nodiscard]] constexpr DenseFilters filters_from(std::size_t first) const {
        return {stream.data() + first / dense_filters * DenseFilters::size(taps), taps};
    }
    constexpr Layer unpack() const;
};

template <ConvGeometry G>
constexpr PackedDense<G> pack_dense(const QuantizedConv<G>& layer) {
    const PackedConv<G> plain = pack_conv(layer);
    PackedDense<G> packed;
    packed.stage = plain.stage;
    const std::uint32_t* from = plain.stream.data();
    for (std::size_t f = 0; f < G.filters; ++f, from += plain.filter_words) {
        std::uint32_t* const to = packed.stream.data() + f / dense_filters * DenseFilters::size(packed.taps);
        const std::size_t lane = f % dense_filters;
        for (std::size_t word = 0; word < 1 + packed.taps / 4; ++word)
            to[dense_filters * word + lane] = from[word];
        const std::uint32_t* const behind = from + plain.filter_words - 3;
        for (std::size_t i = 0; i < 3; ++i) to[dense_filters + packed.taps + 3 * lane + i] = behind[i];
    }
    return packed;
}

template <ConvGeometry G>
constexpr QuantizedConv<G> PackedDense<G>::unpack() const {
    PackedConv<G> plain;
    plain.stage = stage;
    for (std::size_t f = 0; f < G.filters; ++f) {
        const std::uint32_t* const from = filters_from(f).words;
        std::uint32_t* const to = plain.stream.data() + f * plain.filter_words;
        const std::size_t lane = f % dense_filters;
        for (std::size_t word = 0; word < 1 + taps / 4; ++word) to[word] = from[dense_filters * word + lane];
        std::uint32_t* const behind = to + plain.filter_words - 3;
        for (std::size_t i = 0; i < 3; ++i) behind[i] = from[dense_filters + taps + 3 * lane + i];
    }
    return plain.unpack();
}

/// Four filters, or as many as are left, in full.
[[gnu::noinline]] inline void dense_in_full(const DenseFilters& four, const LayerStage& stage,
                                            const std::int8_t* x, std::int8_t* y, std::size_t count) {
    for (std::size_t f = 0; f < count; ++f) {
        const FilterStage filter = four.stage(f);
        y[f] = requantize(four.accumulate(f, x), filter, stage);
    }
}

/// All filters of a layer, of which `count` are left; the last four may not all exist.
[[gnu::noinline]] inline void run_dense(DenseFilters four, const LayerStage& stage, const std::int8_t* x,
                                        std::int8_t* y, std::size_t count) {
    const std::size_t skip = (0 - four.taps / 4) % 4 * dense_code, size = DenseFilters::size(four.taps);
    const auto run = [&](std::int8_t* to, std::size_t filters) {
        const DenseJob job{four.words, x, x + four.taps, to, to + filters, skip};
        multiply_dense(&job);
        four.words += filters / dense_filters * size;
    };
    if (stage.fast) {
        const std::size_t whole = count - count % dense_filters;
        if (whole != 0) run(y, whole);
        if (whole == count) return;
        std::array<std::int8_t, dense_filters> last;
        run(last.data(), dense_filters);
        std::copy_n(last.data(), count - whole, y + whole);
        return;
    }
    for (std::size_t f = 0; f < count; f += dense_filters, four.words += size) {
        dense_in_full(four, stage, x, y + f, std::min(dense_filters, count - f));
    }
}

}  // namespace mote::kernels::impl::arm_dsp

namespace mote::kernels::impl {

template <ConvGeometry G>
requires(arm_dsp::is_dense(G)) constexpr auto pack(isa::ArmDsp, const QuantizedConv<G>& layer) {
    return arm_dsp::pack_dense(layer);
}

template <ConvGeometry G>
void run(isa::ArmDsp, const arm_dsp::PackedDense<G>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte*) {
    arm_dsp::run_dense(packed.filters_from(0), packed.stage, x, y, G.filters);
}

}  // namespace mote::kernels::impl
