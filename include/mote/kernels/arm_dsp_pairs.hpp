// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "mote/kernels/arm_dsp_quads.hpp"
#include "mote/kernels/arm_dsp_vectors.hpp"
#include "mote/kernels/int16_pairs.hpp"

/// Two int16 weights at a time, for processors with the DSP extension.
namespace mote::kernels::impl {

namespace arm_dsp {

/// The low half of x by the high half of y, and the other way round, beside smlabb and smlatt.
[[gnu::always_inline]] inline std::int32_t smlabt(std::uint32_t x, std::uint32_t y, std::int32_t sum) {
    std::int32_t result;
    asm("smlabt %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(y), "r"(sum));
    return result;
}
[[gnu::always_inline]] inline std::int32_t smlatb(std::uint32_t x, std::uint32_t y, std::int32_t sum) {
    std::int32_t result;
    asm("smlatb %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(y), "r"(sum));
    return result;
}

/// The high halves of two sums, added to two weights and saturated.
template <int Bits>
[[gnu::always_inline]] inline void move_pair(std::int16_t* w, std::int32_t low, std::int32_t high) {
    std::uint32_t weights;
    std::memcpy(&weights, w, sizeof weights);
    std::uint32_t step;
    asm("pkhtb %0, %1, %2, asr #16" : "=r"(step) : "r"(high), "r"(low));
    asm("sadd16 %0, %0, %1" : "+r"(weights) : "r"(step));
    asm("ssat16 %0, %2, %1" : "=r"(weights) : "r"(weights), "i"(Bits));
    std::memcpy(w, &weights, sizeof weights);
}

/// Eight units side by side, which is what the registers hold; y += products.
[[gnu::always_inline]] inline void eight_units(const std::int16_t* w, const std::int16_t* x, std::int32_t* y,
                                               std::size_t pairs, std::size_t stride) {
    std::int32_t s0 = y[0], s1 = y[1], s2 = y[2], s3 = y[3], s4 = y[4], s5 = y[5], s6 = y[6], s7 = y[7];
    for (const std::int16_t* const end = x + 2 * pairs; x != end; x += 2, w += stride) {
        const std::uint32_t inputs = load(x);
        if (inputs == 0) continue;
        s0 = smlad(load(w), inputs, s0);
        s1 = smlad(load(w + 2), inputs, s1);
        s2 = smlad(load(w + 4), inputs, s2);
        s3 = smlad(load(w + 6), inputs, s3);
        s4 = smlad(load(w + 8), inputs, s4);
        s5 = smlad(load(w + 10), inputs, s5);
        s6 = smlad(load(w + 12), inputs, s6);
        s7 = smlad(load(w + 14), inputs, s7);
    }
    y[0] = s0, y[1] = s1, y[2] = s2, y[3] = s3, y[4] = s4, y[5] = s5, y[6] = s6, y[7] = s7;
}

}  // namespace arm_dsp

[[gnu::noinline]] inline void pair_products(isa::ArmDsp, const std::int16_t* w, const std::int16_t* x,
                                            std::int32_t* y, std::size_t pairs, std::size_t units) {
    std::size_t unit = 0;
    for (; unit + 8 <= units; unit += 8) arm_dsp::eight_units(w + 2 * unit, x, y + unit, pairs, 2 * units);
    for (; unit < units; ++unit) {
        std::int32_t sum = y[unit];
        for (std::size_t pair = 0; pair < pairs; ++pair) {
            sum = arm_dsp::smlad(arm_dsp::load(w + 2 * (pair * units + unit)), arm_dsp::load(x + 2 * pair),
                                 sum);
        }
        y[unit] = sum;
    }
}

template <int Bits>
[[gnu::noinline]] void pair_descent(isa::ArmDsp, std::int16_t* w, const std::int16_t* x,
                                    const std::int16_t* d, std::size_t pairs, std::size_t units,
                                    std::uint32_t& rounding, std::integral_constant<int, Bits>) {
    using namespace arm_dsp;
    for (std::size_t pair = 0; pair < pairs; ++pair, x += 2, w += 2 * units) {
        const std::uint32_t inputs = load(x);
        if (inputs == 0) continue;
        rounding = next_rounding(rounding);
        const auto r = static_cast<std::int32_t>(rounding >> 16);
        std::size_t unit = 0;
        for (; unit + 2 <= units; unit += 2) {
            const std::uint32_t slopes = load(d + unit);
            move_pair<Bits>(w + 2 * unit, smlabb(inputs, slopes, r), smlatb(inputs, slopes, r));
            move_pair<Bits>(w + 2 * unit + 2, smlabt(inputs, slopes, r), smlatt(inputs, slopes, r));
        }
        if (unit == units) continue;
        const auto slope = static_cast<std::uint16_t>(d[unit]);
        move_pair<Bits>(w + 2 * unit, smlabb(inputs, slope, r), smlatb(inputs, slope, r));
    }
}

}  // namespace mote::kernels::impl
