// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_dsp_pairs.hpp"
#include "mote/kernels/arm_dsp_vectors.hpp"
#include "mote/kernels/portable_int16.hpp"

/// The 16x8 layers with the DSP extension: four weights in a word are widened to two pairs, those of even and
/// of odd places, and each pair meets its inputs in one SMLAD.
namespace mote::kernels::impl {

namespace arm_dsp {

/// The lower halves of x and y, and the upper ones.
[[gnu::always_inline]] inline std::uint32_t lower_halves(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(x), "r"(y));
    return result;
}
[[gnu::always_inline]] inline std::uint32_t upper_halves(std::uint32_t x, std::uint32_t y) {
    std::uint32_t result;
    asm("pkhtb %0, %1, %2, asr #16" : "=r"(result) : "r"(y), "r"(x));
    return result;
}

struct Int16Products {
    template <std::size_t N>
    [[gnu::always_inline]] static std::array<std::int32_t, N> of(const std::int8_t* weights,
                                                                 std::size_t stride, const std::int16_t* x,
                                                                 std::size_t n) {
        std::array<std::int32_t, N> sums{};
        const std::int16_t* const end = x + n / 4 * 4;
        for (; x != end; x += 4, weights += 4) {
            const std::uint32_t first = load(x), second = load(x + 2);
            const std::uint32_t even = lower_halves(first, second), odd = upper_halves(first, second);
#pragma GCC unroll 4
            for (std::size_t f = 0; f < N; ++f) {
                const std::uint32_t four = load(weights + f * stride);
                sums[f] = smlad(sxtb16(four), even, sums[f]);
                sums[f] = smlad(sxtb16_odd(four), odd, sums[f]);
            }
        }
        for (std::size_t i = 0; i < n % 4; ++i) {
#pragma GCC unroll 4
            for (std::size_t f = 0; f < N; ++f) sums[f] += weights[f * stride + i] * x[i];
        }
        return sums;
    }
};

/// Four channels of a depthwise layer.
struct Int16Channels {
    static constexpr std::size_t together = 4;

    [[gnu::always_inline]] static void of(const std::int8_t* weights, const std::int16_t* x, std::size_t taps,
                                          std::size_t filters, std::int32_t* sums) {
        std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (; taps > 0; --taps, weights += filters, x += filters) {
            const std::uint32_t four = load(weights), first = load(x), second = load(x + 2);
            const std::uint32_t even = sxtb16(four), odd = sxtb16_odd(four);
            s0 = smlabb(even, first, s0);
            s1 = smlabt(odd, first, s1);
            s2 = smlatb(even, second, s2);
            s3 = smlatt(odd, second, s3);
        }
        sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3;
    }
};

}  // namespace arm_dsp

template <class Layer, bool Dense>
void run(isa::ArmDsp, const int16::Packed<Layer, Dense>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    int16::run<int16::ByChannels<arm_dsp::Int16Products, arm_dsp::Int16Channels>>(packed, x, y, scratch);
}

}  // namespace mote::kernels::impl
