// SPDX-License-Identifier: MIT
#pragma once

#if defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

#include <cstddef>

#include "mote/kernels/portable.hpp"

/// The float vector primitives for AArch64.
namespace mote::kernels::impl {

namespace neon {

/// Four floats or two doubles, so that each algorithm below is written once for both.
struct Floats {
    using Scalar = float;
    using Register = float32x4_t;
    static constexpr std::size_t lanes = 4;
    static Register all(float x) { return vdupq_n_f32(x); }
    static Register load(const float* x) { return vld1q_f32(x); }
    static void store(float* x, Register v) { vst1q_f32(x, v); }
    static Register add(Register a, Register b) { return vaddq_f32(a, b); }
    static Register gap(Register a, Register b) { return vsubq_f32(a, b); }
    static Register absolute_gap(Register a, Register b) { return vabdq_f32(a, b); }
    static Register multiply(Register a, Register b) { return vmulq_f32(a, b); }
    static Register multiply_add(Register a, Register b, Register c) { return vfmaq_f32(c, a, b); }
    static float total(Register v) { return vaddvq_f32(v); }
};

struct Doubles {
    using Scalar = double;
    using Register = float64x2_t;
    static constexpr std::size_t lanes = 2;
    static Register all(double x) { return vdupq_n_f64(x); }
    static Register load(const double* x) { return vld1q_f64(x); }
    static void store(double* x, Register v) { vst1q_f64(x, v); }
    static Register add(Register a, Register b) { return vaddq_f64(a, b); }
    static Register gap(Register a, Register b) { return vsubq_f64(a, b); }
    static Register absolute_gap(Register a, Register b) { return vabdq_f64(a, b); }
    static Register multiply(Register a, Register b) { return vmulq_f64(a, b); }
    static Register multiply_add(Register a, Register b, Register c) { return vfmaq_f64(c, a, b); }
    static double total(Register v) { return vaddvq_f64(v); }
};

/// Folds term(sum, i) over the elements from i on, a register at a time in two chains, then adds rest(i)
/// for those that fill none.
template <class V, class Term, class Rest>
[[gnu::always_inline]] inline typename V::Scalar fold(std::size_t n, Term term, Rest rest) {
    auto even = V::all(0), odd = even;
    std::size_t i = 0;
    for (; i + 2 * V::lanes <= n; i += 2 * V::lanes) {
        even = term(even, i);
        odd = term(odd, i + V::lanes);
    }
    if (i + V::lanes <= n) even = term(even, i);
    return V::total(V::add(even, odd)) + rest(n - n % V::lanes);  // i, but known where n is
}

template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T dot(const T* x, const T* y, std::size_t n) {
    return fold<V>(
        n, [=](auto sum, std::size_t i) { return V::multiply_add(V::load(x + i), V::load(y + i), sum); },
        [=](std::size_t i) { return impl::dot(isa::Portable{}, x + i, y + i, n - i); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T squared_distance(const T* x, const T* y, std::size_t n) {
    return fold<V>(
        n,
        [=](auto sum, std::size_t i) {
            const auto gap = V::gap(V::load(x + i), V::load(y + i));
            return V::multiply_add(gap, gap, sum);
        },
        [=](std::size_t i) { return impl::squared_distance(isa::Portable{}, x + i, y + i, n - i); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T weighted_squared_distance(const T* x, const T* y, const T* weights,
                                                          std::size_t n) {
    return fold<V>(
        n,
        [=](auto sum, std::size_t i) {
            const auto gap = V::gap(V::load(x + i), V::load(y + i));
            return V::multiply_add(V::multiply(V::load(weights + i), gap), gap, sum);
        },
        [=](std::size_t i) {
            return impl::weighted_squared_distance(isa::Portable{}, x + i, y + i, weights + i, n - i);
        });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T abs_distance(const T* x, const T* y, std::size_t n) {
    return fold<V>(
        n,
        [=](auto sum, std::size_t i) { return V::add(sum, V::absolute_gap(V::load(x + i), V::load(y + i))); },
        [=](std::size_t i) { return impl::abs_distance(isa::Portable{}, x + i, y + i, n - i); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline T sum(const T* x, std::size_t n) {
    return fold<V>(
        n, [=](auto total, std::size_t i) { return V::add(total, V::load(x + i)); },
        [=](std::size_t i) { return impl::sum(isa::Portable{}, x + i, n - i); });
}
template <class V, class T = typename V::Scalar>
[[gnu::always_inline]] inline void axpy(T a, const T* x, T* y, std::size_t n) {
    const auto factor = V::all(a);
    std::size_t i = 0;
    for (; i + V::lanes <= n; i += V::lanes) {
        V::store(y + i, V::multiply_add(factor, V::load(x + i), V::load(y + i)));
    }
    impl::axpy(isa::Portable{}, a, x + i, y + i, n - i);
}

}  // namespace neon

[[gnu::always_inline]] inline float dot(isa::Neon, const float* x, const float* y, std::size_t n) {
    return neon::dot<neon::Floats>(x, y, n);
}
[[gnu::always_inline]] inline double dot(isa::Neon, const double* x, const double* y, std::size_t n) {
    return neon::dot<neon::Doubles>(x, y, n);
}
[[gnu::always_inline]] inline float squared_distance(isa::Neon, const float* x, const float* y,
                                                     std::size_t n) {
    return neon::squared_distance<neon::Floats>(x, y, n);
}
[[gnu::always_inline]] inline double squared_distance(isa::Neon, const double* x, const double* y,
                                                      std::size_t n) {
    return neon::squared_distance<neon::Doubles>(x, y, n);
}
[[gnu::always_inline]] inline float weighted_squared_distance(isa::Neon, const float* x, const float* y,
                                                              const float* weights, std::size_t n) {
    return neon::weighted_squared_distance<neon::Floats>(x, y, weights, n);
}
[[gnu::always_inline]] inline double weighted_squared_distance(isa::Neon, const double* x, const double* y,
                                                               const double* weights, std::size_t n) {
    return neon::weighted_squared_distance<neon::Doubles>(x, y, weights, n);
}
[[gnu::always_inline]] inline float abs_distance(isa::Neon, const float* x, const float* y, std::size_t n) {
    return neon::abs_distance<neon::Floats>(x, y, n);
}
[[gnu::always_inline]] inline double abs_distance(isa::Neon, const double* x, const double* y,
                                                  std::size_t n) {
    return neon::abs_distance<neon::Doubles>(x, y, n);
}
[[gnu::always_inline]] inline float sum(isa::Neon, const float* x, std::size_t n) {
    return neon::sum<neon::Floats>(x, n);
}
[[gnu::always_inline]] inline double sum(isa::Neon, const double* x, std::size_t n) {
    return neon::sum<neon::Doubles>(x, n);
}
[[gnu::always_inline]] inline void axpy(isa::Neon, float a, const float* x, float* y, std::size_t n) {
    neon::axpy<neon::Floats>(a, x, y, n);
}
[[gnu::always_inline]] inline void axpy(isa::Neon, double a, const double* x, double* y, std::size_t n) {
    neon::axpy<neon::Doubles>(a, x, y, n);
}

}  // namespace mote::kernels::impl

#endif
