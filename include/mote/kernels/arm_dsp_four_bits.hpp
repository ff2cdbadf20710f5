// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_vectors.hpp"
#include "mote/kernels/four_bits.hpp"

/// Weights of four bits with the DSP extension: a word of eight, masked four times, is four operands of
/// SMLAD, whose other operands are bytes 0 and 2, 1 and 3 of two words of inputs.
namespace mote::kernels::impl {

namespace arm_dsp {

struct MaskedPairs {
    static constexpr std::size_t filters = 4, taps = 8;
    static constexpr std::size_t nibble(std::size_t filter, std::size_t tap) {
        return 8 * filter + 4 * (tap / 2 % 2) + 2 * (tap / 4) + tap % 2;
    }

    /// The inputs of four filters are widened once: 42 instructions for 32 products.
    [[gnu::noinline]] static void products(const std::uint32_t* weights, const std::int8_t* inputs,
                                           std::size_t tiles, std::size_t blocks, std::int32_t* sums) {
        for (; blocks > 0; --blocks, sums += filters) {
            std::int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
            const std::int8_t* const end = inputs + tiles * taps;
            for (const std::int8_t* x = inputs; x != end; x += taps, weights += filters) {
                const std::uint32_t first = load(x), second = load(x + 4);
                const std::uint32_t x02 = sxtb16(first), x13 = sxtb16_odd(first);
                const std::uint32_t x46 = sxtb16(second), x57 = sxtb16_odd(second);
                // As one piece, or the compiler masks all words before it multiplies and runs out of
                // registers.
                const auto add = [=](std::uint32_t word, std::int32_t sum) {
                    std::uint32_t two;
                    asm("and %[two], %[mask], %[word] \n"
                        "smlad %[sum], %[two], %[x02], %[sum] \n"
                        "and %[two], %[mask], %[word], lsr #4 \n"
                        "smlad %[sum], %[two], %[x13], %[sum] \n"
                        "and %[two], %[mask], %[word], lsr #8 \n"
                        "smlad %[sum], %[two], %[x46], %[sum] \n"
                        "and %[two], %[mask], %[word], lsr #12 \n"
                        "smlad %[sum], %[two], %[x57], %[sum] \n"
                        : [sum] "+r"(sum), [two] "=&r"(two)
                        : [word] "r"(word), [mask] "r"(0x000f000f), [x02] "r"(x02), [x13] "r"(x13),
                          [x46] "r"(x46), [x57] "r"(x57));
                    return sum;
                };
                s0 = add(weights[0], s0);
                s1 = add(weights[1], s1);
                s2 = add(weights[2], s2);
                s3 = add(weights[3], s3);
            }
            sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3;
        }
    }
};

}  // namespace arm_dsp

template <ConvGeometry G>
constexpr auto pack(isa::ArmDsp, const FourBits<QuantizedConv<G>>& narrow) {
    return four_bits::PackedConv<G, arm_dsp::MaskedPairs>(narrow.layer);
}

}  // namespace mote::kernels::impl
