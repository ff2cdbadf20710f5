// SPDX-License-Identifier: MIT
#pragma once

#if defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable.hpp"

/// The integer vector primitives for AArch64 without the dot-product extension, each exact: differences of
/// bytes fit unsigned bytes, their products 16 bits, and pairs of those are added in 32; likewise for words.
namespace mote::kernels::impl {

namespace neon {

/// Folds whole vectors of `lanes` elements by term(sum, i).
template <class Sum, class Term>
[[gnu::always_inline]] inline Sum fold(Sum sum, std::size_t whole, std::size_t lanes, Term term) {
    for (std::size_t i = 0; i < whole; i += lanes) sum = term(sum, i);
    return sum;
}

struct Bytes {
    using Element = std::int8_t;
    using Register = int8x16_t;
    static constexpr std::size_t lanes = 16;
    static Register load(const std::int8_t* x) { return vld1q_s8(x); }
    static Register all(std::int8_t x) { return vdupq_n_s8(x); }
    static Register larger(Register a, Register b) { return vmaxq_s8(a, b); }
    static std::int8_t largest(Register a) { return vmaxvq_s8(a); }
    static bool any_equal(Register a, Register b) { return vmaxvq_u8(vceqq_s8(a, b)) != 0; }
};
struct Words {
    using Element = std::int16_t;
    using Register = int16x8_t;
    static constexpr std::size_t lanes = 8;
    static Register load(const std::int16_t* x) { return vld1q_s16(x); }
    static Register all(std::int16_t x) { return vdupq_n_s16(x); }
    static Register larger(Register a, Register b) { return vmaxq_s16(a, b); }
    static std::int16_t largest(Register a) { return vmaxvq_s16(a); }
    static bool any_equal(Register a, Register b) { return vmaxvq_u16(vceqq_s16(a, b)) != 0; }
};

/// The last vector overlaps the one before it.
template <class V, class T = typename V::Element>
[[gnu::always_inline]] inline T max(const T* x, std::size_t n) {
    if (n < V::lanes) return impl::max(isa::Portable{}, x, n);
    auto best = V::load(x + n - V::lanes);
    for (std::size_t i = 0; i + V::lanes <= n; i += V::lanes) best = V::larger(best, V::load(x + i));
    return V::largest(best);
}

/// Where the largest stands first.
template <class V, class T = typename V::Element>
[[gnu::always_inline]] inline std::size_t argmax(const T* x, std::size_t n) {
    if (n < V::lanes) return impl::argmax(isa::Portable{}, x, n);
    const T largest = max<V>(x, n);
    const auto wanted = V::all(largest);
    std::size_t i = 0;
    while (i + V::lanes <= n && !V::any_equal(V::load(x + i), wanted)) i += V::lanes;
    while (x[i] != largest) ++i;
    return i;
}

}  // namespace neon

[[gnu::always_inline]] inline std::int32_t dot(isa::Neon, const std::int8_t* x, const std::int8_t* y,
                                               std::size_t n) {
    const std::size_t whole = n - n % 16;
    const auto add = [=](int32x4_t sum, std::size_t i) {
        const int8x16_t a = vld1q_s8(x + i), b = vld1q_s8(y + i);
        sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
        return vpadalq_s16(sum, vmull_high_s8(a, b));
    };
    const std::int32_t total = vaddvq_s32(neon::fold(vdupq_n_s32(0), whole, 16, add));
    return total + dot(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int32_t squared_distance(isa::Neon, const std::int8_t* x,
                                                            const std::int8_t* y, std::size_t n) {
    const std::size_t whole = n - n % 16;
    const auto add = [=](uint32x4_t sum, std::size_t i) {
        const uint8x16_t gap = vreinterpretq_u8_s8(vabdq_s8(vld1q_s8(x + i), vld1q_s8(y + i)));
        sum = vpadalq_u16(sum, vmull_u8(vget_low_u8(gap), vget_low_u8(gap)));
        return vpadalq_u16(sum, vmull_high_u8(gap, gap));
    };
    const std::uint32_t total = vaddvq_u32(neon::fold(vdupq_n_u32(0), whole, 16, add));
    return static_cast<std::int32_t>(total) + squared_distance(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int32_t abs_distance(isa::Neon, const std::int8_t* x, const std::int8_t* y,
                                                        std::size_t n) {
    const std::size_t whole = n - n % 16;
    const auto add = [=](uint32x4_t sum, std::size_t i) {
        const uint8x16_t gap = vreinterpretq_u8_s8(vabdq_s8(vld1q_s8(x + i), vld1q_s8(y + i)));
        return vpadalq_u16(sum, vpaddlq_u8(gap));
    };
    const std::uint32_t total = vaddvq_u32(neon::fold(vdupq_n_u32(0), whole, 16, add));
    return static_cast<std::int32_t>(total) + abs_distance(isa::Portable{}, x + whole, y + whole, n % 16);
}

[[gnu::always_inline]] inline std::int32_t sum(isa::Neon, const std::int8_t* x, std::size_t n) {
    const std::size_t whole = n - n % 16;
    const auto add = [=](int32x4_t sum, std::size_t i) {
        return vpadalq_s16(sum, vpaddlq_s8(vld1q_s8(x + i)));
    };
    return vaddvq_s32(neon::fold(vdupq_n_s32(0), whole, 16, add)) + sum(isa::Portable{}, x + whole, n % 16);
}

[[gnu::always_inline]] inline void axpy(isa::Neon, std::int8_t a, const std::int8_t* x, std::int32_t* y,
                                        std::size_t n) {
    const int8x8_t factor = vdup_n_s8(a);
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const int16x8_t products = vmull_s8(factor, vld1_s8(x + i));
        vst1q_s32(y + i, vaddw_s16(vld1q_s32(y + i), vget_low_s16(products)));
        vst1q_s32(y + i + 4, vaddw_high_s16(vld1q_s32(y + i + 4), products));
    }
    axpy(isa::Portable{}, a, x + i, y + i, n - i);
}

[[gnu::always_inline]] inline std::int8_t max(isa::Neon, const std::int8_t* x, std::size_t n) {
    return neon::max<neon::Bytes>(x, n);
}
[[gnu::always_inline]] inline std::int16_t max(isa::Neon, const std::int16_t* x, std::size_t n) {
    return neon::max<neon::Words>(x, n);
}
[[gnu::always_inline]] inline std::size_t argmax(isa::Neon, const std::int8_t* x, std::size_t n) {
    return neon::argmax<neon::Bytes>(x, n);
}
[[gnu::always_inline]] inline std::size_t argmax(isa::Neon, const std::int16_t* x, std::size_t n) {
    return neon::argmax<neon::Words>(x, n);
}

[[gnu::always_inline]] inline std::int64_t dot(isa::Neon, const std::int16_t* x, const std::int16_t* y,
                                               std::size_t n) {
    const std::size_t whole = n - n % 8;
    const auto add = [=](int64x2_t sum, std::size_t i) {
        const int16x8_t a = vld1q_s16(x + i), b = vld1q_s16(y + i);
        sum = vpadalq_s32(sum, vmull_s16(vget_low_s16(a), vget_low_s16(b)));
        return vpadalq_s32(sum, vmull_high_s16(a, b));
    };
    return vaddvq_s64(neon::fold(vdupq_n_s64(0), whole, 8, add)) +
           dot(isa::Portable{}, x + whole, y + whole, n % 8);
}

[[gnu::always_inline]] inline std::int64_t squared_distance(isa::Neon, const std::int16_t* x,
                                                            const std::int16_t* y, std::size_t n) {
    const std::size_t whole = n - n % 8;
    const auto add = [=](uint64x2_t sum, std::size_t i) {
        const uint16x8_t gap = vreinterpretq_u16_s16(vabdq_s16(vld1q_s16(x + i), vld1q_s16(y + i)));
        sum = vpadalq_u32(sum, vmull_u16(vget_low_u16(gap), vget_low_u16(gap)));
        return vpadalq_u32(sum, vmull_high_u16(gap, gap));
    };
    const std::uint64_t total = vaddvq_u64(neon::fold(vdupq_n_u64(0), whole, 8, add));
    return static_cast<std::int64_t>(total) + squared_distance(isa::Portable{}, x + whole, y + whole, n % 8);
}

[[gnu::always_inline]] inline std::int64_t abs_distance(isa::Neon, const std::int16_t* x,
                                                        const std::int16_t* y, std::size_t n) {
    const std::size_t whole = n - n % 8;
    const auto add = [=](uint64x2_t sum, std::size_t i) {
        const uint16x8_t gap = vreinterpretq_u16_s16(vabdq_s16(vld1q_s16(x + i), vld1q_s16(y + i)));
        return vpadalq_u32(sum, vpaddlq_u16(gap));
    };
    const std::uint64_t total = vaddvq_u64(neon::fold(vdupq_n_u64(0), whole, 8, add));
    return static_cast<std::int64_t>(total) + abs_distance(isa::Portable{}, x + whole, y + whole, n % 8);
}

[[gnu::always_inline]] inline std::int64_t sum(isa::Neon, const std::int16_t* x, std::size_t n) {
    const std::size_t whole = n - n % 8;
    const auto add = [=](int64x2_t sum, std::size_t i) {
        return vpadalq_s32(sum, vpaddlq_s16(vld1q_s16(x + i)));
    };
    return vaddvq_s64(neon::fold(vdupq_n_s64(0), whole, 8, add)) + sum(isa::Portable{}, x + whole, n % 8);
}

[[gnu::always_inline]] inline void axpy(isa::Neon, std::int16_t a, const std::int16_t* x, std::int64_t* y,
                                        std::size_t n) {
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const int32x4_t products = vmull_n_s16(vld1_s16(x + i), a);
        vst1q_s64(y + i, vaddw_s32(vld1q_s64(y + i), vget_low_s32(products)));
        vst1q_s64(y + i + 2, vaddw_high_s32(vld1q_s64(y + i + 2), products));
    }
    axpy(isa::Portable{}, a, x + i, y + i, n - i);
}

}  // namespace mote::kernels::impl

#endif
