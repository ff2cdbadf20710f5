// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include "mote/kernels/reference_conv.hpp"

/// exp and reciprocal in 32-bit fixed point, bit by bit those of TensorFlow Lite's reference kernels.
/// Q(n) below is a signed 32-bit number with n integer bits: real = raw * 2^(n - 31).
/// Source  Jacob et al. 2018, CVPR, pages 2704-2713, appendix A.1; constants and rounding as in gemmlowp's
///         fixed-point library.
namespace mote::nn::fixed {

/// round(a * b * 2^-31), ties up; saturates the one product that does not fit. Q(m) x Q(n) -> Q(m + n).
constexpr std::int32_t multiply(std::int32_t a, std::int32_t b) {
    constexpr std::int32_t lowest = -0x7fffffff - 1;
    if (a == lowest && b == lowest) return 0x7fffffff;
    const std::int64_t product = std::int64_t{a} * b;
    const std::int64_t nudge = product >= 0 ? std::int64_t{1} << 30 : 1 - (std::int64_t{1} << 30);
    return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

/// round(x / 2^exponent), ties away from zero.
constexpr std::int32_t shift_right(std::int32_t x, int exponent) {
    const auto mask = static_cast<std::int32_t>((std::uint32_t{1} << exponent) - 1);
    const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/// x * 2^exponent, saturated.
constexpr std::int32_t shift_left(std::int32_t x, int exponent) {
    const std::int64_t shifted = std::int64_t{x} * (std::int64_t{1} << exponent);
    if (shifted > 0x7fffffff) return 0x7fffffff;
    if (shifted < -std::int64_t{0x7fffffff} - 1) return -0x7fffffff - 1;
    return static_cast<std::int32_t>(shifted);
}

/// exp(a) for a in [-1/4, 0), both Q(0): the Taylor series about -1/8 to the fourth order.
constexpr std::int32_t exp_near_zero(std::int32_t a) {
    constexpr std::int32_t exp_of_minus_eighth = 1895147668;
    constexpr std::int32_t third = 715827883;
    const std::int32_t x = a + (1 << 28);
    const std::int32_t x2 = multiply(x, x);
    const std::int32_t x3 = multiply(x2, x);
    const std::int32_t x4 = multiply(x2, x2);
    const std::int32_t tail = shift_right(multiply(shift_right(x4, 2) + x3, third) + x2, 1);
    return exp_of_minus_eighth + multiply(exp_of_minus_eighth, x + tail);
}

/// exp(a) for a <= 0 in Q(IntegerBits), as Q(0). The remainder modulo 1/4 goes through the series; each
/// further bit multiplies by exp of its power of two.
template <int IntegerBits = 5>
constexpr std::int32_t exp_of_negative(std::int32_t a) {
    static_assert(IntegerBits <= 5, "mote: there is a factor for each bit up to 16");
    constexpr std::int32_t quarter = 1 << (29 - IntegerBits);
    constexpr std::int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    if (a == 0) return 0x7fffffff;
    const std::int32_t remainder = (a & (quarter - 1)) - quarter;
    std::int32_t result = exp_near_zero(shift_left(remainder, IntegerBits));
    const std::int32_t bits = remainder - a;
    for (int i = 0; i < IntegerBits + 2; ++i) {
        if ((bits & quarter << i) != 0) result = multiply(result, factors[i]);
    }
    return result;
}

/// 2 / (1 + a) in Q(2) for a in [0, 1) in Q(0): three Newton-Raphson steps on half the denominator.
constexpr std::int32_t twice_reciprocal_of_one_plus(std::int32_t a) {
    constexpr std::int32_t one = 1 << 29;        // Q(2)
    constexpr std::int32_t start = 1515870810;   // 48/17 in Q(2)
    constexpr std::int32_t slope = -1010580540;  // -32/17 in Q(2)
    const auto half = static_cast<std::int32_t>((std::int64_t{a} + 0x7fffffff + 1) / 2);
    std::int32_t x = start + multiply(half, slope);
    for (int i = 0; i < 3; ++i) {
        const std::int32_t error = one - multiply(half, x);
        x += shift_left(multiply(x, error), 2);
    }
    return x;
}

/// 1 / (1 + a) for a in [0, 1), both Q(0).
constexpr std::int32_t reciprocal_of_one_plus(std::int32_t a) {
    return shift_left(twice_reciprocal_of_one_plus(a), 1);
}

/// 1 / (1 + e^-a) for a in Q(4), as Q(0).
constexpr std::int32_t sigmoid(std::int32_t a) {
    if (a == 0) return 1 << 30;
    const std::int32_t above_half = reciprocal_of_one_plus(exp_of_negative<4>(a > 0 ? -a : a));
    return a > 0 ? above_half : 0x7fffffff - above_half;
}

/// tanh(a) for a in Q(4), as Q(0): (1 - e^-2a) / (1 + e^-2a), where 2a has the bits of a in Q(5).
constexpr std::int32_t tanh(std::int32_t a) {
    if (a == 0) return 0;
    const std::int32_t ratio = twice_reciprocal_of_one_plus(exp_of_negative<5>(a > 0 ? -a : a));
    const std::int32_t size = shift_left(ratio - (1 << 29), 2);
    return a > 0 ? size : -size;
}

/// scale * 2^-bits ~ 1 / x for x > 0 in Q(integer_bits).
struct Reciprocal {
    std::int32_t scale;
    int bits;
};
constexpr Reciprocal reciprocal(std::int32_t x, int integer_bits) {
    const auto value = static_cast<std::uint32_t>(x);
    const int headroom = std::countl_zero(value);
    const auto fraction = static_cast<std::int32_t>((value << headroom) - (std::uint32_t{1} << 31));
    return {reciprocal_of_one_plus(fraction), integer_bits - headroom};
}

}  // namespace mote::nn::fixed
