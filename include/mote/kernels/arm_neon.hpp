// SPDX-License-Identifier: MIT
#pragma once

#if defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable.hpp"

/// Dot products and distances for AArch64; compilers vectorise the rest of portable.hpp by themselves.
namespace mote::kernels::impl {

namespace neon {

/// Folds term(sum, x, y) over four floats at a time in two chains; the rest by the portable loop.
template <class Term, class Rest>
[[gnu::always_inline]] inline float fold(const float* x, const float* y, std::size_t n, Term term,
                                         Rest rest) {
    float32x4_t even = vdupq_n_f32(0), odd = even;
    const std::size_t whole = n - n % 8;
    for (std::size_t i = 0; i < whole; i += 8) {
        even = term(even, vld1q_f32(x + i), vld1q_f32(y + i));
        odd = term(odd, vld1q_f32(x + i + 4), vld1q_f32(y + i + 4));
    }
    return vaddvq_f32(vaddq_f32(even, odd)) + rest(isa::Portable{}, x + whole, y + whole, n % 8);
}

}  // namespace neon

[[gnu::always_inline]] inline float dot(isa::Neon, const float* x, const float* y, std::size_t n) {
    return neon::fold(
        x, y, n, [](float32x4_t sum, float32x4_t a, float32x4_t b) { return vfmaq_f32(sum, a, b); },
        [](auto... rest) { return dot(rest...); });
}

[[gnu::always_inline]] inline float squared_distance(isa::Neon, const float* x, const float* y,
                                                     std::size_t n) {
    return neon::fold(
        x, y, n,
        [](float32x4_t sum, float32x4_t a, float32x4_t b) {
            const float32x4_t gap = vsubq_f32(a, b);
            return vfmaq_f32(sum, gap, gap);
        },
        [](auto... rest) { return squared_distance(rest...); });
}

/// Products of bytes fit 16 bits; pairs of them are added in 32.
[[gnu::always_inline]] inline std::int32_t dot(isa::Neon, const std::int8_t* x, const std::int8_t* y,
                                               std::size_t n) {
    int32x4_t low = vdupq_n_s32(0), high = low;
    const std::size_t whole = n - n % 16;
    for (std::size_t i = 0; i < whole; i += 16) {
        const int8x16_t a = vld1q_s8(x + i), b = vld1q_s8(y + i);
        low = vpadalq_s16(low, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
        high = vpadalq_s16(high, vmull_high_s8(a, b));
    }
    return vaddvq_s32(vaddq_s32(low, high)) + dot(isa::Portable{}, x + whole, y + whole, n % 16);
}

}  // namespace mote::kernels::impl

#endif
