// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable_add.hpp"

/// The sum of two images of bytes for a core without a long multiply. A table has one summand of each byte in
/// units of 2^-22 of an output, and a factor takes the other there: one short product for each element. The
/// sum is off by at most half a unit for the table, 128 for the factor, two for the specification's own
/// rounding; where it lies that near to the next output, once in thousands of elements, the specification is
/// asked. As in arm_v6m_stage.hpp, the offset has the doubt added, so that one comparison tells.
namespace mote::kernels::impl {

namespace arm_v6m {

inline constexpr int sum_bits = 22;
inline constexpr std::int32_t sum_doubt = 132;

/// x * multiplier * 2^(shift - 31) in units, to the nearest; the scale is that of the output stage.
inline std::int32_t in_units(std::int32_t x, const QuantizedAdd& layer) {
    const int right = 31 - layer.output.shift[0] - sum_bits;
    const std::int64_t product = std::int64_t{x} * layer.output.multiplier[0];
    return static_cast<std::int32_t>(((product >> (right - 1)) + 1) >> 1);
}

/// Whether all sums are below 512 outputs, so that they fit 32 bits.
inline bool has_short_sum(const QuantizedAdd& layer, const QuantizedAdd::Summand& other) {
    const int shift = -layer.output.shift[0];
    const std::int32_t most = reference::rescale(255 << 20, other.multiplier, other.shift) + 1;
    return shift >= 17 && shift <= 31 && most <= 256 << 19 &&
           reference::rescale(most + (255 << 19), layer.output.multiplier[0], -shift) < 380;
}

/// What the loop below reads and writes, all from the ends of the images.
struct Sums {
    const std::int8_t* scaled;
    const std::int8_t* plain;
    std::int8_t* y;
    const std::int32_t* table;
    std::int32_t factor;
    std::uint32_t doubt;
    std::int32_t lowest, highest;
};

/// Output bytes from element -left on, until the end or to one in doubt; returns where it stopped.
#if defined(__arm__) && !defined(__ARM_FEATURE_DSP)
/// Registers  r0 scaled, r1 plain, r2 y, r3 and r4 work, r5 factor, r6 element, r7 table, r8 doubt, r9
/// lowest,
///            r10 highest.
[[gnu::noinline]] inline std::ptrdiff_t add_run(const Sums& sums, std::ptrdiff_t element) {
    register const Sums* r0 asm("r0") = &sums;
    register std::ptrdiff_t r1 asm("r1") = element;
    asm volatile(R"(
        .syntax unified
        push {r7}
        mov r6, r1
        mov r7, r0
        adds r7, r7, #20
        ldmia r7!, {r3, r4, r5}
        mov r8, r3
        mov r9, r4
        mov r10, r5
        ldr r5, [r0, #16]
        ldr r7, [r0, #12]
        ldmia r0, {r0, r1, r2}
    1:  ldrb r3, [r0, r6]
        lsls r3, r3, #2
        ldr r3, [r7, r3]
        ldrsb r4, [r1, r6]
        muls r4, r5, r4
        adds r3, r3, r4
        lsls r4, r3, #%c[fraction]
        cmp r4, r8
        bls 4f
        asrs r3, r3, #%c[bits]
        cmp r3, r9
        bge 2f
        mov r3, r9
    2:  cmp r3, r10
        ble 3f
        mov r3, r10
    3:  strb r3, [r2, r6]
        adds r6, r6, #1
        bne 1b
    4:  mov r1, r6
        pop {r7}
    )"
                 : "+r"(r0), "+r"(r1)
                 : [bits] "n"(sum_bits), [fraction] "n"(32 - sum_bits)
                 : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "cc", "memory");
    return r1;
}
#else
inline std::ptrdiff_t add_run(const Sums& sums, std::ptrdiff_t element) {
    for (; element != 0; ++element) {
        const auto index = static_cast<std::uint8_t>(sums.scaled[element]);
        const std::int32_t value = sums.table[index] + sums.plain[element] * sums.factor;
        if (static_cast<std::uint32_t>(value) << (32 - sum_bits) <= sums.doubt) return element;
        sums.y[element] = static_cast<std::int8_t>(std::clamp(value >> sum_bits, sums.lowest, sums.highest));
    }
    return 0;
}
#endif

/// table[byte] = the scaled summand, the other's zero point and what comes before the floor.
[[gnu::noinline]] inline void fill_table(const QuantizedAdd& layer, const QuantizedAdd::Summand& other,
                                         std::int32_t shifted_zero_point, std::int32_t* table) {
    const std::int32_t offset = layer.output.zero_point * (1 << sum_bits) + (1 << (sum_bits - 1)) + sum_doubt;
    for (int byte = -128; byte < 128; ++byte) {
        const std::int32_t summand =
            reference::rescale((byte - other.zero_point) * (1 << 20), other.multiplier, other.shift);
        table[static_cast<std::uint8_t>(byte)] =
            in_units(summand - shifted_zero_point * (1 << 19), layer) + offset;
    }
}

}  // namespace arm_v6m

inline void add(isa::ArmV6M, const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                std::int8_t* y, std::size_t n) {
    const bool first = portable::halved(layer.summands[0]);
    const QuantizedAdd::Summand &shifted = layer.summands[first ? 0 : 1],
                                &other = layer.summands[first ? 1 : 0];
    if (!portable::halved(shifted) || !arm_v6m::has_short_sum(layer, other)) {
        return portable::add<portable::ShortProducts>(layer, a, b, y, n);
    }
    std::array<std::int32_t, 256> table;
    arm_v6m::fill_table(layer, other, shifted.zero_point, table.data());
    const arm_v6m::Sums sums{(first ? b : a) + n,
                             (first ? a : b) + n,
                             y + n,
                             table.data(),
                             arm_v6m::in_units(1 << 19, layer),
                             2u * arm_v6m::sum_doubt << (32 - arm_v6m::sum_bits),
                             layer.output.lowest,
                             layer.output.highest};
    for (auto i = -static_cast<std::ptrdiff_t>(n); i != 0;) {
        i = arm_v6m::add_run(sums, i);
        if (i == 0) break;
        reference::add(layer, a + n + i, b + n + i, y + n + i, 1);
        ++i;
    }
}
inline void subtract(isa::ArmV6M, const QuantizedAdd& layer, const std::int8_t* a, const std::int8_t* b,
                     std::int8_t* y, std::size_t n) {
    portable::add<portable::ShortProducts, -1>(layer, a, b, y, n);
}

}  // namespace mote::kernels::impl
